/** Writes rpm databases for tests: package headers, and the files that Berkeley DB, SUSE's ndb and SQLite keep them in. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export interface MadeRpm {
  readonly name: string
  readonly version?: string
  readonly release?: string
  readonly epoch?: number
  readonly arch?: string
  readonly requires?: readonly string[]
  readonly provides?: readonly string[]
  readonly files?: readonly string[]
  /** `rpmfileState` of each file: 0 normal, 1 replaced, 2 not installed, 4 wrong colour. */
  readonly states?: readonly number[]
  /** Text that makes the header as large as a test wants. */
  readonly description?: string
}

type Value = string | readonly string[] | Uint8Array | readonly number[]

/** Big-endian: counts, an index of (tag, type, offset, count), the data. */
export const makeRpmHeader = (rpm: MadeRpm): Buffer => {
  const files = rpm.files ?? []
  const directories = [...new Set(files.map(path => path.slice(0, path.lastIndexOf('/') + 1)))]
  const tags: (readonly [number, Value])[] = [
    [1000, rpm.name],
    [1001, rpm.version ?? '1.0'],
    [1002, rpm.release ?? '1'],
    ...(rpm.epoch === undefined ? [] : [[1003, [rpm.epoch]] as const]),
    [1005, rpm.description ?? ''],
    [1022, rpm.arch ?? 'x86_64'],
    ...(rpm.states ? [[1029, Uint8Array.from(rpm.states)] as const] : []),
    [1047, rpm.provides ?? [rpm.name]],
    [1049, rpm.requires ?? []],
    [1116, files.map(path => directories.indexOf(path.slice(0, path.lastIndexOf('/') + 1)))],
    [1117, files.map(path => path.slice(path.lastIndexOf('/') + 1))],
    [1118, directories],
  ]
  return packHeader(tags.filter(([, value]) => value.length > 0))
}

/** Any header: strings are type 6, lists of strings 8, bytes 1, lists of numbers 4. */
export const packHeader = (tags: readonly (readonly [number, Value])[]): Buffer => {
  const index: Buffer[] = []
  const data: Buffer[] = []
  let offset = 0
  for (const [tag, value] of tags) {
    const [type, count, bytes] = encode(value)
    const fill = type === 4 ? (4 - (offset % 4)) % 4 : 0
    index.push(u32(tag, type, offset + fill, count))
    data.push(Buffer.alloc(fill), bytes)
    offset += fill + bytes.length
  }
  return Buffer.concat([u32(tags.length, offset), ...index, ...data])
}

const encode = (value: Value): readonly [type: number, count: number, bytes: Buffer] => {
  if (typeof value === 'string') return [6, 1, Buffer.from(`${value}\0`)]
  if (value instanceof Uint8Array) return [1, value.length, Buffer.from(value)]
  if (typeof value[0] === 'number') return [4, value.length, u32(...(value as readonly number[]))]
  return [8, value.length, Buffer.from((value as readonly string[]).map(text => `${text}\0`).join(''))]
}

const u32 = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length)
  values.forEach((value, i) => {
    bytes.writeUInt32BE(value, 4 * i)
  })
  return bytes
}

/**
 * A Berkeley DB hash of one item in each bucket: the page about the file, the buckets' pages, then the pages of what is
 * too long for those.
 */
export const packBdb = (
  blobs: readonly Buffer[],
  { pageBytes = 4096, bigEndian = false, inPage = false } = {},
): Buffer => {
  const put16 = (page: Buffer, value: number, at: number) =>
    bigEndian ? page.writeUInt16BE(value, at) : page.writeUInt16LE(value, at)
  const put32 = (page: Buffer, value: number, at: number) =>
    bigEndian ? page.writeUInt32BE(value, at) : page.writeUInt32LE(value, at)
  const makePage = (number: number, type: number): Buffer => {
    const page = Buffer.alloc(pageBytes)
    put32(page, number, 8)
    page[25] = type
    return page
  }
  const buckets: Buffer[] = []
  const overflow: Buffer[] = []
  const capacity = pageBytes - 26
  // as rpm does, the first value is a counter
  for (const [key, blob] of [Buffer.alloc(4), ...blobs].entries()) {
    let value = Buffer.concat([Buffer.of(1), blob])
    if (key > 0 && !inPage) {
      value = Buffer.alloc(12)
      value[0] = 3
      put32(value, 2 + blobs.length + overflow.length, 4)
      put32(value, blob.length, 8)
      for (let at = 0; at < blob.length; at += capacity) {
        const number = 2 + blobs.length + overflow.length
        const page = makePage(number, 7)
        put16(page, 1, 20)
        put16(page, blob.copy(page, 26, at, at + capacity), 22)
        if (at + capacity < blob.length) put32(page, number + 1, 16)
        overflow.push(page)
      }
    }
    const page = makePage(1 + key, 13)
    const name = Buffer.alloc(5)
    name[0] = 1
    put32(name, key, 1)
    const keyAt = pageBytes - name.length
    const valueAt = keyAt - value.length
    name.copy(page, keyAt)
    value.copy(page, valueAt)
    put16(page, 2, 20)
    put16(page, valueAt, 22)
    put16(page, keyAt, 26)
    put16(page, valueAt, 28)
    buckets.push(page)
  }
  const meta = makePage(0, 8)
  const mask = 2 ** Math.ceil(Math.log2(buckets.length)) - 1
  put32(meta, 0x00061561, 12)
  put32(meta, 9, 16)
  put32(meta, pageBytes, 20)
  put32(meta, buckets.length + overflow.length, 32)
  put32(meta, buckets.length - 1, 72)
  put32(meta, mask, 76)
  put32(meta, mask >> 1, 80)
  put32(meta, buckets.length, 88)
  // bucket n is on page n + 1
  for (let i = 0; i < 32; i += 1) put32(meta, 1, 96 + 4 * i)
  return Buffer.concat([meta, ...buckets, ...overflow])
}

/** SUSE's own format: a page of slots, then the blobs in blocks of 16 bytes. */
export const packNdb = (blobs: readonly Buffer[]): Buffer => {
  const slotPages = Math.ceil((2 + blobs.length) / 256)
  const slots = Buffer.alloc(slotPages * 4096)
  slots.write('RpmP', 0, 'latin1')
  slots.writeUInt32LE(slotPages, 12)
  slots.writeUInt32LE(blobs.length + 1, 16)
  for (let at = 32; at < slots.length; at += 16) slots.write('Slot', at, 'latin1')
  const parts: Buffer[] = [slots]
  let block = slots.length / 16
  blobs.forEach((blob, i) => {
    const blocks = Math.ceil((16 + blob.length + 12) / 16)
    const bytes = Buffer.alloc(blocks * 16)
    bytes.write('BlbS', 0, 'latin1')
    bytes.writeUInt32LE(i + 1, 4)
    bytes.writeUInt32LE(1, 8)
    bytes.writeUInt32LE(blob.length, 12)
    blob.copy(bytes, 16)
    bytes.write('BlbE', bytes.length - 4, 'latin1')
    slots.writeUInt32LE(i + 1, 32 + 16 * i + 4)
    slots.writeUInt32LE(block, 32 + 16 * i + 8)
    slots.writeUInt32LE(blocks, 32 + 16 * i + 12)
    parts.push(bytes)
    block += blocks
  })
  return Buffer.concat(parts)
}

/** What SQLite itself writes. */
export const packSqlite = (blobs: readonly Buffer[], { pageBytes = 4096 } = {}): Buffer => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-rpm-'))
  try {
    const path = join(folder, 'rpmdb.sqlite')
    const database = new DatabaseSync(path)
    database.exec(`PRAGMA page_size = ${pageBytes}`)
    database.exec("CREATE TABLE 'Name' (key TEXT NOT NULL, hnum INTEGER NOT NULL, idx INTEGER NOT NULL)")
    database.exec("CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)")
    database.exec('BEGIN')
    const insert = database.prepare("INSERT INTO 'Packages' (blob) VALUES (?)")
    for (const blob of blobs) insert.run(blob)
    database.exec('COMMIT')
    database.close()
    return readFileSync(path)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
