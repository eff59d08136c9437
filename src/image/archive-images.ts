/**
 * What was read of an archive, to images. `manifest.json` is Docker's own list (docker save of every version, podman,
 * skopeo); an archive without one is an OCI layout in a tar. Newer engines write both; then both must agree.
 */
import { createHash } from 'node:crypto'
import { CorruptError, UserError } from '../errors.ts'
import { type ArchiveContent, member } from './archive-stream.ts'
import type { Blob } from './blob-reader.ts'
import { array, object, parseConfig, parseJson, parseJsonObject, text } from './config.ts'
import type { ImageContent, LayerContent } from './image.ts'
import { type BlobStore, checkLayer, checkLayerCount, type Descriptor, readOciImage } from './oci.ts'
import { normaliseName, type Selector } from './reference.ts'

export interface ArchiveChoice {
  readonly source: string
  readonly select: Selector
  readonly platform: string
}

/** One image of an archive, checked against every digest that names one of its parts. */
export const imageOfArchive = async (
  archive: ArchiveContent,
  choice: ArchiveChoice,
): Promise<ImageContent> => {
  checkBlobNames(archive, choice.source)
  const list = jsonMember(archive, '/manifest.json', choice.source)
  const index = jsonMember(archive, '/index.json', choice.source)
  const entries = list ? parseManifestList(list, choice.source) : []
  if (entries.length > 0) {
    const entry = chooseEntry(entries, archive, index, choice)
    if (index) checkAgainstIndex(archive, index, entry, choice.source)
    return imageOfEntry(archive, entry, choice.source)
  }
  if (index) {
    checkLayoutFile(jsonMember(archive, '/oci-layout', choice.source), choice.source)
    return readOciImage(index, archiveStore(archive, choice.source), choice)
  }
  throw new CorruptError(
    `${choice.source}: not an image archive: neither manifest.json nor index.json is in it (a plain filesystem tar is rootfs://)`,
  )
}

interface ManifestEntry {
  readonly config: string
  readonly tags: readonly string[]
  readonly layers: readonly string[]
}

const parseManifestList = (bytes: Uint8Array, source: string): ManifestEntry[] => {
  const where = `${source}: manifest.json`
  const list = parseJson(bytes, where)
  if (list === null) return []
  if (!Array.isArray(list)) throw new CorruptError(`${where}: expected a list of images`)
  return list.map(value => {
    const entry = object(value)
    const config = text(entry?.Config)
    const layers = array(entry?.Layers) ?? (entry?.Layers === null || entry?.Layers === undefined ? [] : null)
    const tags = array(entry?.RepoTags) ?? []
    checkLayerCount(layers?.length ?? 0, where)
    if (!entry || !config || !layers?.every(layer => typeof layer === 'string'))
      throw new CorruptError(`${where}: an image without a configuration or a list of layers`)
    return { config, tags: tags.filter(tag => typeof tag === 'string'), layers: layers as string[] }
  })
}

const chooseEntry = (
  entries: readonly ManifestEntry[],
  archive: ArchiveContent,
  index: Uint8Array | null,
  choice: ArchiveChoice,
): ManifestEntry => {
  const { select, source } = choice
  const matches = entries.filter(entry => {
    if (select === null) return true
    if (select.kind === 'tag')
      return entry.tags.some(
        tag =>
          tag === select.tag ||
          tag.endsWith(`:${select.tag}`) ||
          normaliseName(tag) === normaliseName(select.tag),
      )
    return digestsOf(archive, index, entry).has(select.digest)
  })
  const distinct = [...new Map(matches.map(entry => [entry.config + entry.layers.join(), entry])).values()]
  if (distinct.length === 1) return distinct[0]!
  const all = entries.map(entry => entry.tags[0] ?? entry.config).join(', ')
  throw new UserError(
    distinct.length === 0
      ? `${source}: no image of that name; there is ${all}`
      : `${source}: holds several images, add #TAG or @sha256:…: ${all}`,
  )
}

/** The digests that a person may call an image by: its configuration's, its manifest's, its index's. */
const digestsOf = (
  archive: ArchiveContent,
  index: Uint8Array | null,
  entry: ManifestEntry,
): ReadonlySet<string> => {
  const config = member(archive, entry.config)?.digest
  const digests = new Set<string>(config ? [config] : [])
  if (!index || !config) return digests
  const visit = (json: unknown, through: readonly string[]): void => {
    if (through.length > 4) return
    for (const value of array(object(json)?.manifests) ?? []) {
      const digest = text(object(value)?.digest)
      const blob = digest && member(archive, blobName(digest))
      if (!digest || !blob || blob.content.kind !== 'json') continue
      const child = parseJson(blob.content.bytes, digest)
      const path = [...through, digest]
      if (text(object(object(child)?.config)?.digest) === config) for (const each of path) digests.add(each)
      visit(child, path)
    }
  }
  visit(parseJson(index, 'index.json'), [])
  return digests
}

const imageOfEntry = (archive: ArchiveContent, entry: ManifestEntry, source: string): ImageContent => {
  const blob = member(archive, entry.config)
  if (!blob) throw new CorruptError(`${source}: the configuration ${entry.config} is not in the archive`)
  if (blob.content.kind === 'broken')
    throw new CorruptError(`${source}: the configuration: ${blob.content.error.message}`)
  if (blob.content.kind !== 'json')
    throw new CorruptError(`${source}: the configuration ${entry.config} is not JSON`)
  checkConfigName(entry.config, blob, source)
  const config = parseConfig(blob.content.bytes, `${source}: configuration`)
  if (config.diffIds.length !== entry.layers.length)
    throw new CorruptError(
      `${source}: ${entry.layers.length} layers in manifest.json, ${config.diffIds.length} in the configuration`,
    )
  const layers = entry.layers.map((name, i) =>
    claimLayer(
      member(archive, name),
      config.diffIds[i]!,
      `${source}: layer ${i + 1} of ${entry.layers.length}`,
    ),
  )
  return { source, configDigest: blob.digest, config, layers }
}

const claimLayer = (blob: Blob | null, diffId: string, where: string): LayerContent => {
  if (!blob) throw new CorruptError(`${where}: is not in the archive`)
  const { content } = blob
  if (content.kind === 'broken') throw new CorruptError(`${where}: ${content.error.message}`)
  if (content.kind !== 'layer')
    throw new CorruptError(
      `${where}: is neither a tar nor a gzip or zstd compressed one; other compressions are not read`,
    )
  return checkLayer(content.layer, diffId, where)
}

const blobName = (digest: string): string => `/blobs/${digest.replace(':', '/')}`

/** A member called by a digest must have it: a layer that no manifest claims may still be damaged, JSON may not. */
const checkBlobNames = (archive: ArchiveContent, source: string): void => {
  for (const [name, blob] of archive.members) {
    const hex = /^\/blobs\/sha256\/([0-9a-f]{64})$/.exec(name)?.[1]
    if (
      hex &&
      blob.digest !== `sha256:${hex}` &&
      blob.content.kind !== 'layer' &&
      blob.content.kind !== 'broken'
    )
      throw new CorruptError(
        `${source}: ${name.slice(1, 27)}… does not match its digest: the archive is damaged`,
      )
  }
}

/** Classic archives call the configuration by its digest: `<64 hex>.json`. */
const checkConfigName = (name: string, blob: Blob, source: string): void => {
  const hex = /(?:^|\/)([0-9a-f]{64})(?:\.json)?$/.exec(name)?.[1]
  if (hex && blob.digest !== `sha256:${hex}`)
    throw new CorruptError(`${source}: the configuration does not match its digest: the archive is damaged`)
}

/** Where both lists are there, the manifest that names this configuration must name the same layers. */
const checkAgainstIndex = (
  archive: ArchiveContent,
  index: Uint8Array,
  entry: ManifestEntry,
  source: string,
): void => {
  const { manifests } = parseJsonObject(index, `${source}: index.json`)
  // only the configuration's digest: no manifest led to it. An image that was saved by its id is in no index
  const isLost = entry.tags.length > 0 && digestsOf(archive, index, entry).size === 1
  if (manifests === undefined || isLost)
    throw new CorruptError(
      `${source}: index.json does not lead to the image that manifest.json names: the archive is damaged`,
    )
  for (const name of entry.layers) {
    const hex = /^\/?blobs\/sha256\/([0-9a-f]{64})$/.exec(name)?.[1]
    const blob = hex ? member(archive, name) : null
    if (hex && blob && blob.digest !== `sha256:${hex}`)
      throw new CorruptError(
        `${source}: layer ${hex.slice(0, 12)}… does not match its digest: the archive is damaged`,
      )
  }
}

const checkLayoutFile = (bytes: Uint8Array | null, source: string): void => {
  if (!bytes) throw new CorruptError(`${source}: index.json without the file oci-layout: not an OCI layout`)
  const version = text(parseJsonObject(bytes, `${source}: oci-layout`).imageLayoutVersion)
  if (version !== '1.0.0') throw new CorruptError(`${source}: OCI layout version "${version}" is not known`)
}

const jsonMember = (archive: ArchiveContent, path: string, source: string): Uint8Array | null => {
  const blob = member(archive, path)
  if (blob?.content.kind === 'broken')
    throw new CorruptError(`${source}: ${path.slice(1)}: ${blob.content.error.message}`)
  return blob?.content.kind === 'json' ? blob.content.bytes : blob ? literal(blob) : null
}

/** `null` is JSON too (an archive of nothing), but does not look like it. */
const literal = (blob: Blob): Uint8Array | null =>
  blob.digest === `sha256:${createHash('sha256').update('null').digest('hex')}` ? Buffer.from('null') : null

const archiveStore = (archive: ArchiveContent, source: string): BlobStore => {
  const find = (descriptor: Descriptor): Blob => {
    const blob = member(archive, blobName(descriptor.digest))
    if (!blob) throw new CorruptError(`${source}: ${descriptor.digest} is not in the archive`)
    if (blob.digest !== descriptor.digest || blob.sizeBytes !== descriptor.sizeBytes)
      throw new CorruptError(
        `${source}: ${descriptor.digest.slice(0, 19)}… does not match its digest or size`,
      )
    return blob
  }
  return {
    json: async descriptor => {
      const { content } = find(descriptor)
      if (content.kind === 'broken') throw new CorruptError(`${source}: ${content.error.message}`)
      if (content.kind !== 'json')
        throw new CorruptError(`${source}: ${descriptor.digest.slice(0, 19)}… is not JSON`)
      return content.bytes
    },
    layer: async (descriptor, diffId) =>
      claimLayer(find(descriptor), diffId, `${source}: layer ${descriptor.digest.slice(0, 19)}…`),
  }
}
