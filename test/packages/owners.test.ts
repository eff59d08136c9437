import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownersOf } from '../../src/packages/owners.ts'
import { makePackage } from '../support/package.ts'

const usrMerged = (path: string): string => (/^\/(bin|lib|sbin)\//.test(path) ? `/usr${path}` : path)
const same = (path: string): string => path

test('listed paths are followed to where the files are', () => {
  const bash = makePackage({ name: 'bash', files: ['/bin', '/bin/bash', '/usr/share/doc/bash/copyright'] })
  const owners = ownersOf([{ layer: 0, packages: [bash] }], usrMerged)
  assert.equal(owners.live('/usr/bin/bash'), bash)
  assert.equal(owners.live('/usr/share/doc/bash/copyright'), bash)
  assert.equal(owners.live('/bin/bash'), null)
  assert.equal(owners.live('/usr/bin/other'), null)
})

test('a visible file is owned by the final state alone, a hidden one by the last that knew it', () => {
  const before = makePackage({ name: 'gcc-12', files: ['/usr/bin/gcc-12', '/usr/lib/gcc/cc1'] })
  const libc1 = makePackage({ name: 'libc6', version: '1', files: ['/lib/libc.so.6'] })
  const libc2 = makePackage({ name: 'libc6', version: '2', files: ['/lib/libc.so.6'] })
  const owners = ownersOf(
    [
      { layer: 0, packages: [libc1] },
      { layer: 2, packages: [libc1, before] },
      { layer: 4, packages: [libc2] },
    ],
    same,
  )
  assert.equal(owners.live('/usr/bin/gcc-12'), null)
  assert.equal(owners.hidden('/usr/bin/gcc-12'), before)
  assert.equal(owners.live('/lib/libc.so.6'), libc2)
  assert.equal(owners.hidden('/lib/libc.so.6'), libc2)
  assert.equal(owners.hidden('/app/x'), null)
})

test('no state, no owner', () => {
  const owners = ownersOf([], same)
  assert.equal(owners.live('/a'), null)
  assert.equal(owners.hidden('/a'), null)
})

test('directories in a list do no harm, and each is resolved once', () => {
  const asked: string[] = []
  const files = [
    '/usr',
    '/usr/lib',
    '/usr/lib/a',
    '/usr/lib/a/1',
    '/usr/lib/a/2',
    '/usr/lib/b',
    '/usr/lib/b/1',
  ]
  const packages = ['x', 'y'].map(name =>
    makePackage({ name, files: files.map(path => path.replace('/1', `/1${name}`)) }),
  )
  const owners = ownersOf([{ layer: 0, packages }], path => {
    asked.push(path)
    return path
  })
  assert.deepEqual(asked.sort(), ['/usr/lib/a/1x', '/usr/lib/b/1x'])
  assert.equal(owners.live('/usr/lib/a/1y')?.name, 'y')
  assert.equal(owners.live('/usr/lib/a/2')?.name, 'x')
})
