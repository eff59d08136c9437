/** rpm's database as an SQLite file, read just far enough (sqlite.org/fileformat2.html). */

const MAGIC = 'SQLite format 3\0'
const FILE_HEADER_BYTES = 100
const INTERIOR = 5
const LEAF = 13

/** True when a file is an SQLite database. */
export const isSqlite = (body: Buffer): boolean =>
  body.length >= FILE_HEADER_BYTES && body.toString('latin1', 0, MAGIC.length) === MAGIC

/**
 * Visits the blob of each row of the table `Packages`. Never throws, visits each page once, and copies no more than
 * the file's own size.
 * @returns false when something could not be read
 */
export const readRpmSqlite = (body: Buffer, visit: (blob: Buffer) => void): boolean => {
  const file = openFile(body)
  if (!file) return false
  let root = 0
  const schema = walk(file, 1, payload => {
    const [type, name, , page] = readRecord(payload)
    if (String(type) === 'table' && String(name) === 'Packages' && typeof page === 'number') root = page
  })
  if (!schema || root === 0) return false
  let whole = true
  const rows = walk(file, root, payload => {
    const blob = readRecord(payload).find(value => Buffer.isBuffer(value))
    if (blob && Buffer.isBuffer(blob)) visit(blob)
    else whole = false
  })
  return rows && whole
}

interface SqliteFile {
  readonly body: Buffer
  readonly pageBytes: number
  /** What a page holds without the bytes that are reserved at its end. */
  readonly usableBytes: number
  /** What may still be copied: no byte of a sound file belongs to two rows. */
  budgetBytes: number
}

const openFile = (body: Buffer): SqliteFile | null => {
  if (!isSqlite(body)) return null
  const stated = body.readUInt16BE(16)
  const pageBytes = stated === 1 ? 65_536 : stated
  const usableBytes = pageBytes - body[20]!
  const isPower = (pageBytes & (pageBytes - 1)) === 0
  if (pageBytes < 512 || !isPower || usableBytes < 480) return null
  return { body, pageBytes, usableBytes, budgetBytes: body.length }
}

/** Visits every row below a page of a table; false when something could not be read. */
const walk = (file: SqliteFile, root: number, visit: (payload: Buffer) => void): boolean => {
  const pending = [root]
  const seen = new Set(pending)
  let whole = true
  const add = (number: number): void => {
    if (seen.has(number) || !pageAt(file, number)) whole = false
    else pending.push(number)
    seen.add(number)
  }
  for (let number = pending.pop(); number !== undefined; number = pending.pop()) {
    const page = pageAt(file, number)
    if (!page) return false
    const start = number === 1 ? FILE_HEADER_BYTES : 0
    const kind = page[start]
    const cells = page.readUInt16BE(start + 3)
    const pointers = start + (kind === INTERIOR ? 12 : 8)
    if ((kind !== INTERIOR && kind !== LEAF) || pointers + 2 * cells > page.length) {
      whole = false
      continue
    }
    if (kind === INTERIOR) add(page.readUInt32BE(start + 8))
    for (let i = 0; i < cells; i += 1) {
      const cell = page.readUInt16BE(pointers + 2 * i)
      if (kind === INTERIOR) add(cell + 4 <= page.length ? page.readUInt32BE(cell) : 0)
      else {
        const payload = readPayload(file, page, cell)
        if (payload) visit(payload)
        else whole = false
      }
    }
  }
  return whole
}

/** A whole page, or null where the file ends before it does. */
const pageAt = ({ body, pageBytes }: SqliteFile, number: number): Buffer | null => {
  const start = (number - 1) * pageBytes
  return number >= 1 && start + pageBytes <= body.length ? body.subarray(start, start + pageBytes) : null
}

/** A leaf's cell: length, row id, the first bytes of the row, and a chain of pages with the rest. */
const readPayload = (file: SqliteFile, page: Buffer, cell: number): Buffer | null => {
  const length = readVarint(page, cell)
  const rowId = length && readVarint(page, length.end)
  if (!length || !rowId || length.value > file.budgetBytes) return null
  file.budgetBytes -= length.value
  const here = localBytes(length.value, file.usableBytes)
  const end = rowId.end + here
  if (end > page.length) return null
  const first = page.subarray(rowId.end, end)
  if (here === length.value) return first
  if (end + 4 > page.length) return null
  const parts = [first]
  let missing = length.value - here
  let next = page.readUInt32BE(end)
  while (missing > 0) {
    const overflow = pageAt(file, next)
    if (!overflow) return null
    const part = overflow.subarray(4, Math.min(file.usableBytes, 4 + missing))
    parts.push(part)
    missing -= part.length
    next = overflow.readUInt32BE(0)
  }
  return Buffer.concat(parts)
}

/** How many bytes of a row its leaf holds (file format, section 1.6). */
const localBytes = (payloadBytes: number, usableBytes: number): number => {
  if (payloadBytes <= usableBytes - 35) return payloadBytes
  const least = Math.floor(((usableBytes - 12) * 32) / 255) - 23
  const fitting = least + ((payloadBytes - least) % (usableBytes - 4))
  return fitting <= usableBytes - 35 ? fitting : least
}

/** Seven bits a byte, the highest first; a ninth byte counts whole. Values above 2^53 lose precision, and are refused. */
const readVarint = (bytes: Buffer, at: number): { readonly value: number; readonly end: number } | null => {
  let value = 0
  for (let i = 0; i < 9; i += 1) {
    const byte = bytes[at + i]
    if (byte === undefined) return null
    if (i === 8) return { value: value * 256 + byte, end: at + 9 }
    value = value * 128 + (byte & 0x7f)
    if (byte < 0x80) return { value, end: at + i + 1 }
  }
  return null
}

const INTEGER_BYTES = [0, 1, 2, 3, 4, 6, 8]

/** A row's columns: texts, blobs (as Buffers) and small integers; null for everything else. */
const readRecord = (payload: Buffer): (string | number | Buffer | null)[] => {
  const size = readVarint(payload, 0)
  if (!size || size.value > payload.length) return []
  const values: (string | number | Buffer | null)[] = []
  let at = size.value
  for (let head = size.end; head < size.value; ) {
    const serial = readVarint(payload, head)
    if (!serial) break
    head = serial.end
    const bytes = columnBytes(serial.value)
    if (at + bytes > payload.length) break
    values.push(columnValue(payload.subarray(at, at + bytes), serial.value))
    at += bytes
  }
  return values
}

const columnBytes = (serial: number): number =>
  serial >= 12 ? Math.floor((serial - 12) / 2) : serial === 7 ? 8 : (INTEGER_BYTES[serial] ?? 0)

const columnValue = (bytes: Buffer, serial: number): string | number | Buffer | null => {
  if (serial >= 12) return serial % 2 === 0 ? bytes : bytes.toString('utf8')
  if (serial >= 1 && serial <= 5) return bytes.readIntBE(0, bytes.length)
  return serial === 8 || serial === 9 ? serial - 8 : null
}
