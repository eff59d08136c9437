/** rpm's database in its own format, as SUSE has it (rpm's lib/backend/ndb/rpmpkg.c). Everything is little-endian. */

const FILE_MAGIC = 'RpmP'
const SLOT_MAGIC = 'Slot'
const BLOB_MAGIC = 'BlbS'
const HEADER_BYTES = 32
const SLOT_BYTES = 16
const PAGE_BYTES = 4096
const BLOCK_BYTES = 16
const BLOB_HEADER_BYTES = 16

/** True when a file is such a database. */
export const isNdb = (body: Buffer): boolean =>
  body.length >= HEADER_BYTES && body.toString('latin1', 0, 4) === FILE_MAGIC

/**
 * Visits the blob of each package. Never throws, and visits no more bytes than the file has.
 * @returns false when something could not be read
 */
export const readRpmNdb = (body: Buffer, visit: (blob: Buffer) => void): boolean => {
  if (!isNdb(body)) return false
  const slotsEnd = body.readUInt32LE(12) * PAGE_BYTES
  let whole = slotsEnd <= body.length
  let budgetBytes = body.length
  for (let at = HEADER_BYTES; at + SLOT_BYTES <= Math.min(slotsEnd, body.length); at += SLOT_BYTES) {
    const index = body.readUInt32LE(at + 4)
    const isSlot = body.toString('latin1', at, at + 4) === SLOT_MAGIC
    if (isSlot && index === 0) continue
    const blob = isSlot ? blobAt(body, body.readUInt32LE(at + 8) * BLOCK_BYTES, index) : null
    budgetBytes -= blob?.length ?? 0
    if (blob && budgetBytes >= 0) visit(blob)
    else whole = false
  }
  return whole
}

const blobAt = (body: Buffer, at: number, index: number): Buffer | null => {
  const start = at + BLOB_HEADER_BYTES
  if (start > body.length || body.toString('latin1', at, at + 4) !== BLOB_MAGIC) return null
  const end = start + body.readUInt32LE(at + 12)
  return body.readUInt32LE(at + 4) === index && end <= body.length ? body.subarray(start, end) : null
}
