/** What the rules do together: whose files are judged, and that one fault is told once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExampleFile, HazardExample } from '../../src/hazards/hazard.ts'
import { type HazardInput, judgeHazards } from '../../src/hazards/judge-hazards.ts'
import { ownersOf } from '../../src/packages/owners.ts'
import { stackLayers } from '../../src/tree/stack.ts'
import { makeElf, makeHazardInput } from '../support/make-hazard-image.ts'
import { readLayers } from '../support/make-image.ts'
import { file, type MadeEntry, whiteout } from '../support/make-tar.ts'
import { makePackage } from '../support/package.ts'

const GLIBC: Readonly<Record<string, ExampleFile>> = {
  '/lib64/ld-linux-x86-64.so.2': { elf: { needed: [] }, owned: true },
  '/bin/sh': { elf: {}, owned: true },
}
const MUSL: Readonly<Record<string, ExampleFile>> = {
  '/lib/ld-musl-x86_64.so.1': { elf: { needed: [] }, owned: true },
}

const keysOf = (example: HazardExample, more: Partial<HazardInput> = {}): string[] =>
  judgeHazards({ ...makeHazardInput(example), ...more }).hazards.map(hazard => hazard.key)

/** Layers of real entries, every file of which is a program that needs `libgone.so.1`. */
const inputOf = (layers: readonly (readonly MadeEntry[])[], more: Partial<HazardInput> = {}): HazardInput => {
  const read = readLayers(layers, path => (path.endsWith('.shlibs') ? 'all' : 'none'))
  const { tree } = stackLayers(read, read[0]!.entries.directories)
  const packages = [makePackage({ name: 'libc6', files: ['/lib64/ld-linux-x86-64.so.2'] })]
  return {
    tree,
    layers: read.map(({ entries, bodies }) => ({
      bodies,
      programs: new Map(
        Array.from({ length: entries.length }, (_, id) => [
          id,
          { kind: 'elf', elf: makeElf({ needed: ['libgone.so.1'] }) },
        ]),
      ),
    })),
    owners: ownersOf([{ layer: 0, packages }], tree.canonical),
    packages,
    ownersKnown: true,
    baseLayers: null,
    platform: 'linux/amd64',
    env: [],
    entrypoint: [],
    cmd: [],
    workingDirectory: null,
    lines: layers.map((_, i) => ({ file: 'Dockerfile', start: i + 1, end: i + 1 })),
    ...more,
  }
}

const loader = file('lib64/ld-linux-x86-64.so.2', 'loader', { mode: 0o755 })
const program = (path: string, content = 'program'): MadeEntry => file(path, content, { mode: 0o755 })

test('a Python for another C library is one hazard, not one for each of its modules', () => {
  const site = '/usr/local/lib/python3.9/lib-dynload'
  const keys = keysOf({
    files: {
      ...MUSL,
      '/usr/local/bin/python3.9': { elf: { needed: ['libcrypt.so.1', 'libc.so.6'] } },
      [`${site}/_ssl.cpython-39-x86_64-linux-gnu.so`]: {
        elf: { interpreter: null, needed: ['libssl.so.3', 'libc.so.6'] },
      },
      '/usr/local/bin/pip': { script: '#!/usr/local/bin/python3.9\n' },
    },
    cmd: ['python3.9'],
  })
  assert.deepEqual(keys, ['missing-interpreter /lib64/ld-linux-x86-64.so.2'])
})

test('a virtual environment without its Python is one hazard, not three', () => {
  const keys = keysOf({
    files: {
      ...GLIBC,
      '/opt/venv/pyvenv.cfg': { text: 'home = /usr/local/bin\n' },
      '/opt/venv/bin/python': { link: '/usr/local/bin/python3.12' },
      '/opt/venv/bin/gunicorn': { script: '#!/opt/venv/bin/python\n' },
    },
    env: { PATH: '/opt/venv/bin:/usr/bin:/bin' },
    cmd: ['gunicorn', 'app'],
  })
  assert.deepEqual(keys, ['moved-virtualenv /opt/venv'])
  const asCommand = (...cmd: string[]) =>
    keysOf({
      files: {
        ...GLIBC,
        '/opt/venv/pyvenv.cfg': { text: 'home = /usr/local/bin\n' },
        '/opt/venv/bin/python': { link: '/usr/local/bin/python3.12' },
      },
      env: { PATH: '/opt/venv/bin:/usr/bin:/bin' },
      cmd,
    })
  assert.deepEqual(asCommand('python'), ['moved-virtualenv /opt/venv'])
  assert.deepEqual(asCommand('/opt/venv/bin/python'), ['moved-virtualenv /opt/venv'])
})

test('a command that is a link to nothing is one hazard', () => {
  const keys = keysOf({
    files: { ...GLIBC, '/usr/local/bin/run': { link: '/opt/run' } },
    cmd: ['/usr/local/bin/run'],
  })
  assert.deepEqual(keys, ['entrypoint-not-found /usr/local/bin/run'])
})

test('files of the base image are not judged where it is known, and are where it is not', () => {
  const layers = [[loader, program('usr/local/bin/a')], [program('app/b')]]
  const known = judgeHazards(inputOf(layers, { baseLayers: 1 })).hazards
  assert.deepEqual(known[0]!.paths, ['/app/b'])
  assert.deepEqual(known[0]!.line, { file: 'Dockerfile', start: 2, end: 2 })
  assert.deepEqual(judgeHazards(inputOf(layers)).hazards[0]!.paths, ['/app/b', '/usr/local/bin/a'])
})

test('what a later layer holds once more unchanged is still the base image’s', () => {
  const copied = [[loader, program('usr/local/bin/a')], [program('usr/local/bin/a')]]
  assert.deepEqual(judgeHazards(inputOf(copied, { baseLayers: 1 })).hazards, [])
  const changed = [[loader, program('usr/local/bin/a')], [program('usr/local/bin/a', 'other')]]
  assert.equal(judgeHazards(inputOf(changed, { baseLayers: 1 })).hazards.length, 1)
})

test('a library that a later layer deleted is missing', () => {
  const present = [[loader, program('app/b'), program('usr/lib/libgone.so.1')]]
  assert.deepEqual(judgeHazards(inputOf(present)).hazards, [])
  const [hazard] = judgeHazards(inputOf([...present, [whiteout('usr/lib/libgone.so.1')]])).hazards
  assert.equal(hazard?.missing, 'libgone.so.1')
})

test('the package of a library is known from any layer’s database', () => {
  const shlibs = file('var/lib/dpkg/info/libgone1:amd64.shlibs', 'libgone 1 libgone1 (>= 1.2)\n')
  const layers = [[loader, program('app/b'), shlibs], [whiteout('var/lib/dpkg/info/libgone1:amd64.shlibs')]]
  assert.match(judgeHazards(inputOf(layers)).hazards[0]!.advice.summary, /`apt-get install libgone1`/)
})

test('the package of a library is known from apk, and from a table for Debian', () => {
  const wants = (soname: string): HazardExample => ({
    files: { ...GLIBC, '/app/server': { elf: { needed: [soname] } } },
  })
  const adviceOf = (soname: string, packages: HazardInput['packages']): string =>
    judgeHazards({ ...makeHazardInput(wants(soname)), packages }).hazards[0]!.advice.summary
  assert.match(adviceOf('libpq.so.5', [makePackage({ name: 'libc6' })]), /`apt-get install libpq5`/)
  const apk = [makePackage({ name: 'musl', manager: 'apk', section: null })]
  assert.match(adviceOf('libpq.so.5', apk), /`apk add so:libpq.so.5`/)
  assert.match(
    adviceOf('libnobody.so.7', [makePackage({ name: 'libc6' })]),
    /package that has `libnobody.so.7`/,
  )
})

test('nothing is judged but the command where a package database could not be read', () => {
  const example = { files: { '/app/a': { elf: {} }, '/app/b': { elf: {} } }, cmd: ['/app/b'] }
  assert.deepEqual(judgeHazards(makeHazardInput(example)).hazards[0]!.paths, ['/app/a', '/app/b'])
  assert.deepEqual(judgeHazards({ ...makeHazardInput(example), ownersKnown: false }).hazards[0]!.paths, [
    '/app/b',
  ])
})

test('a script that somebody deleted on purpose is not lost', () => {
  const distribution = {
    flask: { site: '/usr/local/lib/python3.9/site-packages', files: ['../../../bin/flask'] },
  }
  const input = makeHazardInput({ files: { ...GLIBC }, distributions: distribution })
  assert.equal(judgeHazards(input).hazards.length, 1)
  const layers = readLayers([
    [
      file('usr/local/bin/flask', 'x'),
      file('usr/local/lib/python3.9/site-packages/flask-1.0.dist-info/RECORD', ''),
    ],
    [whiteout('usr/local/bin/flask')],
  ])
  const { tree } = stackLayers(layers, layers[0]!.entries.directories)
  const deleted = { ...input, tree, layers, owners: ownersOf([], tree.canonical) }
  assert.deepEqual(judgeHazards(deleted).hazards, [])
})

test('hostile names end no quotation and reach no command', () => {
  const files = {
    ...GLIBC,
    '/app/`x`': { elf: { needed: ['lib`$(reboot)`.so.1'] } },
    '/usr/local/bin/`y': { script: '#!/bin/`z\n' },
  }
  const packages = [makePackage({ name: 'musl', manager: 'apk', section: null })]
  const { hazards } = judgeHazards({ ...makeHazardInput({ files, cmd: ['`w'] }), packages })
  assert.equal(hazards.length, 3)
  for (const { reason, advice } of hazards)
    for (const text of [reason, advice.summary]) assert.equal((text.match(/`/g) ?? []).length % 2, 0, text)
  assert.ok(!hazards.some(({ advice }) => advice.summary.includes('apk add')))
})

test('of two environments with the same distribution, the one that lost its command is told', () => {
  const [a, b] = ['/opt/a/lib/python3.9/site-packages', '/usr/local/lib/python3.9/site-packages']
  const example = {
    files: {
      ...GLIBC,
      '/opt/a/bin/flask': { script: '#!/opt/a/bin/python3.9\n' },
      '/opt/a/bin/python3.9': { elf: {} },
      [`${b}/flask-1.0.dist-info/RECORD`]: { text: '' },
    },
    distributions: { flask: { site: a, files: ['../../../bin/flask'] } },
  }
  const input = makeHazardInput(example)
  const packages = input.packages.map(pkg =>
    pkg.name === 'flask'
      ? { ...pkg, files: [...pkg.files, `${b}/flask-1.0.dist-info/RECORD`, '/usr/local/bin/flask'] }
      : pkg,
  )
  const { hazards } = judgeHazards({ ...input, packages })
  assert.deepEqual(
    hazards.map(hazard => hazard.key),
    [`python-console-script-lost ${b}`],
  )
})

test('modules that their package does without are no hazard', () => {
  const site = '/usr/local/lib/python3.11/site-packages'
  const wants = (path: string): string[] =>
    keysOf({
      files: {
        ...GLIBC,
        '/usr/local/bin/python3.11': { elf: {} },
        [`${site}/${path}`]: { elf: { interpreter: null, needed: ['libpulse.so.0'] } },
      },
    })
  assert.deepEqual(wants('PyQt5/QtMultimedia.abi3.so'), [])
  assert.deepEqual(wants('PyQt5/QtCore.abi3.so'), ['missing-library libpulse.so.0'])
})

test('what could not be examined is told, and is no hazard', () => {
  const files = {
    ...GLIBC,
    '/app/big': { notExamined: true },
    '/usr/bin/x': { notExamined: true, owned: true },
  } as const
  const { hazards, notExamined } = judgeHazards(makeHazardInput({ files }))
  assert.deepEqual(hazards, [])
  assert.deepEqual(notExamined, [{ path: '/app/big', why: 'its dynamic section could not be read' }])
})

test('an image full of unreadable files is told in a thousand rows and one', () => {
  const files = Object.fromEntries(
    Array.from({ length: 1500 }, (_, i) => [
      `/app/f${String(i).padStart(4, '0')}`,
      { notExamined: true as const },
    ]),
  )
  const { notExamined } = judgeHazards(makeHazardInput({ files }))
  assert.equal(notExamined.length, 1001)
  assert.match(notExamined.at(-1)!.why, /; 499 more are not shown$/)
})

test('thousands of programs that want thousands of names are judged in no time', () => {
  const files: Record<string, ExampleFile> = { ...GLIBC }
  for (let i = 0; i < 3000; i += 1)
    files[`/app/p${i}`] = { elf: { needed: [`libno${i}.so.1`, `libno${i + 1}.so.1`, `p${i + 1}`] } }
  const input = makeHazardInput({ files })
  const started = process.hrtime.bigint()
  const { hazards } = judgeHazards(input)
  assert.equal(hazards.length, 3001)
  assert.ok(Number(process.hrtime.bigint() - started) < 3e9)
})

test('the worst comes first, and twenty paths stand for all', () => {
  const files: Record<string, ExampleFile> = { ...GLIBC }
  for (let i = 0; i < 40; i += 1) files[`/app/p${i}`] = { elf: { needed: ['libgone.so.1'] } }
  const { hazards } = judgeHazards(makeHazardInput({ files, cmd: ['absent'] }))
  assert.deepEqual(
    hazards.map(hazard => hazard.rule),
    ['entrypoint-not-found', 'missing-library'],
  )
  assert.equal(hazards[1]!.paths.length, 20)
})
