/** Numbers and strings of an ELF file in its own byte order and word size. */
import { findPiece, type Piece } from './elf-pieces.ts'
import type { ElfHeader } from './elf-types.ts'

/** Null stands for bytes that were not kept. */
export interface Fields {
  u16(offset: number): number | null
  u32(offset: number): number | null
  /** An address, offset or size: 4 or 8 bytes by class. Above 2^53 it is not exact, and points to nothing anyway. */
  word(offset: number): number | null
  /** The string at an offset, up to its NUL or to `limitBytes`. */
  text(offset: number, limitBytes: number): string | null
}

type Layout = Pick<ElfHeader, 'class' | 'isLittleEndian'>

export const createFields = (pieces: readonly Piece[], { class: bits, isLittleEndian }: Layout): Fields => {
  const number = (offset: number, length: number): number | null => {
    const piece = findPiece(pieces, offset, length)
    if (!piece) return null
    const { bytes } = piece
    const start = offset - piece.offset
    let value = 0
    for (let i = 0; i < length; i += 1)
      value = value * 256 + bytes[isLittleEndian ? start + length - 1 - i : start + i]!
    return value
  }
  const wordBytes = bits / 8
  return {
    u16: offset => number(offset, 2),
    u32: offset => number(offset, 4),
    word: offset => number(offset, wordBytes),
    text: (offset, limitBytes) => readText(pieces, offset, limitBytes),
  }
}

const readText = (pieces: readonly Piece[], offset: number, limitBytes: number): string | null => {
  const piece = limitBytes > 0 ? findPiece(pieces, offset, 1) : null
  if (!piece) return null
  const start = offset - piece.offset
  const nul = piece.bytes.indexOf(0, start)
  const end = Math.min(nul === -1 ? piece.bytes.length : nul, start + limitBytes)
  // it may go on where nothing was kept
  if (nul === -1 && end < start + limitBytes) return null
  const { buffer, byteOffset, length } = piece.bytes
  return Buffer.from(buffer, byteOffset, length).toString('utf8', start, end)
}
