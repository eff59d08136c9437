/**
 * The outer tar of an image archive or an engine's export, in one pass: every member is read as it comes, whatever
 * it turns out to be. Nothing is written to disk.
 */
import { CorruptError, LimitError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { normalisePath } from '../tar/normalise-path.ts'
import { createTarReader, type TarHeader } from '../tar/tar-reader.ts'
import {
  type Blob,
  type BlobOptions,
  type BlobReader,
  createBlobReader,
  createKnownBlobReader,
} from './blob-reader.ts'
import { tooMuch } from './read-budget.ts'

/** The members of an archive by absolute path; links between them are resolved by `member`. */
export interface ArchiveContent {
  readonly members: ReadonlyMap<string, Blob>
  readonly links: ReadonlyMap<string, string>
}

export interface ArchiveOptions extends BlobOptions {
  /** Told how many bytes of the archive have been read, now and then. */
  readonly onProgress?: (bytes: number) => void
  /** The largest archive that is read; as much as a run may unpack where nothing else is said. */
  readonly archiveBytes?: number
}

/**
 * Gives a stream's bytes to `write`, chunk by chunk, and ends with the stream. A chunk may be used again as soon as
 * `write` has returned; a promise that it returns is waited for before the next one. What waits for somebody else may
 * end as soon as all that matters `isComplete`.
 */
export type Feed = (
  write: (chunk: Uint8Array) => Promise<void> | null,
  isComplete?: () => boolean,
) => Promise<void>

/** A feed from anything that can be iterated. */
export const feedFrom =
  (chunks: AsyncIterable<Uint8Array>): Feed =>
  async (write, isComplete) => {
    for await (const chunk of chunks) {
      const wait = write(chunk)
      if (wait) await wait
      if (isComplete?.()) return
    }
  }

/** What a member of this name is, is known before it comes. */
const LISTS: ReadonlySet<string> = new Set(['/manifest.json', '/index.json', '/oci-layout'])

/**
 * Reads an archive to its end.
 * @param feed the plain tar
 * @param where what to call the archive in an error
 */
export const readArchive = async (
  feed: Feed,
  where: string,
  options: ArchiveOptions,
): Promise<ArchiveContent> => {
  const members = new Map<string, Blob>()
  const links = new Map<string, string>()
  const ending: Promise<void>[] = []
  let blob: BlobReader | null = null
  let name = ''
  let wait: Promise<void> | null = null
  let seen = 0

  const reader = createTarReader(
    {
      entry: (header: TarHeader) => {
        seen += 1
        name = normalisePath(header.path).path
        const { limits } = options.budget
        if (LISTS.has(name) && header.sizeBytes > limits.jsonBytes)
          throw tooMuch(limits, 'jsonBytes', 'bytes of JSON in one document')
        blob = header.type === 'file' ? blobReaderFor(name, header, options) : null
        if (header.link) links.set(name, linkTarget(name, header))
      },
      body: chunk => {
        const pause = blob?.write(chunk)
        if (pause) wait = wait ? Promise.all([wait, pause]).then(() => undefined) : pause
      },
      entryEnd: () => {
        if (!blob) return
        const at = name
        const ended = blob.end().then(result => {
          members.set(at, result)
        })
        // a failure is reported by the wait below; until then it must not count as unhandled
        ended.catch(() => undefined)
        ending.push(ended)
        blob = null
      },
    },
    {
      entries: options.budget.limits.archiveMembers,
      archiveBytes: options.archiveBytes ?? options.budget.limits.unpackedBytes,
    },
  )

  /** What is wrong with the outer tar, with the archive's name and what to do. */
  const tell = <T>(read: () => T): T => {
    try {
      return read()
    } catch (error) {
      if (error instanceof LimitError)
        throw new LimitError(`${where}: ${name === '' ? '' : `${name}: `}${error.message}`)
      if (!(error instanceof CorruptError)) throw error
      const what = seen === 0 ? 'is not a tar archive' : 'the archive is damaged or cut off, make it again'
      throw new CorruptError(`${where}: ${what} (${error.message})`)
    }
  }

  let bytes = 0
  await feed(
    chunk => {
      tell(() => reader.write(chunk))
      bytes += chunk.length
      options.onProgress?.(bytes)
      const pause = wait
      wait = null
      return pause
    },
    () => reader.isComplete,
  )
  const { endMarker } = tell(() => reader.end())
  if (!endMarker)
    throw new CorruptError(`${where}: the archive ends without its end marker: it was cut off, make it again`)
  await Promise.all(ending)
  return { members, links }
}

/** Archives of today call a blob by its digest, so what is known of it is known before its bytes come. */
const blobReaderFor = (name: string, header: TarHeader, options: ArchiveOptions): BlobReader => {
  const hex = options.cache ? /^\/blobs\/sha256\/([0-9a-f]{64})$/.exec(name)?.[1] : undefined
  const known = hex === undefined ? null : options.cache!.find(`sha256:${hex}`)
  return known?.blob.sizeBytes === header.sizeBytes
    ? createKnownBlobReader(known, options)
    : createBlobReader(options)
}

const linkTarget = (name: string, header: TarHeader): string => {
  const target = Buffer.from(header.link!)
  if (header.type === 'hardlink') return normalisePath(target).path
  const folder = name.slice(0, name.lastIndexOf('/') + 1)
  return normalisePath(target[0] === 0x2f ? target : Buffer.concat([Buffer.from(folder), target])).path
}

/** The member that a path names, through links: a LimitError when there are too many; null when there is none. */
export const member = (archive: ArchiveContent, path: string): Blob | null => {
  let at = normalisePath(Buffer.from(path)).path
  for (let hops = 0; hops < LIMITS.linkHops; hops += 1) {
    const found = archive.members.get(at)
    if (found) return found
    const next = archive.links.get(at)
    if (next === undefined) return null
    at = next
  }
  throw new LimitError(
    `${path}: ${tooMuch(LIMITS, 'linkHops', 'links from one to the next in an image archive').message}`,
  )
}
