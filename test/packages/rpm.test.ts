import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { keepForPackages } from '../../src/packages/index.ts'
import type { Package } from '../../src/packages/package.ts'
import { readRpm } from '../../src/packages/rpm.ts'
import { createRpmBudget, isSpent, readRpmHeader } from '../../src/packages/rpm-header.ts'
import {
  type MadeRpm,
  makeRpmHeader,
  packBdb,
  packHeader,
  packNdb,
  packSqlite,
} from '../support/rpm-database.ts'

const PLACES = {
  sqlite: '/usr/lib/sysimage/rpm/rpmdb.sqlite',
  ndb: '/usr/lib/sysimage/rpm/Packages.db',
  bdb: '/var/lib/rpm/Packages',
} as const

const FORMATS: readonly (readonly [string, keyof typeof PLACES, (blobs: readonly Buffer[]) => Buffer])[] = [
  ['SQLite', 'sqlite', packSqlite],
  ['SQLite, small pages', 'sqlite', blobs => packSqlite(blobs, { pageBytes: 512 })],
  ['SQLite, the largest pages', 'sqlite', blobs => packSqlite(blobs, { pageBytes: 65_536 })],
  ['ndb', 'ndb', packNdb],
  ['Berkeley DB', 'bdb', packBdb],
  ['Berkeley DB, big-endian', 'bdb', blobs => packBdb(blobs, { bigEndian: true, pageBytes: 8192 })],
]

const read = (format: keyof typeof PLACES, body: Buffer) => readRpm(new Map([[PLACES[format], body]]))

const packagesOf = (rpms: readonly MadeRpm[]): readonly Package[] =>
  read('ndb', packNdb(rpms.map(makeRpmHeader))).packages

test('each format gives the same packages, however long their headers are', () => {
  const rpms = Array.from(
    { length: 300 },
    (_, i): MadeRpm => ({
      name: `package-${i}`,
      version: `${i}.1`,
      description: 'x'.repeat((i * 911) % 40_000),
      files: [`/usr/share/${i}`, `/usr/share/${i}/a`, `/usr/lib/${i}.so`],
      requires: ['/bin/sh', `package-${(i + 1) % 300}`],
    }),
  )
  const expected = packagesOf(rpms)
  assert.equal(expected.length, 300)
  for (const [label, format, pack] of FORMATS) {
    const { packages, unread } = read(format, pack(rpms.map(makeRpmHeader)))
    assert.deepEqual(unread, [], label)
    // SQLite's rows, the others' slots and pages: not the same order, and none that matters
    assert.deepEqual([...packages].sort(byName), [...expected].sort(byName), label)
  }
})

const byName = (a: Package, b: Package): number => (a.name < b.name ? -1 : 1)

test('a small header stands in the hash page itself', () => {
  const { packages, unread } = read('bdb', packBdb([makeRpmHeader({ name: 'small' })], { inPage: true }))
  assert.deepEqual(
    packages.map(pkg => pkg.name),
    ['small'],
  )
  assert.deepEqual(unread, [])
})

test('a package has name, epoch, version and release, its files, and what it needs and gives', () => {
  const [pkg, ...rest] = packagesOf([
    {
      name: 'openssl-libs',
      epoch: 1,
      version: '3.0.7',
      release: '28.el9',
      files: ['/etc/pki/tls', '/etc/pki/tls/a\\b', '/usr/lib64/libssl.so.3', '/usr/lib64/é'],
      requires: [
        'libc.so.6(GLIBC_2.4)(64bit)',
        'rpmlib(CompressedFileNames)',
        'config(openssl-libs)',
        '/bin/sh',
      ],
      provides: ['openssl-libs', 'libssl.so.3()(64bit)'],
    },
  ])
  assert.deepEqual(rest, [])
  assert.deepEqual(pkg, {
    manager: 'rpm',
    name: 'openssl-libs',
    version: '1:3.0.7-28.el9',
    section: null,
    files: ['/etc/pki/tls', '/etc/pki/tls/a\\\\b', '/usr/lib64/libssl.so.3', '/usr/lib64/é'],
    depends: [['libc.so.6(GLIBC_2.4)(64bit)'], ['/bin/sh']],
    recommends: [],
    provides: ['openssl-libs', 'libssl.so.3()(64bit)'],
    essential: false,
    requested: null,
  })
})

test('a conditional need is the names that it may come to', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['(a >= 1.0 if b)', ['a']],
    ['(a or b < 2)', ['a', 'b']],
    ['((a and perl(DBI)) if c else d)', ['a', 'perl(DBI)', 'd']],
    ['(a with a >= 2)', ['a', 'a']],
    ['()', []],
    ['((((', []],
    ['plain', ['plain']],
  ]
  for (const [need, names] of cases)
    assert.deepEqual(packagesOf([{ name: 'x', requires: [need] }])[0]?.depends.flat(), names, need)
})

test('a path that somebody needs is provided by the package that has it', () => {
  const [bash] = packagesOf([
    { name: 'bash', files: ['/usr/bin/bash', '/usr/bin/sh'] },
    { name: 'x', requires: ['/usr/bin/sh'] },
  ])
  assert.deepEqual(bash?.provides, ['bash', '/usr/bin/sh'])
})

test("another architecture is in the name, a key is no package, and a replaced file is somebody else's", () => {
  const packages = packagesOf([
    { name: 'glibc', files: ['/lib64/libc.so.6'] },
    { name: 'bash' },
    {
      name: 'glibc',
      arch: 'i686',
      files: ['/lib/libc.so.6', '/etc/nsswitch.conf', '/usr/share/doc/x'],
      states: [0, 4, 2],
    },
    { name: 'tzdata', arch: 'noarch', files: ['/a', '/b'], states: [1, 0] },
    { name: 'gpg-pubkey', arch: '' },
  ])
  assert.deepEqual(
    packages.map(pkg => [pkg.name, pkg.files]),
    [
      ['glibc', ['/lib64/libc.so.6']],
      ['bash', []],
      ['glibc.i686', ['/lib/libc.so.6', '/usr/share/doc/x']],
      ['tzdata', ['/b']],
    ],
  )
})

test('the newest format is read where several are there, and an empty file is none', () => {
  const [older, newer] = ['older', 'newer'].map(name => makeRpmHeader({ name }))
  const bodies = new Map([
    ['/var/lib/rpm/Packages', packBdb([older!])],
    ['/var/lib/rpm/rpmdb.sqlite', packSqlite([newer!])],
  ])
  assert.deepEqual(
    readRpm(bodies).packages.map(pkg => pkg.name),
    ['newer'],
  )
  bodies.set('/var/lib/rpm/rpmdb.sqlite', Buffer.alloc(0))
  assert.deepEqual(
    readRpm(bodies).packages.map(pkg => pkg.name),
    ['older'],
  )
  assert.deepEqual(readRpm(new Map()), { packages: [], unread: [] })
})

test('a database with unfinished writes beside it is not trusted, and named', () => {
  const path = '/var/lib/rpm/rpmdb.sqlite'
  const body = packSqlite([makeRpmHeader({ name: 'stale' })])
  assert.equal(
    readRpm(
      new Map([
        [path, body],
        [`${path}-wal`, Buffer.alloc(0)],
      ]),
    ).packages.length,
    1,
  )
  const { packages, unread } = readRpm(
    new Map([
      [path, body],
      [`${path}-wal`, Buffer.alloc(32)],
    ]),
  )
  assert.deepEqual(packages, [])
  assert.deepEqual(
    unread.map(each => each.path),
    [path],
  )
  assert.match(unread[0]!.why, /rpmdb\.sqlite-wal/)
})

test("Azure Linux's manifest names packages where there is no database", () => {
  const line = 'bash\t5.1.8-1.cm2\t1660000000\t1650000000\tMicrosoft\t(none)\t100\tx86_64\t0\tbash.src.rpm'
  const { packages } = readRpm(
    new Map([['/var/lib/rpmmanifest/container-manifest-2', Buffer.from(`${line}\n\nx\n`)]]),
  )
  assert.deepEqual(
    packages.map(pkg => [pkg.manager, pkg.name, pkg.version]),
    [['rpm', 'bash', '5.1.8-1.cm2']],
  )
})

test('what is kept are the databases themselves', () => {
  for (const path of [...Object.values(PLACES), '/var/lib/rpm/rpmdb.sqlite-wal', '/usr/share/rpm/Packages'])
    assert.ok(keepForPackages(path), path)
  for (const path of [
    '/var/lib/rpm/rpmdb.sqlite-shm',
    '/var/lib/rpm/Basenames',
    '/app/rpmdb.sqlite',
    '/var/lib/rpm',
  ])
    assert.ok(!keepForPackages(path), path)
  assert.ok(!keepForPackages(PLACES.sqlite, 100e6))
})

test('a damaged database gives what can be read, says so, and never throws', () => {
  const headers = Array.from({ length: 30 }, (_, i) =>
    makeRpmHeader({
      name: `p${i}`,
      files: [`/usr/${i}`],
      requires: ['p1'],
      description: 'd'.repeat(i * 700),
    }),
  )
  for (const [label, format, pack] of FORMATS) {
    const whole = pack(headers)
    for (let end = 0; end < whole.length; end += 997) {
      const { packages, unread } = read(format, whole.subarray(0, end))
      assert.ok(packages.length <= 30, label)
      assert.ok(end === 0 || unread.length === 1 || packages.length === 30, `${label} cut at ${end}`)
    }
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 60 }), changes => {
        const broken = Buffer.from(whole)
        for (const [at, byte] of changes) broken[at] = byte
        assert.ok(read(format, broken).packages.length <= 90)
      }),
      { numRuns: 60, seed: 20_261_121 },
    )
  }
  for (const junk of [
    'x',
    'SQLite format 3\0',
    'RpmP',
    '\0'.repeat(5000),
    'SQLite format 3\0'.padEnd(4096, '\xff'),
  ])
    assert.deepEqual(read('sqlite', Buffer.from(junk, 'latin1')).packages, [])
})

test('chains that run in circles end', () => {
  const header = makeRpmHeader({ name: 'round', description: 'x'.repeat(20_000) })
  // the first of the pages that hold it
  const first = 3
  const bdb = packBdb([header])
  bdb.writeUInt32LE(first, first * 4096 + 16)
  assert.ok(read('bdb', bdb).packages.length <= 1)
  const slow = packBdb([header])
  // a page that holds nothing and leads to itself
  slow.writeUInt16LE(0, first * 4096 + 22)
  slow.writeUInt32LE(first, first * 4096 + 16)
  assert.deepEqual(read('bdb', slow).packages, [])
  const sqlite = packSqlite(
    Array.from({ length: 400 }, (_, i) => makeRpmHeader({ name: `p${i}` })),
    { pageBytes: 512 },
  )
  let circles = 0
  for (let page = 512; page < sqlite.length; page += 512) {
    if (sqlite[page] !== 5) continue
    sqlite.writeUInt32BE(page / 512 + 1, page + 8)
    circles += 1
  }
  assert.ok(circles > 0)
  assert.equal(read('sqlite', sqlite).unread.length, 1)
})

test('few bytes that say very many names are not believed', () => {
  const directory = `/${'d'.repeat(4000)}/`
  const count = 100_000
  const header = packHeader([
    [1000, 'large'],
    [1116, new Array<number>(count).fill(0)],
    [1117, new Array<string>(count).fill('x')],
    [1118, [directory]],
  ])
  const budget = createRpmBudget()
  const files = readRpmHeader(header, budget)?.files.length ?? 0
  assert.ok(isSpent(budget) && files < 70_000, `${files}`)
  const many = createRpmBudget()
  const nothing = packHeader([
    [1000, 'many'],
    [1117, new Array<string>(5_000_000).fill('')],
  ])
  assert.deepEqual(readRpmHeader(nothing, many)?.files, [])
  assert.ok(isSpent(many))
})

test('a header that is none is skipped', () => {
  const good = makeRpmHeader({ name: 'good' })
  for (const bad of [
    Buffer.alloc(8),
    Buffer.alloc(16, 0xff),
    good.subarray(0, 40),
    packHeader([[1001, '1']]),
  ]) {
    const { packages, unread } = read('ndb', packNdb([bad, good]))
    assert.deepEqual(
      packages.map(pkg => pkg.name),
      ['good'],
    )
    assert.equal(unread.length, 1)
  }
})
