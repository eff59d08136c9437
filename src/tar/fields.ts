/** The fields of a 512-byte block: text, and numbers in the two spellings that tar knows. */
import { CorruptError, LimitError } from '../errors.ts'

export const BLOCK_BYTES = 512

/** The one error of this folder: what is wrong, and at which byte of the uncompressed tar. */
export const corruptAt = (offset: number, what: string): CorruptError =>
  new CorruptError(`tar, byte ${offset}: ${what}`)

/** The same for what is only too much. */
export const limitAt = (offset: number, what: string): LimitError =>
  new LimitError(`tar, byte ${offset}: ${what}`)

/** A field's text up to its first NUL, as a view. */
export const readText = (block: Uint8Array, start: number, length: number): Uint8Array => {
  const limit = start + length
  let end = start
  while (end < limit && block[end] !== 0) end += 1
  return block.subarray(start, end)
}

/**
 * A number in octal digits or, where the first bit is set, big-endian in two's complement ("base-256", GNU). An empty
 * field is 0. NaN where the field is neither; the caller judges sign and range.
 */
export const readNumber = (block: Uint8Array, start: number, length: number): number => {
  const end = start + length
  let at = start
  if (block[at]! >= 0x80) return readBase256(block, start, end)
  while (at < end && block[at] === SPACE) at += 1
  let value = 0
  for (; at < end; at += 1) {
    const digit = block[at]! - ZERO
    if (digit < 0 || digit > 7) break
    value = value * 8 + digit
  }
  return isFieldEnd(block, start, at, end) ? value : Number.NaN
}

const SPACE = 0x20
const ZERO = 0x30

/**
 * After digits, a NUL ends the field whatever follows (all readers agree). Without digits everything must be blank:
 * some readers take what comes after a leading NUL for the number, others do not.
 */
const isFieldEnd = (block: Uint8Array, start: number, from: number, end: number): boolean => {
  const first = block[start]!
  for (let at = from; at < end; at += 1) {
    const byte = block[at]!
    if (byte === 0 && first !== 0) return true
    if (byte !== 0 && byte !== SPACE) return false
  }
  return true
}

/** Beyond 2^53 the value is not exact; every caller refuses it. */
const readBase256 = (block: Uint8Array, start: number, end: number): number => {
  const negative = (block[start]! & 0x40) !== 0
  const flip = negative ? 0xff : 0
  let value = (block[start]! ^ flip) & 0x7f
  for (let at = start + 1; at < end; at += 1) value = value * 256 + (block[at]! ^ flip)
  return negative ? -value - 1 : value
}
