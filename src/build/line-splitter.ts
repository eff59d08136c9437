/** Bytes of a child's output to lines, in bounded memory. */
import { LINE_CAP_BYTES } from './neutralise-log.ts'

export interface LineSplitter {
  push(chunk: Uint8Array): void
  /** The rest, if the output did not end with a newline. */
  end(): void
}

/**
 * Calls `onLine` for each line, without its newline. What a line has beyond the cap is dropped while it passes, save
 * one byte that lets the reader see that it was too long.
 */
export const splitLines = (onLine: (line: string) => void): LineSplitter => {
  let held: Uint8Array[] = []
  let heldBytes = 0
  const hold = (piece: Uint8Array): void => {
    const kept = piece.subarray(0, Math.max(0, LINE_CAP_BYTES + 1 - heldBytes))
    if (kept.length === 0) return
    held.push(Uint8Array.from(kept))
    heldBytes += kept.length
  }
  const flush = (): void => {
    onLine(Buffer.concat(held).toString('utf8'))
    held = []
    heldBytes = 0
  }
  return {
    push(chunk) {
      let from = 0
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
        hold(chunk.subarray(from, at))
        flush()
        from = at + 1
      }
      hold(chunk.subarray(from))
    },
    end() {
      if (heldBytes > 0) flush()
    },
  }
}
