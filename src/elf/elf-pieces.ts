/** The parts of a file that were kept. */

export interface Piece {
  /** Where it begins in the file. */
  readonly offset: number
  readonly bytes: Uint8Array
}

/** Pieces in any order; what is read lies within one of them. */
export const findPiece = (pieces: readonly Piece[], offset: number, length: number): Piece | null => {
  for (const piece of pieces) {
    const from = offset - piece.offset
    if (from >= 0 && from + length <= piece.bytes.length) return piece
  }
  return null
}
