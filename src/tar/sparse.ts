/**
 * GNU sparse files: which parts of a file are stored, the rest being zeros. Nothing here is expanded, and no map is
 * kept: it is checked as it comes by, so that a map can claim 8 EiB and cost nothing.
 */
import { BLOCK_BYTES, corruptAt, limitAt, readNumber } from './fields.ts'
import type { PaxSparse } from './pax.ts'

/** Adds up the stored parts. Parts come in order, do not overlap and lie within the file (as Go's archive/tar asks). */
export interface SparseMap {
  readonly realSizeBytes: number
  add(offsetBytes: number, lengthBytes: number): void
  /** Throws when the parts are not exactly what is stored. */
  finish(storedBytes: number): void
}

/**
 * @param realSizeBytes what a reader of the file would get
 * @param limit parts at most
 * @param at where the entry is in the tar, for messages
 */
export const createSparseMap = (realSizeBytes: number, limit: number, at: number): SparseMap => {
  let parts = 0
  let end = 0
  let dataBytes = 0
  return {
    realSizeBytes,
    add: (offsetBytes, lengthBytes) => {
      parts += 1
      if (parts > limit) throw limitAt(at, `a sparse file of more than ${limit} parts, which is the limit`)
      if (!(offsetBytes >= end && lengthBytes >= 0 && lengthBytes <= realSizeBytes - offsetBytes))
        throw corruptAt(at, 'a sparse map whose parts overlap or lie outside the file')
      end = offsetBytes + lengthBytes
      dataBytes += lengthBytes
    },
    finish: storedBytes => {
      if (dataBytes !== storedBytes)
        throw corruptAt(at, `a sparse map of ${dataBytes} bytes for a body of ${storedBytes}`)
    },
  }
}

/** The map of a PAX sparse file; null when it is at the head of the body (format 1.0). */
export const isMapInBody = (sparse: PaxSparse, at: number): boolean => {
  const { major, minor } = sparse
  if (major === '1' && minor === '0') return true
  if ((major === '0' && (minor === '0' || minor === '1')) || (major === null && minor === null)) return false
  throw corruptAt(at, `an unknown format of sparse files (${major ?? ''}.${minor ?? ''})`)
}

/** Adds the pairs of the formats 0.0 and 0.1. */
export const addPaxMap = (map: SparseMap, sparse: PaxSparse, at: number): void => {
  const pairs = sparse.map
  if (!sparse.hasMap && sparse.blocks !== 0) throw corruptAt(at, 'a sparse file without a map')
  if (pairs.length % 2 !== 0 || pairs.length / 2 !== sparse.blocks)
    throw corruptAt(
      at,
      `a sparse map of ${pairs.length / 2} parts that says it has ${sparse.blocks ?? 'none'}`,
    )
  for (let i = 0; i < pairs.length; i += 2) map.add(pairs[i]!, pairs[i + 1]!)
}

const OLD_PART_BYTES = 24
const OLD_HEADER_PARTS = 386
const OLD_HEADER_PART_COUNT = 4
const OLD_HEADER_EXTENDED = 482
const OLD_REAL_SIZE = 483
const OLD_BLOCK_PART_COUNT = 21
const OLD_BLOCK_EXTENDED = 504

/** The size that an old GNU sparse header (type `S`) states for the whole file. */
export const oldRealSize = (header: Uint8Array, at: number): number => {
  const sizeBytes = readNumber(header, OLD_REAL_SIZE, 12)
  if (Number.isSafeInteger(sizeBytes) && sizeBytes >= 0) return sizeBytes
  throw corruptAt(at, 'the size of a sparse file is not a number or out of range')
}

/** Adds the parts in the header block itself; true when a block with more of them follows. */
export const addOldHeader = (map: SparseMap, header: Uint8Array): boolean => {
  addOldParts(map, header, OLD_HEADER_PARTS, OLD_HEADER_PART_COUNT)
  return header[OLD_HEADER_EXTENDED] !== 0
}

/** Adds the parts of a block that follows the header; true when there is one more. */
export const addOldBlock = (map: SparseMap, block: Uint8Array): boolean => {
  addOldParts(map, block, 0, OLD_BLOCK_PART_COUNT)
  return block[OLD_BLOCK_EXTENDED] !== 0
}

const addOldParts = (map: SparseMap, block: Uint8Array, start: number, count: number): void => {
  for (let i = 0; i < count; i += 1) {
    const at = start + i * OLD_PART_BYTES
    // an unused part ends the list (as in GNU tar, BSD tar and Go)
    if (block[at] === 0) return
    map.add(readNumber(block, at, 12), readNumber(block, at + 12, 12))
  }
}

/** Reads the map of format 1.0 block by block; true once it is complete. */
export type SparseText = (block: Uint8Array) => boolean

/** @param at where the entry is in the tar, for messages */
export const createSparseText = (map: SparseMap, limit: number, at: number): SparseText => {
  let numbersLeft = -1
  let digits = 0
  let value = 0
  let offsetBytes = 0
  const line = (): void => {
    if (numbersLeft < 0) {
      if (value > limit) throw limitAt(at, `a sparse file of more than ${limit} parts, which is the limit`)
      numbersLeft = value * 2
    } else {
      if (numbersLeft % 2 === 0) offsetBytes = value
      else map.add(offsetBytes, value)
      numbersLeft -= 1
    }
    digits = 0
    value = 0
  }
  return block => {
    for (let i = 0; i < BLOCK_BYTES && numbersLeft !== 0; i += 1) {
      const byte = block[i]!
      if (byte === 0x0a && digits > 0) line()
      else if (byte >= 0x30 && byte <= 0x39 && digits < DIGITS_MAX) {
        digits += 1
        value = value * 10 + (byte - 0x30)
      } else throw corruptAt(at, 'a sparse map that is not a list of numbers')
    }
    return numbersLeft === 0
  }
}

/** 2^63 has 19 digits; the sum of inexact numbers is refused by the map. */
const DIGITS_MAX = 19
