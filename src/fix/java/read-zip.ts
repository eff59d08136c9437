/** The members of a ZIP file (a jar is one), read from its central directory as PKWARE's APPNOTE describes it. */
import { inflateRawSync } from 'node:zlib'

export interface Member {
  readonly name: string
  readonly content: Buffer
}

const END = 0x06054b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const END_BYTES = 22
const CENTRAL_BYTES = 46
const LOCAL_BYTES = 30
const COMMENT_LIMIT_BYTES = 0xffff
const STORED = 0
const DEFLATED = 8

/** The inflated bytes that one reading may still use; counted down, over all files that share it. */
export interface Allowance {
  bytes: number
}

/**
 * The members that are wanted.
 * @returns null where it is no ZIP file, is damaged, uses ZIP64 or another compression, or needs more than `allowance`
 */
export const readZip = (
  file: Buffer,
  isWanted: (name: string) => boolean,
  allowance: Allowance,
): readonly Member[] | null => {
  const end = endOf(file)
  if (end === null) return null
  const count = file.readUInt16LE(end + 10)
  let at = file.readUInt32LE(end + 16)
  const members: Member[] = []
  for (let index = 0; index < count; index += 1) {
    if (at + CENTRAL_BYTES > file.length || file.readUInt32LE(at) !== CENTRAL) return null
    const nameBytes = file.readUInt16LE(at + 28)
    const name = file.toString('utf8', at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes)
    if (isWanted(name)) {
      const content = contentOf(file, at, allowance)
      if (!content) return null
      members.push({ name, content })
    }
    at += CENTRAL_BYTES + nameBytes + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32)
  }
  return members
}

const endOf = (file: Buffer): number | null => {
  const last = Math.max(0, file.length - END_BYTES - COMMENT_LIMIT_BYTES)
  for (let at = file.length - END_BYTES; at >= last; at -= 1) if (file.readUInt32LE(at) === END) return at
  return null
}

const contentOf = (file: Buffer, central: number, allowance: Allowance): Buffer | null => {
  const method = file.readUInt16LE(central + 10)
  const packedBytes = file.readUInt32LE(central + 20)
  const sizeBytes = file.readUInt32LE(central + 24)
  const local = file.readUInt32LE(central + 42)
  if (local + LOCAL_BYTES > file.length || file.readUInt32LE(local) !== LOCAL) return null
  const start = local + LOCAL_BYTES + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28)
  if (start + packedBytes > file.length || sizeBytes > allowance.bytes) return null
  allowance.bytes -= sizeBytes
  const packed = file.subarray(start, start + packedBytes)
  if (method === STORED) return packed
  if (method !== DEFLATED) return null
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, sizeBytes) })
  } catch {
    return null
  }
}
