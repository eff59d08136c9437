/** A file's bytes, read into lent memory: while one piece is looked at, the next one is read. */
import { open } from 'node:fs/promises'
import type { Feed } from './archive-stream.ts'
import type { HashThread } from './hash-thread.ts'

const PIECE_BYTES = 512 * 1024

interface Piece {
  readonly bytes: Uint8Array
  readonly release: () => void
}

/**
 * Errors of the file system are thrown as they are; the caller names the image.
 * @param hashes lends the memory, so that what it is to hash of it need not be copied
 */
export const fileFeed =
  (path: string, hashes: HashThread): Feed =>
  async write => {
    const handle = await open(path)
    const read = async (): Promise<Piece> => {
      const { bytes, release } = hashes.lend(PIECE_BYTES)
      try {
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, null)
        return { bytes: bytes.subarray(0, bytesRead), release: () => release(bytesRead) }
      } catch (error) {
        release(0)
        throw error
      }
    }
    let ahead: Promise<Piece> | null = read()
    try {
      while (ahead) {
        const { bytes, release }: Piece = await ahead
        ahead = bytes.length === 0 ? null : read()
        let wait: Promise<void> | null = null
        try {
          if (bytes.length > 0) wait = write(bytes)
        } finally {
          release()
        }
        if (wait) await wait
      }
    } finally {
      const unread = await ahead?.catch(() => null)
      unread?.release()
      await handle.close()
    }
  }
