/**
 * OCI indexes and manifests to one image's configuration and layers (image-spec: image-index.md, manifest.md), over
 * anything that can hand out a blob by digest: a directory or an archive that was read.
 */
import { CorruptError, UserError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { array, object, parseConfig, parseJsonObject, text } from './config.ts'
import type { ImageContent, LayerContent } from './image.ts'
import type { LayerCache } from './layer-cache.ts'
import { tooMuch } from './read-budget.ts'
import type { Selector } from './reference.ts'

export interface Descriptor {
  readonly mediaType: string | null
  readonly digest: string
  readonly sizeBytes: number
  readonly annotations: Readonly<Record<string, unknown>>
  readonly platform: string | null
}

/** Hands out blobs whose digest and size have been compared with the descriptor. */
export interface BlobStore {
  /** A small JSON blob; an error when it is missing or is not what the descriptor says. */
  json(descriptor: Descriptor): Promise<Uint8Array>
  /** A layer, read whole; `diffId` is what the configuration says it is, so that an equal one is not read again. */
  layer(descriptor: Descriptor, diffId: string): Promise<LayerContent>
}

interface Candidate {
  readonly tag: string | null
  readonly platform: string | null
  readonly descriptor: Descriptor
  /** Digests of the indexes on the way to it. */
  readonly through: readonly string[]
}

export interface OciChoice {
  readonly source: string
  readonly select: Selector
  readonly platform: string
  /** What messages call the index where it is not the file `index.json`. */
  readonly indexName?: string
}

/**
 * @param index bytes of `index.json`
 * @param platform the platform to prefer when there are several, `linux/amd64`
 */
export const readOciImage = async (
  index: Uint8Array,
  store: BlobStore,
  choice: OciChoice,
): Promise<ImageContent> => {
  const where = `${choice.source}: ${choice.indexName ?? 'index.json'}`
  const candidates = await listCandidates(parseJsonObject(index, where), store, where)
  const { descriptor } = choose(candidates, choice)
  return readManifest(descriptor, store, choice.source)
}

const listCandidates = async (root: object, store: BlobStore, where: string): Promise<Candidate[]> => {
  const found: Candidate[] = []
  let visited = 0
  const visit = async (
    index: object,
    through: readonly string[],
    tag: string | null,
    at: string,
  ): Promise<void> => {
    if (through.length > LIMITS.indexDepth)
      throw new CorruptError(`${at}: ${tooMuch(LIMITS, 'indexDepth', 'indexes in one another').message}`)
    const manifests = array((index as { manifests?: unknown }).manifests)
    if (!manifests) throw new CorruptError(`${at}: the index has no list of manifests`)
    if ((index as { layers?: unknown }).layers !== undefined)
      throw new CorruptError(`${at}: claims to be both an index and a manifest`)
    for (const value of manifests) {
      const descriptor = parseDescriptor(value, at)
      visited += 1
      if (visited > LIMITS.manifests)
        throw new CorruptError(`${at}: ${tooMuch(LIMITS, 'manifests', 'manifests').message}`)
      if (isAttestation(descriptor)) continue
      const own =
        text(descriptor.annotations['io.containerd.image.name']) ??
        text(descriptor.annotations['org.opencontainers.image.ref.name']) ??
        tag
      if (isIndex(descriptor)) {
        const name = `${at} → ${descriptor.digest.slice(0, 19)}`
        await visit(
          parseJsonObject(await store.json(descriptor), name),
          [...through, descriptor.digest],
          own,
          name,
        )
      } else found.push({ tag: own, platform: descriptor.platform, descriptor, through })
    }
  }
  await visit(root, [], null, where)
  return found
}

/** Lists of manifests: OCI's and Docker's. */
export const INDEX_TYPES: readonly string[] = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]

const isIndex = (descriptor: Descriptor): boolean => INDEX_TYPES.includes(descriptor.mediaType ?? '')

/** BuildKit's attestations are manifests too, of platform `unknown/unknown`. */
const isAttestation = (descriptor: Descriptor): boolean =>
  descriptor.annotations['vnd.docker.reference.type'] === 'attestation-manifest' ||
  descriptor.platform === 'unknown/unknown'

const choose = (candidates: readonly Candidate[], choice: OciChoice): Candidate => {
  const { select, source } = choice
  const named = candidates.filter(
    candidate =>
      select === null ||
      (select.kind === 'digest'
        ? candidate.descriptor.digest === select.digest || candidate.through.includes(select.digest)
        : candidate.tag === select.tag || candidate.tag?.endsWith(`:${select.tag}`)),
  )
  const distinct = [...new Map(named.map(candidate => [candidate.descriptor.digest, candidate])).values()]
  if (distinct.length === 1) return distinct[0]!
  if (distinct.length === 0)
    throw new UserError(
      candidates.length === 0
        ? `${source}: there is no image in it`
        : `${source}: no image of that name; there is ${listed(candidates)}`,
    )
  const wanted = normalisePlatform(choice.platform)
  const platforms = distinct.filter(({ platform }) => platform && normalisePlatform(platform) === wanted)
  const oneName =
    new Set(distinct.map(candidate => candidate.through.join())).size === 1 && distinct[0]!.through.length > 0
  if (platforms.length === 1 && oneName) return platforms[0]!
  if (platforms.length === 0 && oneName)
    throw new UserError(`${source}: has no image for ${choice.platform}; there is ${listed(distinct)}`)
  throw new UserError(`${source}: holds several images, say which one: ${listed(distinct)}`)
}

/** `linux/arm64` is version 8 unless it says otherwise, `linux/arm` version 7 (containerd's platforms, "Normalization"). */
const normalisePlatform = (platform: string): string => {
  if (platform === 'linux/arm64/v8') return 'linux/arm64'
  return platform === 'linux/arm' ? 'linux/arm/v7' : platform
}

const listed = (candidates: readonly Candidate[]): string =>
  candidates
    .slice(0, 10)
    .map(({ tag, platform, descriptor }) =>
      [tag, platform && `(${platform})`, tag ? null : `@${descriptor.digest}`].filter(Boolean).join(' '),
    )
    .join(', ') + (candidates.length > 10 ? ` and ${candidates.length - 10} more` : '')

const readManifest = async (
  descriptor: Descriptor,
  store: BlobStore,
  source: string,
): Promise<ImageContent> => {
  const where = `${source}: manifest ${descriptor.digest.slice(0, 19)}`
  const manifest = parseJsonObject(await store.json(descriptor), where)
  if (manifest.manifests !== undefined && manifest.layers !== undefined)
    throw new CorruptError(`${where}: claims to be both an index and a manifest`)
  const configDescriptor = parseDescriptor(manifest.config, where)
  const layers = array(manifest.layers)
  if (!layers) throw new CorruptError(`${where}: has no list of layers`)
  checkLayerCount(layers.length, where)
  const config = parseConfig(await store.json(configDescriptor), `${source}: configuration`)
  if (config.diffIds.length !== layers.length)
    throw new CorruptError(
      `${where}: ${layers.length} layers in the manifest, ${config.diffIds.length} in the configuration`,
    )
  const read: LayerContent[] = []
  for (const [i, layer] of layers.entries())
    read.push(await store.layer(parseDescriptor(layer, where), config.diffIds[i]!))
  return { source, configDigest: configDescriptor.digest, config, layers: read }
}

export const checkLayerCount = (layers: number, where: string): void => {
  if (layers > LIMITS.layers)
    throw new CorruptError(`${where}: ${tooMuch(LIMITS, 'layers', 'layers').message}`)
}

const parseDescriptor = (value: unknown, where: string): Descriptor => {
  const json = object(value)
  const digest = text(json?.digest)
  const size = json?.size
  if (!json || !digest || !/^sha256:[0-9a-f]{64}$/.test(digest))
    throw new CorruptError(`${where}: a descriptor has no valid sha256 digest`)
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw new CorruptError(`${where}: the descriptor of ${digest.slice(0, 19)} has no valid size`)
  const platform = object(json.platform)
  return {
    mediaType: text(json.mediaType),
    digest,
    sizeBytes: size,
    annotations: object(json.annotations) ?? {},
    platform: platform
      ? [text(platform.os), text(platform.architecture), text(platform.variant)].filter(Boolean).join('/') ||
        null
      : null,
  }
}

/** Compares a layer with what its image says of it. */
export const checkLayer = (layer: LayerContent, diffId: string, where: string): LayerContent => {
  if (layer.diffId !== diffId)
    throw new CorruptError(
      `${where}: a layer's content does not match its digest (${layer.diffId.slice(0, 19)}… is not ${diffId.slice(0, 19)}…): the image is damaged`,
    )
  return layer
}

/** What an earlier run has read of a layer, where it is the very blob that is named here; null where it is not. */
export const knownLayer = (
  cache: LayerCache,
  { digest, sizeBytes }: Descriptor,
  diffId: string,
): LayerContent | null => {
  const layer = cache.find(digest)
  return layer?.diffId === diffId && layer.blob.sizeBytes === sizeBytes ? layer : null
}
