/** The parts of a file that were kept. */

export interface ElfPieces {
  /** Bytes of the whole file. */
  readonly sizeBytes: number
  /** The bytes at an offset of the file, or null when they were not all kept; a view, not a copy. */
  at(offset: number, length: number): Uint8Array | null
}

export interface Piece {
  readonly offset: number
  readonly bytes: Uint8Array
}

/** Pieces in any order. A range that crosses from one into the next is put together. */
export const createPieces = (sizeBytes: number, pieces: readonly Piece[]): ElfPieces => {
  const part = (offset: number, length: number): Uint8Array | null => {
    for (const piece of pieces) {
      const from = offset - piece.offset
      if (from >= 0 && from < piece.bytes.length) return piece.bytes.subarray(from, from + length)
    }
    return null
  }
  return {
    sizeBytes,
    at: (offset, length) => {
      const first = part(offset, length)
      if (!first || first.length === length) return first
      const whole = new Uint8Array(length)
      for (let done = 0; done < length; ) {
        const next = part(offset + done, length - done)
        if (!next) return null
        whole.set(next, done)
        done += next.length
      }
      return whole
    },
  }
}
