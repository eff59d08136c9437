/** `oci-dir://`: an OCI image layout in a folder, as BuildKit, skopeo, crane and umoci write it. */
import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { CorruptError, LimitError, messageOf, UserError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { type Blob, type BlobOptions, createBlobReader } from './blob-reader.ts'
import { parseJsonObject, text } from './config.ts'
import { fileFeed } from './file-feed.ts'
import type { ImageContent, LayerContent } from './image.ts'
import { type BlobStore, checkLayer, type Descriptor, knownLayer, readOciImage } from './oci.ts'
import { tooMuch } from './read-budget.ts'
import type { Selector } from './reference.ts'

export interface DirectoryChoice {
  readonly source: string
  readonly path: string
  readonly select: Selector
  readonly platform: string
}

/**
 * @param layers layers that were read before, by diffID; an equal one is taken from here and not read again
 */
export const readOciDirectory = async (
  choice: DirectoryChoice,
  options: BlobOptions & { readonly onProgress?: (bytes: number) => void },
  layers: Map<string, LayerContent>,
): Promise<ImageContent> => {
  const root = await rootOf(choice)
  const layout = parseJsonObject(
    await readJson(root, 'oci-layout', choice.source),
    `${choice.source}: oci-layout`,
  )
  const version = text(layout.imageLayoutVersion)
  if (version !== '1.0.0')
    throw new CorruptError(`${choice.source}: OCI layout version "${version}" is not known`)
  const index = await readJson(root, 'index.json', choice.source)
  return readOciImage(index, directoryStore(root, choice.source, options, layers), choice)
}

const rootOf = async (choice: DirectoryChoice): Promise<string> => {
  try {
    const root = await realpath(choice.path)
    if ((await stat(root)).isDirectory()) return root
  } catch {
    throw new UserError(`${choice.source}: there is no such folder`)
  }
  throw new UserError(`${choice.source}: is not a folder; a tar of an image is archive://`)
}

/** A file inside the layout; blobs may be links, but only to places inside it. */
const pathInside = async (root: string, name: string, source: string): Promise<string> => {
  let path: string
  try {
    path = await realpath(join(root, name))
  } catch {
    throw new CorruptError(`${source}: ${name} is missing: not an OCI layout, or an incomplete one`)
  }
  if (!path.startsWith(root + sep))
    throw new CorruptError(`${source}: ${name} is a link that leads out of the layout`)
  return path
}

/**
 * Where a blob lies. Layouts kept in git link their blobs, and a checkout without symbolic links (git's
 * core.symlinks=false, an archive, an upload) has the target's name as the file's text instead. Following it is safe:
 * it stays inside the layout and the digest is compared all the same.
 */
const blobPath = async (root: string, descriptor: Descriptor, source: string): Promise<string> => {
  const name = join('blobs', ...descriptor.digest.split(':'))
  const path = await pathInside(root, name, source)
  const { size } = await stat(path)
  if (size === descriptor.sizeBytes || size > LINK_TEXT_BYTES) return path
  const target = await readFile(path, 'utf8')
  if (!/^[\w./-]+$/.test(target) || target.startsWith('/')) return path
  const linked = relative(root, resolve(dirname(path), target))
  return linked.startsWith('..') ? path : pathInside(root, linked, source).catch(() => path)
}

const LINK_TEXT_BYTES = 255

const readJson = async (root: string, name: string, source: string): Promise<Buffer> => {
  const path = await pathInside(root, name, source)
  if ((await stat(path)).size > LIMITS.jsonBytes)
    throw new CorruptError(`${source}: ${name}: ${tooMuch(LIMITS, 'jsonBytes', 'bytes of JSON').message}`)
  return readFile(path)
}

const directoryStore = (
  root: string,
  source: string,
  options: BlobOptions & { readonly onProgress?: (bytes: number) => void },
  layers: Map<string, LayerContent>,
): BlobStore => {
  let bytes = 0
  const read = async (descriptor: Descriptor): Promise<Blob> => {
    const path = await blobPath(root, descriptor, source)
    const blob = createBlobReader(options)
    try {
      await fileFeed(
        path,
        options.hashes,
      )(chunk => {
        bytes += chunk.length
        options.onProgress?.(bytes)
        return blob.write(chunk)
      })
    } catch (error) {
      if (error instanceof LimitError)
        throw new LimitError(`${source}: ${descriptor.digest.slice(0, 19)}…: ${error.message}`)
      if (error instanceof UserError) throw error
      throw new UserError(`${source}: cannot read ${descriptor.digest.slice(0, 19)}… (${messageOf(error)})`)
    }
    const result = await blob.end()
    if (result.digest !== descriptor.digest || result.sizeBytes !== descriptor.sizeBytes)
      throw new CorruptError(
        `${source}: ${descriptor.digest.slice(0, 19)}… does not match its digest or size: the layout is damaged`,
      )
    return result
  }
  /** What an earlier run has read of a blob that is there, with the size that it had. */
  const cached = async (descriptor: Descriptor, diffId: string): Promise<LayerContent | null> => {
    const layer = options.cache ? knownLayer(options.cache, descriptor, diffId) : null
    if (!layer) return null
    const { size } = await stat(await blobPath(root, descriptor, source))
    return size === descriptor.sizeBytes ? layer : null
  }
  return {
    json: async descriptor => {
      if (descriptor.sizeBytes > LIMITS.jsonBytes)
        throw new CorruptError(
          `${source}: ${descriptor.digest.slice(0, 19)}…: ${tooMuch(LIMITS, 'jsonBytes', 'bytes of JSON').message}`,
        )
      const { content } = await read(descriptor)
      if (content.kind === 'broken') throw new CorruptError(`${source}: ${content.error.message}`)
      if (content.kind !== 'json')
        throw new CorruptError(`${source}: ${descriptor.digest.slice(0, 19)}… is not JSON`)
      return content.bytes
    },
    layer: async (descriptor, diffId) => {
      const known = layers.get(diffId) ?? (await cached(descriptor, diffId))
      if (known) return known
      const where = `${source}: layer ${descriptor.digest.slice(0, 19)}…`
      const { content } = await read(descriptor)
      if (content.kind === 'broken') throw new CorruptError(`${where}: ${content.error.message}`)
      if (content.kind !== 'layer')
        throw new CorruptError(`${where}: is neither a tar nor a gzip or zstd compressed one`)
      const layer = checkLayer(content.layer, diffId, where)
      layers.set(diffId, layer)
      return layer
    },
  }
}
