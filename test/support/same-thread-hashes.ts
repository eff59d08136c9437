/** Hashes in this thread, where hashing is not what is tried. */
import { createHash } from 'node:crypto'
import type { HashThread } from '../../src/image/hash-thread.ts'

export const sameThreadHashes: HashThread = {
  create: () => {
    const hash = createHash('sha256')
    const digest = async (): Promise<string> => hash.digest('hex')
    return {
      update: chunk => {
        hash.update(chunk)
        return null
      },
      digest,
      digestLater: digest,
    }
  },
  lend: () => ({ bytes: new Uint8Array(256 * 1024), release: () => undefined }),
  isBusy: () => false,
  flush: () => undefined,
  close: async () => undefined,
}
