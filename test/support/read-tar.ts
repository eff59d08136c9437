/** What the tar reader says about an archive, as plain data that tests can compare. */
import { createHash } from 'node:crypto'
import { CorruptError } from '../../src/errors.ts'
import { createTarReader, type TarEnd, type TarEntryType, type TarLimits } from '../../src/tar/tar-reader.ts'

export interface ReadEntry {
  /** Raw bytes as Latin-1 characters. */
  readonly path: string
  readonly type: TarEntryType
  readonly sizeBytes: number
  readonly storedBytes: number
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly link: string | null
  readonly sparse: boolean
  /** SHA-256 of what `body` was given. */
  readonly sha256: string
}

export type TarReading =
  | { readonly entries: readonly ReadEntry[]; readonly end: TarEnd }
  | { readonly error: string }

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

/**
 * Reads an archive in chunks of `chunkBytes`. A CorruptError becomes `error`; anything else is thrown on, as is a breach
 * of the reader's own promises (order of calls, bytes of a body).
 */
export const readTar = (
  archive: Uint8Array,
  chunkBytes = archive.length,
  limits: Partial<TarLimits> = {},
): TarReading => {
  const entries: ReadEntry[] = []
  let hash = createHash('sha256')
  let left = -1
  const reader = createTarReader(
    {
      entry: header => {
        if (left !== -1) throw new Error('an entry within an entry')
        left = header.storedBytes
        hash = createHash('sha256')
        entries.push({
          ...header,
          path: latin1(header.path),
          link: header.link && latin1(header.link),
          sha256: '',
        })
      },
      body: chunk => {
        if (chunk.length === 0 || chunk.length > left)
          throw new Error(`a body of ${chunk.length} where ${left} are left`)
        left -= chunk.length
        hash.update(chunk)
      },
      entryEnd: () => {
        if (left !== 0) throw new Error(`${left} bytes of a body did not come`)
        left = -1
        entries.push({ ...entries.pop()!, sha256: hash.digest('hex') })
      },
    },
    limits,
  )
  try {
    for (let at = 0; at < archive.length; at += chunkBytes) {
      // a copy that is spoilt afterwards: the reader may keep nothing of a chunk
      const chunk = Uint8Array.from(archive.subarray(at, at + chunkBytes))
      reader.write(chunk)
      chunk.fill(0xff)
    }
    return { entries, end: reader.end() }
  } catch (error) {
    if (error instanceof CorruptError) return { error: error.message }
    throw error
  }
}
