/** Hashes in this thread, where hashing is not what is tried. */
import { createHash } from 'node:crypto'
import type { HashThread } from '../../src/image/hash-thread.ts'

export const sameThreadHashes: HashThread = {
  create: () => {
    const hash = createHash('sha256')
    return {
      update: chunk => {
        hash.update(chunk)
        return null
      },
      digest: async () => hash.digest('hex'),
    }
  },
  close: async () => undefined,
}
