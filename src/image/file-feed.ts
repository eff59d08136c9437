/** A file's bytes through two buffers that take turns: one is filled while the other is read. */
import { open } from 'node:fs/promises'
import type { Feed } from './archive-stream.ts'

const BUFFER_BYTES = 512 * 1024

/** Errors of the file system are thrown as they are; the caller names the image. */
export const fileFeed =
  (path: string): Feed =>
  async write => {
    const handle = await open(path)
    const buffers = [Buffer.allocUnsafeSlow(BUFFER_BYTES), Buffer.allocUnsafeSlow(BUFFER_BYTES)] as const
    const fill = (turn: number) => handle.read(buffers[turn === 0 ? 0 : 1], 0, BUFFER_BYTES, null)
    let pending = fill(0)
    try {
      for (let turn = 0; ; turn = 1 - turn) {
        const { buffer, bytesRead } = await pending
        if (bytesRead === 0) return
        pending = fill(1 - turn)
        const wait = write(buffer.subarray(0, bytesRead))
        if (wait) await wait
      }
    } finally {
      await pending.catch(() => undefined)
      await handle.close()
    }
  }
