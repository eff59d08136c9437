import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { readApk } from '../../src/packages/apk.ts'
import { keepForPackages } from '../../src/packages/index.ts'
import { needShared } from '../support/need.ts'

const bodies = (files: Readonly<Record<string, string>>): Map<string, Buffer> =>
  new Map(Object.entries(files).map(([path, body]) => [path, Buffer.from(body)]))

const INSTALLED = '/lib/apk/db/installed'
const DATABASE = `C:Q1
P:musl
V:1.2.5-r0
p:so:libc.musl-x86_64.so.1=1
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755
Z:Q1
F:
R:at-the-root

P:gcc
V:13.2.1-r0
D:binutils libgcc=13.2.1-r0 !old so:libc.musl-x86_64.so.1 isl26~0.26
p:cmd:gcc=13.2.1-r0 cc=1
F:usr/bin
R:gcc

P:.build-deps
V:20261121.090000
D:gcc
`

test('a record gives names without versions, and files below their directories', () => {
  const packages = readApk(bodies({ [INSTALLED]: DATABASE }))
  assert.deepEqual(
    packages.map(pkg => [pkg.name, pkg.version, pkg.files]),
    [
      ['musl', '1.2.5-r0', ['/lib/ld-musl-x86_64.so.1', '/at-the-root']],
      ['gcc', '13.2.1-r0', ['/usr/bin/gcc']],
      ['.build-deps', '20261121.090000', []],
    ],
  )
  assert.deepEqual(packages[1]?.depends, [['binutils'], ['libgcc'], ['so:libc.musl-x86_64.so.1'], ['isl26']])
  assert.deepEqual(packages[1]?.provides, ['cmd:gcc', 'cc'])
  assert.deepEqual(
    packages.map(pkg => pkg.requested),
    [null, null, null],
  )
})

test('the world file says what was asked for, by name or by a name that only another package answers to', () => {
  const requested = (world: string): (string | undefined)[] =>
    readApk(bodies({ [INSTALLED]: DATABASE, '/etc/apk/world': world }))
      .filter(pkg => pkg.requested === true)
      .map(pkg => pkg.name)
  assert.deepEqual(requested('musl\n'), ['musl'])
  assert.deepEqual(requested('gcc>13\n.build-deps=20261121.090000\n'), ['gcc', '.build-deps'])
  assert.deepEqual(requested('cc musl@edge !gcc'), ['musl', 'gcc'])
  assert.deepEqual(requested(''), [])
})

test('both places of the database are known', () => {
  assert.equal(readApk(bodies({ '/usr/lib/apk/db/installed': DATABASE })).length, 3)
  assert.equal(readApk(bodies({})).length, 0)
})

test('a broken database gives what can be read and never throws', () => {
  for (let end = 0; end <= DATABASE.length; end += 1) {
    assert.ok(readApk(bodies({ [INSTALLED]: DATABASE.slice(0, end) })).length <= 3)
  }
  assert.deepEqual(readApk(bodies({ [INSTALLED]: 'R:x\nF:y\n\nV:1\n\0\xff' })), [])
})

test('real Alpine images: every package has files that are in the archive, and one answers to sh', t => {
  const folder = needShared(t, 'corpora', 'rootfs')
  if (!folder) return
  for (const version of ['3.10', '3.16', '3.20']) {
    const archive: string = `${folder}/alpine-v${version}.tar.gz`
    const read = (...args: readonly string[]): Buffer => execFileSync('tar', [...args], { maxBuffer: 1e8 })
    const names: string[] = read('-tzf', archive)
      .toString()
      .split('\n')
      .map(name => name.replace(/^\.?\/?/, '/').replace(/\/$/, ''))
    const kept = names.filter(keepForPackages)
    assert.deepEqual(kept.sort(), ['/etc/apk/world', INSTALLED])
    const packages = readApk(new Map(kept.map(path => [path, read('-xOzf', archive, `.${path}`)])))
    assert.equal(packages.length, 14, version)
    const inside = new Set(names)
    for (const pkg of packages)
      assert.deepEqual(
        pkg.files.filter(path => !inside.has(path)),
        [],
        pkg.name,
      )
    const shells = packages.filter(pkg => pkg.provides.some(name => name === '/bin/sh' || name === 'cmd:sh'))
    assert.ok(shells.length === 1 && shells[0]?.name.startsWith('busybox'))
    const asked = packages.filter(pkg => pkg.requested).map(pkg => pkg.name)
    assert.ok(asked.includes('alpine-baselayout') && asked.includes('busybox') && !asked.includes('zlib'))
  }
})
