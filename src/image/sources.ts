/** Every source of images in one place: references in, images read to their end out. */
import * as v8 from 'node:v8'
import { UserError } from '../errors.ts'
import { Directories } from '../tree/entries.ts'
import type { BlobOptions } from './blob-reader.ts'
import { createEstimateThread } from './download-estimate.ts'
import { type Engine, readEngineImages } from './engine.ts'
import { readArchiveFile, readRootfsFile } from './file-source.ts'
import { createHashThread } from './hash-thread.ts'
import type { ImageContent, Keep, LayerContent } from './image.ts'
import { createInflateThread } from './inflate-thread.ts'
import { type LayerCache, openLayerCache } from './layer-cache.ts'
import { readOciDirectory } from './oci-directory.ts'
import { createReadBudget, tookTooLong } from './read-budget.ts'
import type { ImageReference } from './reference.ts'
import { readRegistryImage, registryWorld } from './registry.ts'
import type { RegistryWorld } from './registry-client.ts'

export interface ReadOptions {
  readonly keep: Keep
  /** Whether programs are looked into (`LayerContent.programs`); default: they are. */
  readonly programs?: boolean
  /** The platform to prefer where an image has several: `linux/amd64`. */
  readonly platform: string
  /** Called only when a reference needs an engine. */
  readonly engine: () => Engine
  /** Where docker's logins are looked up: DOCKER_CONFIG, HOME, PATH. Without it nobody is logged in. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Where layers that were read are kept for the next run, and by which version of the program. */
  readonly cache?: { readonly folder: string; readonly version: string } | null
  readonly onProgress?: (bytes: number) => void
  /** Longest time without a byte from an engine. */
  readonly silenceMs?: number
  readonly signal?: AbortSignal
}

/**
 * Reads images together: those of an engine in one export, a layer that two of them share once.
 * @returns one image for each reference, in order
 */
export const readImages = async (
  references: readonly ImageReference[],
  options: ReadOptions,
): Promise<ImageContent[]> => {
  const hashes = createHashThread()
  const estimates = createEstimateThread()
  const inflates = createInflateThread(hashes)
  const budget = createReadBudget()
  // what sends nothing is not seen by a look at the clock
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(tookTooLong(budget.limits.readMs)), budget.limits.readMs)
  const signal = options.signal ? AbortSignal.any([options.signal, late.signal]) : late.signal
  const registry = registryWorld(options.environment ?? null, signal)
  const directories = new Directories()
  try {
    const cache = options.cache
      ? openLayerCache({ ...options.cache, directories, keep: options.keep, budget })
      : null
    const inner = { ...options, signal, hashes, estimates, inflates, registry, directories, budget, cache }
    const images = await readAll(references, inner)
    if (cache) keepLayers(images, cache)
    letYoungHeapBe()
    return images
  } finally {
    clearTimeout(timer)
    registry.connections.close()
    await inflates.close()
    await estimates.close()
    await hashes.close()
  }
}

/**
 * What follows makes much and keeps little; V8 would let the part of its heap that new values are made in grow to 96 MB for
 * that. It reads this number whenever it thinks of growing; what it has by now is enough (measured: 40 MB less, no slower).
 */
const letYoungHeapBe = (): void => v8.setFlagsFromString('--semi-space-growth-factor=1')

/** After every digest of every image has agreed. A bare root filesystem has none that anybody could ask for. */
const keepLayers = (images: readonly ImageContent[], cache: LayerCache): void => {
  for (const image of images) if (image.config) for (const layer of image.layers) cache.store(layer)
  cache.trim()
}

type InnerOptions = Omit<ReadOptions, 'cache'> & BlobOptions & { readonly registry: RegistryWorld }

const readAll = async (
  references: readonly ImageReference[],
  options: InnerOptions,
): Promise<ImageContent[]> => {
  const layers = new Map<string, LayerContent>()
  const results = new Map<ImageReference, ImageContent>()
  const names = references.filter(reference => reference.scheme === 'docker')
  if (names.length > 0) {
    const images = await readEngineImages(
      options.engine(),
      names.map(reference => reference.name),
      options,
    )
    for (const [i, reference] of names.entries()) results.set(reference, images[i]!)
  }
  for (const reference of references) {
    if (!results.has(reference)) results.set(reference, await readOne(reference, options, layers))
    for (const layer of results.get(reference)!.layers) layers.set(layer.diffId, layer)
  }
  return references.map(reference => linuxOnly(results.get(reference)!))
}

const readOne = (
  reference: ImageReference,
  options: InnerOptions,
  layers: Map<string, LayerContent>,
): Promise<ImageContent> => {
  const { text: source } = reference
  const { platform } = options
  switch (reference.scheme) {
    case 'oci-dir':
      return readOciDirectory(
        { source, path: reference.path, select: reference.select, platform },
        options,
        layers,
      )
    case 'registry':
      return readRegistryImage({ source, name: reference.name, platform }, options, layers, options.registry)
    case 'archive':
      return readArchiveFile(reference.path, { source, select: reference.select, platform }, options)
    case 'rootfs':
      // it is no image that anybody could download
      return readRootfsFile(reference.path, source, { ...options, estimates: undefined })
    case 'report':
      throw new UserError(`${source}: is a saved report, an image is needed here`)
    case 'docker':
      throw new Error('images of an engine are read together')
  }
}

/** Windows layers have other names and other package managers: refused rather than misread. */
const linuxOnly = (image: ImageContent): ImageContent => {
  if (image.config?.os && image.config.os !== 'linux')
    throw new UserError(`${image.source}: is an image for ${image.config.os}; Plimsoll reads Linux images`)
  return image
}
