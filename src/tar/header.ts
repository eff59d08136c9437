/**
 * One header block, pure: v7, POSIX ustar, star, GNU and old GNU. Where readers differ, Go's archive/tar decides,
 * because it is what unpacks layers.
 */
import { BLOCK_BYTES, corruptAt, readNumber, readText } from './fields.ts'

/** Who wrote a header, by its magic: it decides what the last 167 bytes mean. */
export type HeaderFormat = 'v7' | 'ustar' | 'star' | 'gnu'

export interface HeaderBlock {
  /** The name as written, with the prefix where there is one. May be a view of the block. */
  readonly path: Uint8Array
  /** The link name as written; empty where there is none. May be a view of the block. */
  readonly link: Uint8Array
  /** The type flag as a byte; 0 is the regular file of v7. */
  readonly typeFlag: number
  readonly format: HeaderFormat
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly sizeBytes: number
}

/** Ids above this are no Linux ids (uid_t and gid_t have 32 bits). */
export const ID_MAX = 2 ** 32 - 1

/** Offsets and lengths of POSIX ustar fields (pax, "ustar Interchange Format"). */
const NAME = 0
const MODE = 100
const UID = 108
const GID = 116
const SIZE = 124
const MTIME = 136
const CHECKSUM = 148
const CHECKSUM_BYTES = 8
const TYPE_FLAG = 156
const LINK = 157
const MAGIC = 257
const DEVICE_MAJOR = 329
const DEVICE_MINOR = 337
const PREFIX = 345
const NAME_BYTES = 100
const PREFIX_BYTES = 155
/** star keeps two times behind a shorter prefix, and says "tar" in the last four bytes. */
const STAR_PREFIX_BYTES = 131
const STAR_MAGIC = 508

/** A block of nothing but zeros: half of an end marker. */
export const isZeroBlock = (block: Uint8Array): boolean => {
  for (let at = 0; at < BLOCK_BYTES; at += 1) if (block[at] !== 0) return false
  return true
}

/** Is this the first block of a tar? True for a header with a valid checksum and for a block of zeros. */
export const looksLikeTar = (block: Uint8Array): boolean =>
  block.length >= BLOCK_BYTES && (isZeroBlock(block) || hasValidChecksum(block))

/** The sum of all bytes with the checksum field as spaces; some old writers summed signed bytes. */
const hasValidChecksum = (block: Uint8Array): boolean => {
  const stated = readNumber(block, CHECKSUM, CHECKSUM_BYTES)
  let sum = sumOf(block) + CHECKSUM_BYTES * 0x20
  for (let at = CHECKSUM; at < CHECKSUM + CHECKSUM_BYTES; at += 1) sum -= block[at]!
  return sum === stated || (stated < sum && sum - 256 * highBytes(block) === stated)
}

/** Four bytes at a time, in two lanes of 16 bits that 512 bytes cannot overflow: this is most of the work per entry. */
const sumOf = (block: Uint8Array): number => {
  if (block.byteOffset % 4 !== 0) return sumOf(Uint8Array.from(block.subarray(0, BLOCK_BYTES)))
  const words = new Int32Array(block.buffer, block.byteOffset, BLOCK_BYTES / 4)
  let lanes = 0
  for (let i = 0; i < BLOCK_BYTES / 4; i += 1) {
    const word = words[i]!
    lanes = (lanes + (word & 0x00ff00ff) + ((word >>> 8) & 0x00ff00ff)) | 0
  }
  return (lanes & 0xffff) + (lanes >>> 16)
}

/** How many bytes, outside the checksum, a sum of signed bytes counts 256 lower. */
const highBytes = (block: Uint8Array): number => {
  let high = 0
  for (let at = 0; at < BLOCK_BYTES; at += 1)
    if (block[at]! >= 0x80 && (at < CHECKSUM || at >= CHECKSUM + CHECKSUM_BYTES)) high += 1
  return high
}

/**
 * Reads a header block that is not all zeros. Throws CorruptError when the checksum or a number is wrong.
 * @param offset where the block is in the tar, for the message
 */
export const readHeader = (block: Uint8Array, offset: number): HeaderBlock => {
  if (!hasValidChecksum(block)) throw corruptAt(offset, 'the checksum of the header is wrong')
  const typeFlag = block[TYPE_FLAG]!
  const format = formatOf(block)
  // not used, but every reader of layers refuses a header in which they cannot be read
  if (Number.isNaN(readNumber(block, MTIME, 12))) throw badField(offset, 'time')
  if (format !== 'v7' && (typeFlag === 0x33 || typeFlag === 0x34)) {
    if (!(readNumber(block, DEVICE_MAJOR, 8) >= 0)) throw badField(offset, 'device number')
    if (!(readNumber(block, DEVICE_MINOR, 8) >= 0)) throw badField(offset, 'device number')
  }
  return {
    path: nameOf(block, format),
    link: readText(block, LINK, NAME_BYTES),
    typeFlag,
    format,
    mode: numberField(block, MODE, 8, offset, 'mode', ID_MAX),
    uid: numberField(block, UID, 8, offset, 'user id', ID_MAX),
    gid: numberField(block, GID, 8, offset, 'group id', ID_MAX),
    sizeBytes: numberField(block, SIZE, 12, offset, 'size', Number.MAX_SAFE_INTEGER),
  }
}

const numberField = (
  block: Uint8Array,
  start: number,
  length: number,
  offset: number,
  name: string,
  max: number,
): number => {
  const value = readNumber(block, start, length)
  if (value >= 0 && value <= max) return value
  throw Number.isNaN(value)
    ? badField(offset, name)
    : corruptAt(offset, `the ${name} ${value} is out of range`)
}

const badField = (offset: number, name: string): Error =>
  corruptAt(offset, `the ${name} in the header is not a number`)

/** `ustar\0` whatever the version says (as GNU tar and Python), `ustar  \0`, or neither. */
const formatOf = (block: Uint8Array): HeaderFormat => {
  if (!startsWith(block, MAGIC, 'ustar')) return 'v7'
  if (block[MAGIC + 5] === 0) return startsWith(block, STAR_MAGIC, 'tar\0') ? 'star' : 'ustar'
  return startsWith(block, MAGIC + 5, '  \0') ? 'gnu' : 'v7'
}

const startsWith = (block: Uint8Array, start: number, text: string): boolean => {
  for (let i = 0; i < text.length; i += 1) if (block[start + i] !== text.charCodeAt(i)) return false
  return true
}

const nameOf = (block: Uint8Array, format: HeaderFormat): Uint8Array => {
  const name = readText(block, NAME, NAME_BYTES)
  if (block[PREFIX] === 0 || format === 'v7') return name
  if (format === 'gnu' && !isPrefixOfOldGo(block)) return name
  const prefix = readText(block, PREFIX, format === 'star' ? STAR_PREFIX_BYTES : PREFIX_BYTES)
  const joined = new Uint8Array(prefix.length + 1 + name.length)
  joined.set(prefix)
  joined[prefix.length] = 0x2f
  joined.set(name, prefix.length + 1)
  return joined
}

/**
 * GNU keeps two times where ustar has the prefix. Go before 1.8 wrote a prefix there by mistake, and images that old
 * are still pulled: where the times are no numbers and the field is ASCII, it is a prefix (as Go reads it today).
 */
const isPrefixOfOldGo = (block: Uint8Array): boolean => {
  if (!Number.isNaN(readNumber(block, PREFIX, 12)) && !Number.isNaN(readNumber(block, PREFIX + 12, 12)))
    return false
  return readText(block, PREFIX, PREFIX_BYTES).every(byte => byte < 0x80)
}
