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

test('a folder owns what no list names, the innermost folder before the others', () => {
  const roots = (name: string, ...of: readonly string[]) => makePackage({ manager: 'npm', name, roots: of })
  const packages = [
    makePackage({ name: 'node-debug', files: ['/app/node_modules/debug/index.js'] }),
    makePackage({ manager: 'python', name: 'wheel', files: ['/app/node_modules/express/x.py'] }),
    roots('express', '/app/node_modules/express', '/b/node_modules/express'),
    roots('debug', '/app/node_modules/debug'),
    roots('inner', '/app/node_modules/express/vendor/node_modules/inner'),
    roots('twice', '/app/node_modules/express'),
    roots('linked', '/bin/node_modules/linked'),
  ]
  const owners = ownersOf([{ layer: 0, packages }], usrMerged)
  const cases: readonly (readonly [string, string | null])[] = [
    ['/app/node_modules/express/index.js', 'express'],
    ['/b/node_modules/express/lib/deep/er/a.js', 'express'],
    ['/app/node_modules/express/node_modules/ms/a.js', 'express'],
    ['/app/node_modules/express/x.py', 'wheel'],
    ['/app/node_modules/debug/index.js', 'node-debug'],
    ['/app/node_modules/debug/other.js', 'debug'],
    ['/app/node_modules/express/vendor/node_modules/inner/a.js', 'inner'],
    ['/usr/bin/node_modules/linked/a.js', 'linked'],
    ['/app/node_modules/express', null],
    ['/app/node_modules/express2/a.js', null],
    ['/app/node_modules/a.js', null],
    ['/a', null],
  ]
  for (const [path, owner] of cases) {
    assert.equal(owners.live(path)?.name ?? null, owner, path)
    assert.equal(owners.hidden(path)?.name ?? null, owner, path)
  }
})

test('a folder of an earlier state owns hidden files only', () => {
  const dev = makePackage({ manager: 'npm', name: 'vite', roots: ['/app/node_modules/vite'] })
  const owners = ownersOf(
    [
      { layer: 0, packages: [dev] },
      { layer: 1, packages: [makePackage({ name: 'bash' })] },
    ],
    same,
  )
  assert.equal(owners.live('/app/node_modules/vite/a.js'), null)
  assert.equal(owners.hidden('/app/node_modules/vite/a.js'), dev)
})

test('a hundred thousand files below folders cost no list and no second', () => {
  const packages = Array.from({ length: 2000 }, (_, i) =>
    makePackage({ manager: 'npm', name: `p${i}`, roots: [`/app/node_modules/p${i}`] }),
  )
  const started = performance.now()
  const owners = ownersOf([{ layer: 0, packages }], same)
  for (let i = 0; i < 100_000; i += 1)
    assert.equal(
      owners.live(`/app/node_modules/p${i % 2000}/dist/esm/${i % 7}/${i}.js`)?.name,
      `p${i % 2000}`,
    )
  assert.ok(performance.now() - started < 1000)
})
