/** `archive://` and `rootfs://`: one file, plain or compressed as a whole. */
import { open, stat } from 'node:fs/promises'
import { CorruptError, LimitError, messageOf, UserError } from '../errors.ts'
import { type ArchiveChoice, imageOfArchive } from './archive-images.ts'
import { type ArchiveOptions, type Feed, readArchive } from './archive-stream.ts'
import { createBlobReader } from './blob-reader.ts'
import { fileFeed } from './file-feed.ts'
import type { ImageContent } from './image.ts'
import { type Compression, compressionOf, inflateHere, type Output } from './inflate.ts'

/** An image archive: docker save of any version, podman save, an OCI layout in a tar. */
export const readArchiveFile = async (
  path: string,
  choice: ArchiveChoice,
  options: ArchiveOptions,
): Promise<ImageContent> => {
  const { feed, isCompressed } = await openPlain(path, choice.source, options)
  const archiveBytes = isCompressed ? options.budget.limits.layerBytes : undefined
  const archive = await readArchive(feed, choice.source, {
    ...options,
    ...(archiveBytes && { archiveBytes }),
  })
  return imageOfArchive(archive, choice)
}

/** A plain filesystem tar as one layer without configuration; its end marker must be there, as no digest vouches for it. */
export const readRootfsFile = async (
  path: string,
  source: string,
  options: ArchiveOptions,
): Promise<ImageContent> => {
  const blob = createBlobReader(options)
  const { feed } = await openPlain(path, source, options)
  let bytes = 0
  try {
    await feed(chunk => {
      bytes += chunk.length
      options.onProgress?.(bytes)
      const pause = blob.write(chunk)
      if (blob.isHopeless()) throw new Hopeless()
      return pause
    })
  } catch (error) {
    if (error instanceof LimitError) throw new LimitError(`${source}: ${error.message}`)
    if (!(error instanceof Hopeless)) throw error
  }
  const { content } = await blob.end()
  if (content.kind === 'broken') throw new CorruptError(`${source}: ${content.error.message}`)
  if (content.kind !== 'layer') throw new CorruptError(`${source}: not a tar archive`)
  if (content.layer.endMarkerMissing)
    throw new CorruptError(
      `${source}: the archive ends without its end marker: it was cut off, make it again`,
    )
  return { source, configDigest: null, config: null, layers: [content.layer] }
}

/** Ends the reading of what is no filesystem, before a compressed one is unpacked to its end. */
class Hopeless extends Error {}

/** The file's bytes with one outer compression taken off. */
const openPlain = async (
  path: string,
  source: string,
  options: ArchiveOptions,
): Promise<{ readonly feed: Feed; readonly isCompressed: boolean }> => {
  const first = await firstBytes(path, source)
  const compression = compressionOf(first)
  if (compression === null) {
    refuseOthers(first, source)
    return { feed: named(fileFeed(path, options.hashes), source, 'cannot be read'), isCompressed: false }
  }
  return {
    feed: named(
      inflatedFeed(path, compression, options),
      source,
      'the compressed file is damaged or cut off',
    ),
    isCompressed: true,
  }
}

const inflatedFeed =
  (path: string, compression: Compression, { hashes, inflates }: ArchiveOptions): Feed =>
  async write => {
    let failure: unknown = null
    const output: Output = {
      take: chunk => {
        try {
          return failure === null ? write(chunk) : null
        } catch (error) {
          failure = error
          inflater.destroy()
          return null
        }
      },
      fail: error => {
        failure ??= error
      },
    }
    const inflater = inflates?.start(compression, output) ?? inflateHere(compression, output)
    await fileFeed(
      path,
      hashes,
    )(chunk => {
      if (failure !== null) throw failure
      return inflater.write(chunk)
    })
    if (failure === null) await inflater.end()
    if (failure !== null) throw failure
  }

/** Errors of the file itself are told with its name; those of what reads it are told already. */
const named =
  (feed: Feed, source: string, what: string): Feed =>
  async write => {
    try {
      await feed(write)
    } catch (error) {
      // the file system and zlib give their errors a code; anything without one is a fault of ours
      if (error instanceof UserError || (error as NodeJS.ErrnoException).code === undefined) throw error
      throw new CorruptError(`${source}: ${what} (${messageOf(error)})`)
    }
  }

const firstBytes = async (path: string, source: string): Promise<Uint8Array> => {
  try {
    if (!(await stat(path)).isFile())
      throw new UserError(`${source}: is not a file; an OCI layout in a folder is oci-dir://`)
    const handle = await open(path)
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(6), 0, 6, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (error instanceof UserError) throw error
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new UserError(
      `${source}: ${missing ? 'there is no such file' : `cannot be opened (${messageOf(error)})`}`,
    )
  }
}

/** Formats that Node cannot decompress are named, so that nobody wonders about "not a tar archive". */
const refuseOthers = (first: Uint8Array, source: string): void => {
  const hex = Buffer.from(first).toString('hex')
  const format = hex.startsWith('fd377a585a')
    ? 'xz'
    : hex.startsWith('425a68')
      ? 'bzip2'
      : hex.startsWith('504b0304')
        ? 'zip'
        : null
  if (format)
    throw new UserError(
      `${source}: is compressed with ${format}, which Plimsoll does not read: decompress it or use gzip or zstd`,
    )
}
