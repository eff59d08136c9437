/** What sources of the program ask of node_modules, and what may stay out of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { applyEdits } from '../../src/fix/edit.ts'
import { lineFacts } from '../../src/fix/line-facts.ts'
import { nodeImports } from '../../src/fix/node-imports.ts'
import { proveNodePackages } from '../../src/fix/proof/node-packages.ts'
import { inPlaceEdits, NO_FACTS } from '../../src/fix/rewrites/index.ts'
import { makeClaim, makeEvidence, makeScene } from '../support/make-scene.ts'
import { file, type MadeEntry } from '../support/make-tar.ts'
import { told } from './proof/told.ts'

const module = (name: string, text = `module of ${name}`): MadeEntry[] => [
  file(`app/node_modules/${name}/package.json`, `{"name":"${name}"}`),
  file(`app/node_modules/${name}/index.js`, text),
]
const LOCK = file(
  'app/node_modules/.package-lock.json',
  JSON.stringify({
    packages: {
      'node_modules/express': { version: '5.0.0' },
      'node_modules/typescript': { version: '5.6.3', dev: true },
      'node_modules/@types/node': { version: '22.0.0', dev: true },
    },
  }),
)
const MODULES = [...module('express'), ...module('typescript'), ...module('@types/node'), LOCK]
const MANIFEST = file('app/package.json', '{"scripts":{"start":"node server.js","test":"mocha"}}')
const config = { workingDir: '/app', cmd: ['node', 'server.js'] }
const LINE = 2

const image = (sources: Readonly<Record<string, string>>, more: object = {}, manifest = MANIFEST) => ({
  own: [...MODULES, manifest, ...Object.entries(sources).map(([path, text]) => file(`app/${path}`, text))],
  config: { ...config, ...more },
})
const asked = (...given: Parameters<typeof image>): readonly string[] =>
  nodeImports(makeScene(image(...given))).map(({ name }) => name)

test('packages are asked for by the files that the image starts, and by those that these load', () => {
  const text = `const a = require('express')\nconst b = require("./lib/b")\nrequire('fs'); require('absent')`
  for (const b of [
    "import ts from 'typescript'",
    'import{a,b}from"typescript"',
    "export * from 'typescript/lib/x.js'",
    "import 'typescript'",
    "await import('typescript')",
    "require.resolve('typescript')",
    "import {\n  a,\n  b,\n} from 'typescript'",
  ])
    assert.deepEqual(asked({ 'server.js': text, 'lib/b.js': b }), ['express', 'typescript'], b)
  for (const b of [
    "// require('typescript')",
    "import type { A } from 'typescript'",
    "import './typescript'",
  ])
    assert.deepEqual(asked({ 'server.js': text, 'lib/b.js': b }), ['express'], b)
  assert.deepEqual(asked({ 'server.js': text, 'tools/other.js': "require('typescript')" }), ['express'])
})

test('the file that is started is found through npm, a shell script, a folder, and preloads count', () => {
  const sources = { 'server.js': "require('express')", 'tool.js': "require('typescript')" }
  assert.deepEqual(asked(sources, { cmd: ['npm', 'start'] }), ['express'])
  assert.deepEqual(asked(sources, { cmd: ['node', 'tool'] }), ['typescript'])
  assert.deepEqual(asked(sources, { cmd: ['node', '-r', 'typescript/register', 'server.js'] }), [
    'express',
    'typescript',
  ])
  assert.deepEqual(asked(sources, { env: ['NODE_OPTIONS=--import=typescript'] }), ['express', 'typescript'])
  const main = file('app/package.json', '{"main":"tool.js"}')
  assert.deepEqual(asked(sources, { cmd: ['node', '.'] }, main), ['typescript'])
  const script = {
    own: [...image(sources).own, file('app/run.sh', '#!/bin/sh\nexec node tool.js\n', { mode: 0o755 })],
  }
  const started = makeScene({ ...script, config: { ...config, cmd: ['/app/run.sh'] } })
  assert.deepEqual(
    nodeImports(started).map(({ name }) => name),
    ['typescript'],
  )
  // nobody knows which: all of them, but those that only test
  assert.deepEqual(asked({ ...sources, 'a.test.js': "require('@types/node')" }, { cmd: ['unknown'] }), [
    'express',
    'typescript',
  ])
})

test('a source that a RUN gives to Node only builds, where the image starts something else', () => {
  const sources = { 'server.js': "require('express')", 'build.js': "require('typescript')" }
  const scripts = file('app/package.json', '{"scripts":{"build":"node ./build.js"}}')
  const asks = (instruction: string, cmd: readonly string[]): readonly string[] =>
    nodeImports(makeScene({ ...image(sources, { cmd }, scripts), instruction })).map(({ name }) => name)
  for (const run of [
    'RUN node build.js',
    'RUN cd . && node --trace-warnings ./build && ls',
    'RUN npm run build',
  ])
    assert.deepEqual(asks(run, ['nginx']), ['express'], run)
  for (const run of ['RUN make', 'RUN node --check build.js', 'RUN chmod +x build.js', 'COPY node build.js'])
    assert.deepEqual(asks(run, ['nginx']), ['express', 'typescript'], run)
  assert.deepEqual(asks('RUN node build.js', ['node', 'build.js']), ['typescript'])
})

test('development dependencies stay out only where no source and no script of npm asks for them', () => {
  const free = (...given: Parameters<typeof image>) =>
    lineFacts(makeScene(image(...given)), makeEvidence()).needsNoDev(LINE)
  assert.equal(free({ 'server.js': "require('express')" }), true)
  assert.equal(free({ 'server.js': "require('typescript')" }), false)
  for (const script of ['prepare', 'postinstall'])
    assert.equal(
      free({ 'server.js': '' }, {}, file('app/package.json', `{"scripts":{"${script}":"husky"}}`)),
      false,
    )
  assert.equal(free({ 'server.js': '' }, {}, file('app/package.json', 'broken')), false)
  assert.equal(lineFacts(makeScene(image({ 'server.js': '' })), makeEvidence()).needsNoDev(3), false)
})

test('npm is told to leave them out where nothing after it can start one of them', () => {
  const facts = { ...NO_FACTS, left: () => false, needsNoDev: () => true }
  const rewrite = (text: string): string =>
    applyEdits(text, inPlaceEdits(text, parseDockerfile(text, 'Dockerfile'), facts))
  for (const [from, to] of [
    ['npm ci', 'npm ci --omit=dev'],
    ['npm install --no-fund', 'npm install --omit=dev --no-fund'],
    ['apt-get update && npm i', 'apt-get update && npm i --omit=dev'],
    ['npm ci && npm cache clean --force', 'npm ci --omit=dev && npm cache clean --force'],
  ])
    assert.equal(rewrite(`FROM node\nRUN ${from}\n`), `FROM node\nRUN ${to}\n`)
  for (const kept of [
    'npm ci --omit=dev',
    'npm ci --production',
    'npm ci --include=dev',
    'NODE_ENV=development npm ci',
    'npm ci && npm run build',
    'npm ci\nRUN npx tsc',
    'npm ci\nRUN node -e "require(1)"',
    'npm ci\nRUN ["npm", "test"]',
    'npm ci\nRUN <<EOF\nnpm test\nEOF',
    'npm ci && echo $(npx tsc)',
    'npm install express',
    'npm install -g serve',
    'npm ci && npm ci',
    'npm ci || true',
    'npm ci\nFROM node',
  ]) {
    const text = `FROM node\nRUN ${kept}\n`
    assert.equal(rewrite(text), text, kept)
  }
})

test('a package that a source asks for and the result has not fails the proof, whatever its lockfile says', () => {
  const sources = { 'server.js': "require('express')\nrequire('typescript')" }
  const original = image(sources)
  const without = {
    ...original,
    own: original.own.filter(entry => !JSON.stringify(entry).includes('node_modules/typescript')),
  }
  assert.equal(
    told(proveNodePackages(makeClaim(original, original))),
    'passed: 2 packages of Node that the program’s sources ask for can be found',
  )
  assert.equal(
    told(proveNodePackages(makeClaim(original, without))),
    'failed: not there: typescript (asked for by /app/server.js)',
  )
  assert.equal(proveNodePackages(makeClaim(image({ 'server.js': '' }), without)), null)
})
