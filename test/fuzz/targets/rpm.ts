/** rpm's databases in their three formats, and the headers in them. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { readRpm, rpmDatabases } from '../../../src/packages/rpm.ts'
import { isBdb } from '../../../src/packages/rpm-bdb.ts'
import { createRpmBudget, readRpmHeader } from '../../../src/packages/rpm-header.ts'
import { isNdb } from '../../../src/packages/rpm-ndb.ts'
import { makeRpmHeader, packBdb, packHeader, packNdb, packSqlite } from '../../support/rpm-database.ts'
import type { Target } from '../target.ts'

const HEADERS = [
  makeRpmHeader({
    name: 'bash',
    epoch: 1,
    requires: ['libc.so.6', '(a >= 1 if b)'],
    files: ['/bin/bash', '/etc/x'],
    states: [0, 1],
  }),
  makeRpmHeader({ name: 'big', description: 'x'.repeat(3000), files: ['/usr/lib/a', '/usr/lib/b', '/c'] }),
  makeRpmHeader({ name: 'gpg-pubkey' }),
]

const database = (bytes: Buffer): void => {
  const index = isNdb(bytes) ? 3 : isBdb(bytes) ? 6 : 0
  const { packages } = readRpm(new Map([[rpmDatabases[index]!, bytes]]))
  for (const { name, files } of packages) {
    assert.notEqual(name, '')
    for (const path of files) assert.equal(path[0], '/')
  }
}

const text = fc.oneof(fc.constantFrom('', 'a', '/usr/', 'b)'), fc.string({ maxLength: 20 }))
const value: fc.Arbitrary<string | string[] | number[] | Uint8Array> = fc.oneof(
  text,
  fc.array(text, { minLength: 1, maxLength: 5 }),
  fc.array(fc.nat({ max: 2 ** 32 - 1 }), { minLength: 1, maxLength: 5 }),
  fc.uint8Array({ maxLength: 10 }),
)
const tag = fc.constantFrom(1000, 1001, 1002, 1003, 1022, 1027, 1029, 1047, 1049, 1116, 1117, 1118, 5046)
const header = fc.array(fc.tuple(tag, value), { maxLength: 14 }).map(packHeader)
const headers = fc.array(header, { minLength: 1, maxLength: 4 })
const spoilt = (bytes: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> =>
  fc.tuple(bytes, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 })).map(([made, places]) => {
    for (const [at, byte] of places) made[at % Math.min(made.length, 4300)] = byte
    return made
  })

const WORDS = [
  '\0\0\0\0',
  '\xff\xff\xff\xff',
  '\0\0\0\x01',
  '\x7f\xff\xff\xff',
  '/usr/lib/\0',
  '\x8e\xad\xe8\x01',
]

export const rpmHeader: Target = {
  name: 'rpm-header',
  about: 'the header of one rpm package',
  seeds: () => HEADERS,
  words: WORDS,
  generate: spoilt(header),
  run: bytes => {
    const read = readRpmHeader(bytes, createRpmBudget())
    if (read) assert.ok(read.files.every(path => path.length <= 4096))
  },
}

export const rpmBdb: Target = {
  name: 'rpm-bdb',
  about: 'an rpm database as a Berkeley DB hash',
  seeds: () => [
    packBdb(HEADERS, { pageBytes: 512 }),
    packBdb(HEADERS.slice(0, 1), { bigEndian: true, pageBytes: 1024 }),
    packBdb(HEADERS.slice(2), { inPage: true }),
  ],
  words: WORDS,
  generate: spoilt(
    fc
      .tuple(headers, fc.boolean(), fc.constantFrom(512, 1024))
      .map(([blobs, bigEndian, pageBytes]) => packBdb(blobs, { bigEndian, pageBytes })),
  ),
  run: database,
}

export const rpmNdb: Target = {
  name: 'rpm-ndb',
  about: "an rpm database in rpm's own format (SUSE)",
  seeds: () => [packNdb(HEADERS), packNdb([])],
  words: ['Slot', 'BlbS', 'BlbE', 'RpmP', ...WORDS],
  generate: spoilt(headers.map(packNdb)),
  run: database,
}

const sqliteSeeds = (): Buffer[] => [
  packSqlite(HEADERS, { pageBytes: 512 }),
  packSqlite(
    Array.from({ length: 40 }, () => HEADERS[0]!),
    { pageBytes: 512 },
  ),
]

let made: Buffer[] | null = null
const sqlite = (): readonly Buffer[] => {
  made ??= sqliteSeeds()
  return made
}

export const rpmSqlite: Target = {
  name: 'rpm-sqlite',
  about: 'an rpm database as an SQLite file',
  seeds: sqlite,
  words: ['SQLite format 3\0', 'table', 'Packages', ...WORDS],
  // SQLite itself is too slow to ask for each case: numbers at the heads of its pages are changed instead
  generate: fc
    .tuple(
      fc.nat({ max: 1 }),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 1, 2, 5, 13, 0x7f, 0x80, 0x81, 0xff)), {
        minLength: 1,
        maxLength: 30,
      }),
    )
    .map(([which, places]) => {
      const bytes = Buffer.from(sqlite()[which]!)
      const pages = bytes.length / 512
      for (const [at, byte] of places) bytes[(at % pages) * 512 + (at % 24)] = byte
      return bytes
    }),
  run: database,
}
