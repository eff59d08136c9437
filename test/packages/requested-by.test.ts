import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Package } from '../../src/packages/package.ts'
import { requestedBy } from '../../src/packages/requested-by.ts'
import { makePackage } from '../support/package.ts'

const asked = (name: string, part: Partial<Package> = {}) => makePackage({ name, requested: true, ...part })
const auto = (name: string, part: Partial<Package> = {}) => makePackage({ name, requested: false, ...part })

const run = (packages: readonly Package[], before: readonly string[] = []) =>
  Object.fromEntries(requestedBy(packages, new Set(before)))

test('a package is traced to what was asked for, over needs and recommendations', () => {
  assert.deepEqual(
    run([
      asked('gcc', { depends: [['gcc-12']], recommends: [['libc6-dev']] }),
      auto('gcc-12', { depends: [['cpp-12']] }),
      auto('cpp-12'),
      auto('libc6-dev', { recommends: [['manpages-dev']] }),
      auto('manpages-dev'),
      auto('stray'),
    ]),
    {
      gcc: ['gcc'],
      'gcc-12': ['gcc'],
      'cpp-12': ['gcc'],
      'libc6-dev': ['gcc'],
      'manpages-dev': ['gcc'],
      stray: [],
    },
  )
})

test('several requesters are sorted, and a package that was asked for has only itself', () => {
  assert.deepEqual(
    run([
      asked('make'),
      asked('python3-dev', { depends: [['libc6-dev']] }),
      asked('gcc', { recommends: [['libc6-dev'], ['make']] }),
      auto('libc6-dev'),
    ]),
    { make: ['make'], 'python3-dev': ['python3-dev'], gcc: ['gcc'], 'libc6-dev': ['gcc', 'python3-dev'] },
  )
})

test('alternatives, provided names and foreign architectures are followed', () => {
  assert.deepEqual(
    run([
      asked('app', { depends: [['mail-server', 'postfix'], ['libfoo'], ['libbar:i386']] }),
      auto('exim4', { provides: ['mail-server'] }),
      auto('postfix'),
      auto('libfoo:i386'),
      makePackage({ manager: 'apk', name: 'so:x', requested: false }),
    ]),
    { app: ['app'], exim4: ['app'], postfix: ['app'], 'libfoo:i386': ['app'], 'so:x': [] },
  )
})

test('what a lower layer had was not asked for here, and cycles end', () => {
  const packages = [
    asked('base', { depends: [['a']] }),
    asked('new', { depends: [['a']] }),
    auto('a', { depends: [['b']] }),
    auto('b', { depends: [['a']] }),
  ]
  assert.deepEqual(run(packages, ['base']), { base: [], new: ['new'], a: ['new'], b: ['new'] })
})

test("Alpine's group for a build is what asked", () => {
  assert.deepEqual(
    run([
      makePackage({ manager: 'apk', name: '.build-deps', requested: true, depends: [['gcc']] }),
      makePackage({ manager: 'apk', name: 'gcc', requested: false, depends: [['so:libmpc.so.3']] }),
      makePackage({ manager: 'apk', name: 'mpc1', requested: false, provides: ['so:libmpc.so.3'] }),
    ]),
    { '.build-deps': ['.build-deps'], gcc: ['.build-deps'], mpc1: ['.build-deps'] },
  )
})

test('without a record of what was asked for, it is what no other new package needs', () => {
  const unknown = (name: string, part: Partial<Package> = {}) =>
    makePackage({ name, requested: null, ...part })
  assert.deepEqual(
    run([unknown('libc6'), unknown('gcc', { depends: [['cpp'], ['libc6']] }), unknown('cpp')], ['libc6']),
    { libc6: ['gcc'], gcc: ['gcc'], cpp: ['gcc'] },
  )
})

test('a name is one of its own manager, and of two with one name the first counts', () => {
  assert.deepEqual(
    run([
      asked('node-debug', { depends: [['ms']] }),
      asked('ms'),
      makePackage({ manager: 'npm', name: 'express', requested: null, depends: [['ms']] }),
      makePackage({ manager: 'npm', name: 'ms', requested: null }),
      makePackage({ manager: 'npm', name: 'debug', requested: false }),
    ]),
    { 'node-debug': ['node-debug'], ms: ['ms'], express: ['express'], debug: [] },
  )
})

test('everybody who needs everybody is more than is followed, and ends', () => {
  const everything = [['x']]
  const packages = Array.from({ length: 20_000 }, (_, i) =>
    asked(`p${i}`, { depends: everything, provides: ['x'] }),
  )
  assert.equal(Object.keys(run(packages)).length, 20_000)
})
