import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandRuns } from '../../src/rules/match.ts'
import { preloads, startedNodePackages, startedPrograms } from '../../src/rules/start-scripts.ts'
import { type FakeImage, makeRuleImage } from '../support/rule-image.ts'

const names = (image: FakeImage): readonly string[] =>
  startedPrograms(makeRuleImage(image)).map(({ name }) => name)

test('programs are the words of the command, and those that its scripts start', () => {
  const image: FakeImage = {
    command: ['/usr/local/bin/docker-entrypoint.sh', 'serve'],
    bodies: {
      '/usr/local/bin/docker-entrypoint.sh':
        '#!/bin/sh\nset -e\n# make would be nice\nif [ -n "$X" ]; then cmake --build .; fi\nA=1 mvn package && exec "$@"\necho ninja\n',
    },
  }
  const found = names(image)
  for (const name of ['docker-entrypoint.sh', 'serve', 'set', 'cmake', 'mvn', 'exec'])
    assert.ok(found.includes(name), name)
  for (const name of ['make', 'ninja', 'package']) assert.ok(!found.includes(name), name)
  assert.equal(commandRuns(makeRuleImage(image), 'mvn'), '`/usr/local/bin/docker-entrypoint.sh` runs `mvn`.')
})

test('a script is found from the working directory and on the path, and only when it is a shell script', () => {
  const bodies = {
    '/app/start.sh': 'make serve\n',
    '/usr/bin/run': '#!/usr/bin/env bash\ncargo run\n',
    '/app/x': 'go run .',
  }
  assert.ok(names({ command: ['./start.sh'], workingDirectory: '/app', bodies }).includes('make'))
  assert.ok(names({ command: ['run'], bodies }).includes('cargo'))
  assert.ok(!names({ command: ['/app/x'], bodies }).includes('go'))
  assert.ok(!names({ command: ['./start.sh'], workingDirectory: '/', bodies }).includes('make'))
})

test('npm start runs what package.json says', () => {
  const image: FakeImage = {
    command: ['npm', 'start'],
    workingDirectory: '/app',
    bodies: {
      '/app/package.json': '{"scripts":{"prestart":"tsc -b","start":"NODE_ENV=x ts-node src","test":"jest"}}',
    },
  }
  const found = names(image)
  assert.ok(found.includes('ts-node') && found.includes('tsc') && !found.includes('jest'))
  assert.equal(
    commandRuns(makeRuleImage(image), 'ts-node'),
    'The script `start` of `/app/package.json` runs `ts-node`.',
  )
  for (const broken of ['', '{', 'null', '{"scripts":7}', '{"scripts":{"start":7}}'])
    assert.deepEqual(names({ ...image, bodies: { '/app/package.json': broken } }), ['npm', 'start'], broken)
})

test('scripts of package.json lead to others, and a program stands behind what runs it', () => {
  const started = (start: string) =>
    names({
      command: ['npm', '--silent', 'run', 'start'],
      workingDirectory: '/app',
      bodies: {
        '/app/package.json': JSON.stringify({ scripts: { start, serve: 'vite preview', loop: start } }),
      },
    })
  assert.ok(started('npm run serve').includes('vite'))
  assert.ok(started('npm run loop && npm run start && vite').includes('vite'))
  for (const line of [
    'cross-env NODE_ENV=production tsx server.ts',
    'dotenv -e .env -- tsx server.ts',
    'dotenvx run -f .env -- tsx server.ts',
    'npx --yes tsx server.ts',
    '/usr/bin/env A=1 tsx server.ts',
    'tini -s -- tsx server.ts',
  ])
    assert.ok(started(line).includes('tsx'), line)
  assert.ok(!started('command -v tsx').includes('tsx'))
  assert.ok(!started('cross-env A=1 node server.ts tsx').includes('tsx'))
})

test('packages that Node loads before the program', () => {
  assert.deepEqual(preloads('node -r ts-node/register --import=tsx --loader @a/b/c server.js'), [
    'ts-node',
    'tsx',
    '@a/b',
  ])
  assert.deepEqual(preloads('NODE_OPTIONS="--import tsx" node server.js'), ['tsx'])
  assert.deepEqual(preloads('node -r ./setup.js --import node:test --require-x tsx server.js'), [])
  const image = makeRuleImage({
    command: ['/run.sh'],
    env: { NODE_OPTIONS: '--require=a' },
    bodies: { '/run.sh': '#!/bin/sh\nexec node -r b/register ./node_modules/@c/d/cli.js\n' },
  })
  assert.deepEqual(startedNodePackages(image), [
    { name: 'a', by: '`NODE_OPTIONS`' },
    { name: 'b', by: '`/run.sh`' },
    { name: '@c/d', by: '`/run.sh`' },
  ])
})
