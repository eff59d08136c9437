/**
 * Extended headers (POSIX pax): records of `length key=value\n` that replace fields of the next header (`x`) or of all
 * that follow (`g`). Strict: a record that is not exactly as long as it says ends the reading.
 */
import { corruptAt } from './fields.ts'
import { ID_MAX } from './header.ts'

/** What the records say about the next entry; null where they say nothing. */
export interface PaxHeader {
  path: Uint8Array | null
  link: Uint8Array | null
  sizeBytes: number | null
  uid: number | null
  gid: number | null
  /** The value of the extended attribute `security.capability` (capabilities(7)), or null. */
  capability: Uint8Array | null
  /** GNU.sparse.*, or null. */
  sparse: PaxSparse | null
}

/** The `GNU.sparse.` records of the formats 0.0, 0.1 and 1.0 (GNU tar manual, "Storing Sparse Files"). */
export interface PaxSparse {
  major: string | null
  minor: string | null
  name: Uint8Array | null
  realSizeBytes: number | null
  blocks: number | null
  /** Offset, length, offset, length …: the pairs of 0.0, or the list of 0.1. */
  map: number[]
  hasMap: boolean
}

const NEWLINE = 0x0a
const SPACE = 0x20
const EQUALS = 0x3d
/** Shortest record there is: `5 a=\n`. */
const RECORD_BYTES_MIN = 5

/**
 * Reads the body of an `x` or `g` header. A key given twice: the last wins. Zeros after the last record are padding.
 * @param offset where the body is in the tar, for messages
 */
export const readPax = (bytes: Uint8Array, offset: number): PaxHeader => {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const pax: PaxHeader = {
    path: null,
    link: null,
    sizeBytes: null,
    uid: null,
    gid: null,
    capability: null,
    sparse: null,
  }
  let at = 0
  while (at < body.length && body[at] !== 0) at = readRecord(body, at, offset, pax)
  for (let i = at; i < body.length; i += 1)
    if (body[i] !== 0) throw corruptAt(offset + i, 'data after the last pax record')
  return pax
}

/** Reads one record and returns where the next one starts. */
const readRecord = (body: Buffer, start: number, offset: number, pax: PaxHeader): number => {
  let at = start
  let length = 0
  while (isDigit(body[at])) length = length * 10 + (body[at++]! - 0x30)
  const end = start + length
  if (at === start || body[at] !== SPACE) throw corruptAt(offset + start, 'a pax record without its length')
  if (length < RECORD_BYTES_MIN || end > body.length || body[end - 1] !== NEWLINE)
    throw corruptAt(offset + start, `a pax record is not ${length} bytes long, as it says`)
  const key = at + 1
  let equals = key
  while (equals < end - 1 && body[equals] !== EQUALS && body[equals] !== 0) equals += 1
  if (equals === key || body[equals] !== EQUALS)
    throw corruptAt(offset + start, 'a pax record that is not "length key=value"')
  if (CONCERNS_US.has(body[key]!)) {
    const name = body.toString('latin1', key, equals)
    apply(pax, name, body.subarray(equals + 1, end - 1), offset + start)
  }
  return end
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39

/** First letters of the keys below: most records (times) are passed by without making a string. */
const CONCERNS_US = new Set([...'plsugGS'].map(letter => letter.charCodeAt(0)))

/** The form that every builder and engine reads and writes: that of Go's archive/tar. */
const CAPABILITY = 'SCHILY.xattr.security.capability'
/** XATTR_CAPS_SZ_3 of linux/capability.h: the kernel takes no longer value. */
const CAPABILITY_BYTES = 24

const apply = (pax: PaxHeader, key: string, value: Uint8Array, offset: number): void => {
  if (key === 'path') pax.path = nameValue(key, value, offset)
  else if (key === 'linkpath') pax.link = nameValue(key, value, offset)
  else if (key === 'size') pax.sizeBytes = decimal(key, value, offset)
  else if (key === 'uid') pax.uid = idValue(key, value, offset)
  else if (key === 'gid') pax.gid = idValue(key, value, offset)
  else if (key === CAPABILITY && value.length <= CAPABILITY_BYTES) pax.capability = value
  else if (key.startsWith('GNU.sparse.')) {
    pax.sparse ??= {
      major: null,
      minor: null,
      name: null,
      realSizeBytes: null,
      blocks: null,
      map: [],
      hasMap: false,
    }
    applySparse(pax.sparse, key, value, offset)
  }
}

const applySparse = (sparse: PaxSparse, key: string, value: Uint8Array, offset: number): void => {
  switch (key.slice('GNU.sparse.'.length)) {
    case 'major':
      sparse.major = text(value)
      break
    case 'minor':
      sparse.minor = text(value)
      break
    case 'name':
      sparse.name = nameValue(key, value, offset)
      break
    case 'size':
    case 'realsize':
      sparse.realSizeBytes = decimal(key, value, offset)
      break
    case 'numblocks':
      sparse.blocks = decimal(key, value, offset)
      break
    case 'offset':
    case 'numbytes':
      if ((sparse.map.length % 2 === 0) !== key.endsWith('.offset'))
        throw corruptAt(offset, 'the sparse map is out of order')
      sparse.map.push(decimal(key, value, offset))
      sparse.hasMap = true
      break
    case 'map':
      sparse.map = value.length === 0 ? [] : splitDecimals(key, value, offset)
      sparse.hasMap = true
      break
  }
}

const splitDecimals = (key: string, value: Uint8Array, offset: number): number[] =>
  text(value)
    .split(',')
    .map(part => decimal(key, Buffer.from(part, 'latin1'), offset))

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

/** A NUL in a name: some readers stop there, some do not, so nobody can say which file is meant. */
const nameValue = (key: string, value: Uint8Array, offset: number): Uint8Array => {
  if (value.includes(0)) throw corruptAt(offset, `the pax record "${key}" has a zero byte in it`)
  return value
}

const idValue = (key: string, value: Uint8Array, offset: number): number => {
  const id = decimal(key, value, offset)
  if (id > ID_MAX) throw corruptAt(offset, `the pax record "${key}" is out of range`)
  return id
}

/** Decimal digits only, 2^53 − 1 at most. */
const decimal = (key: string, value: Uint8Array, offset: number): number => {
  let number = 0
  for (const byte of value) {
    if (!isDigit(byte)) throw corruptAt(offset, `the pax record "${key}" is not a number`)
    number = number * 10 + (byte - 0x30)
  }
  if (value.length === 0 || !Number.isSafeInteger(number))
    throw corruptAt(
      offset,
      `the pax record "${key}" is ${value.length === 0 ? 'empty' : 'too large a number'}`,
    )
  return number
}
