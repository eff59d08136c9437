/** Numbers and strings of an ELF file in its own byte order and word size. */
import type { ElfPieces } from './elf-pieces.ts'
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

export const createFields = (pieces: ElfPieces, { class: bits, isLittleEndian }: Layout): Fields => {
  const number = (offset: number, length: number): number | null => {
    const bytes = pieces.at(offset, length)
    if (!bytes) return null
    let value = 0
    for (let i = 0; i < length; i += 1) value = value * 256 + bytes[isLittleEndian ? length - 1 - i : i]!
    return value
  }
  return {
    u16: offset => number(offset, 2),
    u32: offset => number(offset, 4),
    word: offset => number(offset, bits / 8),
    text: (offset, limitBytes) => readText(pieces, offset, limitBytes),
  }
}

const STEP_BYTES = 64

/** In steps: the NUL may come long before what was kept ends. */
const readText = (pieces: ElfPieces, offset: number, limitBytes: number): string | null => {
  const parts: Uint8Array[] = []
  for (let at = offset; at < offset + limitBytes; at += STEP_BYTES) {
    const rest = Math.min(STEP_BYTES, offset + limitBytes - at)
    const bytes = pieces.at(at, rest) ?? untilNul(pieces, at, rest)
    if (!bytes) return null
    const end = bytes.indexOf(0)
    parts.push(end === -1 ? bytes : bytes.subarray(0, end))
    if (end !== -1) break
  }
  return Buffer.concat(parts).toString('utf8')
}

/** The last string before a gap: shorter than a step. */
const untilNul = (pieces: ElfPieces, offset: number, length: number): Uint8Array | null => {
  for (let i = 0; i < length; i += 1) {
    const byte = pieces.at(offset + i, 1)
    if (!byte) return null
    if (byte[0] === 0) return pieces.at(offset, i + 1)
  }
  return null
}
