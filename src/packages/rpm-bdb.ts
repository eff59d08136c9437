/** rpm's database as a Berkeley DB hash, as RHEL and CentOS up to 8 have it (Berkeley DB's dbinc/db_page.h). */

const HASH_MAGIC = 0x00061561
const META_BYTES = 72
const PAGE_HEADER_BYTES = 26
const UNSORTED_HASH_PAGE = 2
const HASH_PAGE = 13
const OVERFLOW_PAGE = 7
const IN_PAGE = 1
const OFF_PAGE = 3

/** The smallest header there could be; the database's own counter is shorter. */
const LEAST_BLOB_BYTES = 8

interface BdbFile {
  readonly body: Buffer
  readonly pageBytes: number
  readonly u16: (at: number) => number
  readonly u32: (at: number) => number
  /** Overflow pages that may still be read: no page of a sound file belongs to two values. */
  budgetPages: number
}

/** True when a file is a Berkeley DB hash, of either byte order. */
export const isBdb = (body: Buffer): boolean =>
  body.length >= META_BYTES && (body.readUInt32LE(12) === HASH_MAGIC || body.readUInt32BE(12) === HASH_MAGIC)

/**
 * Visits the blob of each package. Never throws, and reads no overflow page for two values.
 * @returns false when something could not be read
 */
export const readRpmBdb = (body: Buffer, visit: (blob: Buffer) => void): boolean => {
  const file = openFile(body)
  if (!file) return false
  const { pageBytes, u32 } = file
  const last = u32(32)
  let whole = (last + 1) * pageBytes <= body.length
  for (
    let start = pageBytes;
    start + pageBytes <= body.length && start / pageBytes <= last;
    start += pageBytes
  ) {
    const type = body[start + 25]
    if (type !== HASH_PAGE && type !== UNSORTED_HASH_PAGE) continue
    for (const value of valuesOf(file, start)) {
      if (value === null) whole = false
      else if (value.length >= LEAST_BLOB_BYTES) visit(value)
    }
  }
  return whole
}

const openFile = (body: Buffer): BdbFile | null => {
  if (!isBdb(body)) return null
  const little = body.readUInt32LE(12) === HASH_MAGIC
  const u16 = (at: number): number => (little ? body.readUInt16LE(at) : body.readUInt16BE(at))
  const u32 = (at: number): number => (little ? body.readUInt32LE(at) : body.readUInt32BE(at))
  const pageBytes = u32(20)
  const isPower = (pageBytes & (pageBytes - 1)) === 0
  // an encrypted file says so at byte 24; rpm never wrote one
  if (pageBytes < 512 || pageBytes > 65_536 || !isPower || body[24] !== 0) return null
  return { body, pageBytes, u16, u32, budgetPages: body.length / pageBytes }
}

/** A hash page lists key, value, key, value …; items grow from its end towards its start. */
function* valuesOf(file: BdbFile, page: number): Generator<Buffer | null> {
  const { body, pageBytes, u16, u32 } = file
  const entries = u16(page + 20)
  if (PAGE_HEADER_BYTES + 2 * entries > pageBytes) return yield null
  for (let i = 1; i < entries; i += 2) {
    const at = u16(page + PAGE_HEADER_BYTES + 2 * i)
    const end = u16(page + PAGE_HEADER_BYTES + 2 * (i - 1))
    if (at >= end || end > pageBytes) yield null
    else if (body[page + at] === IN_PAGE) yield body.subarray(page + at + 1, page + end)
    else if (body[page + at] === OFF_PAGE && at + 12 <= pageBytes)
      yield overflow(file, u32(page + at + 4), u32(page + at + 8))
    else yield null
  }
}

/** The bytes of a chain of overflow pages, which must be as many as were announced. */
const overflow = (file: BdbFile, first: number, lengthBytes: number): Buffer | null => {
  const { body, pageBytes, u16, u32 } = file
  const parts: Buffer[] = []
  let missing = lengthBytes
  for (let number = first; missing > 0; ) {
    const page = number * pageBytes
    file.budgetPages -= 1
    if (file.budgetPages < 0 || number === 0 || page + pageBytes > body.length) return null
    const held = u16(page + 22)
    if (body[page + 25] !== OVERFLOW_PAGE || held > missing || PAGE_HEADER_BYTES + held > pageBytes)
      return null
    parts.push(body.subarray(page + PAGE_HEADER_BYTES, page + PAGE_HEADER_BYTES + held))
    missing -= held
    number = u32(page + 16)
  }
  return Buffer.concat(parts)
}
