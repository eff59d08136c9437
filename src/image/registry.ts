/**
 * `registry://`: an image straight from its registry, without an engine: the manifest, the configuration and the layers
 * of this image, each compared with its digest, and nothing else. Addresses that a manifest names (`urls`) are not asked.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { CorruptError, LimitError, UserError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { type Blob, type BlobOptions, createBlobReader } from './blob-reader.ts'
import { parseJsonObject, text } from './config.ts'
import { type Environment, findLogin } from './docker-login.ts'
import type { ImageContent, LayerContent } from './image.ts'
import { type BlobStore, checkLayer, type Descriptor, INDEX_TYPES, knownLayer, readOciImage } from './oci.ts'
import { tooMuch } from './read-budget.ts'
import { normaliseName } from './reference.ts'
import { digestOf, fetchSmall, receive } from './registry-blob.ts'
import { openRepository, type RegistryClient, type RegistryWorld } from './registry-client.ts'
import { damaged } from './registry-errors.ts'
import { openConnections } from './registry-request.ts'

export interface RegistryChoice {
  readonly source: string
  /** As a person writes it: `ghcr.io/me/api:1.2`. */
  readonly name: string
  readonly platform: string
}

type Options = BlobOptions & { readonly onProgress?: (bytes: number) => void }

const MANIFEST_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]
const ACCEPT = [...MANIFEST_TYPES, ...INDEX_TYPES].join(', ')
const FOREIGN = /foreign|nondistributable/

/**
 * What the network and the user's docker give; close its connections at the end.
 * @param env null: nobody is logged in
 */
export const registryWorld = (env: Environment | null, signal?: AbortSignal): RegistryWorld => ({
  connections: openConnections(env ? { environment: env } : {}),
  findLogin: async host => (env ? findLogin(host, env) : { login: null, problem: null }),
  wait: (milliseconds, stop) => sleep(milliseconds, undefined, stop && { signal: stop }),
  signal,
})

/** @param layers layers that were read before, by diffID; an equal one is not fetched again */
export const readRegistryImage = async (
  choice: RegistryChoice,
  options: Options,
  layers: Map<string, LayerContent>,
  world: RegistryWorld,
): Promise<ImageContent> => {
  try {
    const { host, name, wanted } = placeOf(choice.name)
    const client = openRepository({ source: choice.source, host, name }, world)
    const top = await fetchTop(client, wanted, choice.source, world)
    const store = registryStore(client, choice.source, options, layers, world)
    const index = Buffer.from(JSON.stringify({ manifests: [top.descriptor] }))
    const known: BlobStore = {
      ...store,
      json: descriptor =>
        descriptor.digest === top.descriptor.digest ? Promise.resolve(top.bytes) : store.json(descriptor),
    }
    return await readOciImage(index, known, { ...choice, select: null, indexName: 'its manifest' })
  } catch (error) {
    world.signal?.throwIfAborted()
    throw error
  }
}

const placeOf = (name: string): { readonly host: string; readonly name: string; readonly wanted: string } => {
  const full = normaliseName(name)
  const slash = full.indexOf('/')
  const [path = '', digest] = full.slice(slash + 1).split('@')
  const [, repository = path, tag = 'latest'] = /^(.*?)(?::([^:/]+))?$/.exec(path) ?? []
  return { host: full.slice(0, slash), name: repository, wanted: digest ?? tag }
}

interface Top {
  readonly bytes: Buffer
  readonly descriptor: { readonly mediaType: string; readonly digest: string; readonly size: number }
}

/** The manifest or index that the name stands for, with the descriptor that an index would have for it. */
const fetchTop = async (
  client: RegistryClient,
  wanted: string,
  source: string,
  world: RegistryWorld,
): Promise<Top> => {
  const { bytes, headers } = await fetchSmall(
    client,
    `manifests/${wanted}`,
    { Accept: ACCEPT },
    source,
    world,
  )
  const digest = digestOf(bytes)
  const named = wanted.startsWith('sha256:') ? wanted : headers['docker-content-digest']
  if (typeof named === 'string' && named.startsWith('sha256:') && named !== digest)
    throw new CorruptError(
      `${source}: the manifest does not match its digest: the registry's copy is damaged`,
    )
  const json = parseJsonObject(bytes, `${source}: manifest`)
  const mediaType = text(json.mediaType) ?? headers['content-type']?.split(';')[0]?.trim() ?? ''
  if (json.schemaVersion === 1)
    throw new UserError(
      `${source}: is stored in Docker's old format (schema 1): push it again with a current docker`,
    )
  if (![...MANIFEST_TYPES, ...INDEX_TYPES].includes(mediaType))
    throw new UserError(`${source}: is not an image (its manifest is of another kind)`)
  return { bytes, descriptor: { mediaType, digest, size: bytes.length } }
}

const registryStore = (
  client: RegistryClient,
  source: string,
  options: Options,
  layers: Map<string, LayerContent>,
  world: RegistryWorld,
): BlobStore => {
  let progress = 0
  return {
    json: async descriptor => {
      const { digest, mediaType, sizeBytes } = descriptor
      if (sizeBytes > LIMITS.jsonBytes)
        throw new CorruptError(
          `${source}: ${digest.slice(0, 19)}…: ${tooMuch(LIMITS, 'jsonBytes', 'bytes of JSON').message}`,
        )
      const isManifest = [...MANIFEST_TYPES, ...INDEX_TYPES].includes(mediaType ?? '')
      const path = isManifest ? `manifests/${digest}` : `blobs/${digest}`
      const { bytes } = await fetchSmall(client, path, isManifest ? { Accept: ACCEPT } : {}, source, world)
      if (bytes.length !== sizeBytes || digestOf(bytes) !== digest) throw damaged(source, digest)
      return bytes
    },
    layer: async (descriptor, diffId) => {
      const known = layers.get(diffId) ?? (options.cache && knownLayer(options.cache, descriptor, diffId))
      if (known) return known
      const where = `${source}: layer ${descriptor.digest.slice(0, 19)}…`
      const blob = createBlobReader(options)
      const write = async (chunk: Uint8Array): Promise<void> => {
        const pause = blob.write(chunk)
        if (pause) await pause
        progress += chunk.length
        options.onProgress?.(progress)
      }
      try {
        for await (const chunk of receive(client, descriptor, source, world)) await write(chunk)
      } catch (error) {
        if (error instanceof LimitError) throw new LimitError(`${where}: ${error.message}`)
        if (error instanceof UserError && FOREIGN.test(descriptor.mediaType ?? ''))
          throw new UserError(
            `${where}: is a foreign layer, kept elsewhere; Plimsoll asks only the image's registry`,
          )
        throw error
      }
      const layer = layerOf(await blob.end(), descriptor, diffId, where)
      layers.set(diffId, layer)
      return layer
    },
  }
}

const layerOf = (
  blob: Blob,
  { digest, sizeBytes }: Descriptor,
  diffId: string,
  where: string,
): LayerContent => {
  if (blob.digest !== digest || blob.sizeBytes !== sizeBytes) throw damaged(where, digest)
  const { content } = blob
  if (content.kind === 'broken') throw new CorruptError(`${where}: ${content.error.message}`)
  if (content.kind !== 'layer')
    throw new CorruptError(`${where}: is neither a tar nor a gzip or zstd compressed one`)
  return checkLayer(content.layer, diffId, where)
}
