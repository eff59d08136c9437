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
  // what is read next mostly lies where the last was: an image has thousands of these files
  let piece: Piece | null = null
  let view: DataView = NO_BYTES
  /** Where in `view` the bytes begin; -1 where they were not kept. */
  const place = (offset: number, length: number): number => {
    if (piece && offset >= piece.offset && offset + length <= piece.offset + view.byteLength)
      return offset - piece.offset
    piece = findPiece(pieces, offset, length)
    if (!piece) return -1
    view = new DataView(piece.bytes.buffer, piece.bytes.byteOffset, piece.bytes.byteLength)
    return offset - piece.offset
  }
  const u32 = (offset: number): number | null => {
    const at = place(offset, 4)
    return at < 0 ? null : view.getUint32(at, isLittleEndian)
  }
  const u64 = (offset: number): number | null => {
    const at = place(offset, 8)
    if (at < 0) return null
    const [first, second] = [view.getUint32(at, isLittleEndian), view.getUint32(at + 4, isLittleEndian)]
    return isLittleEndian ? second * 2 ** 32 + first : first * 2 ** 32 + second
  }
  return {
    u16: offset => {
      const at = place(offset, 2)
      return at < 0 ? null : view.getUint16(at, isLittleEndian)
    },
    u32,
    word: bits === 64 ? u64 : u32,
    text: (offset, limitBytes) => readText(pieces, offset, limitBytes),
  }
}

const NO_BYTES = new DataView(new ArrayBuffer(0))

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
