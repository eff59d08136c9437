/** Small images for tests: layers from lists of entries, and the archives and layouts that tools would write of them. */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Keep } from '../../src/image/image.ts'
import { createLayerReader, type ReadLayer } from '../../src/image/layer-reader.ts'
import { Directories } from '../../src/tree/entries.ts'
import { file, type MadeEntry, makeTar } from './make-tar.ts'

export const sha256 = (bytes: Uint8Array | string): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`

/** Layers as the reader gives them, sharing their directories. */
export const readLayers = (
  layers: readonly (readonly MadeEntry[])[],
  keep: Keep = () => 'none',
): ReadLayer[] => {
  const directories = new Directories()
  return layers.map(entries => {
    const reader = createLayerReader({ directories, keep }, createHash('sha256'))
    reader.write(makeTar(entries))
    return reader.end()
  })
}

export interface MadeImage {
  readonly config: Buffer
  /** Uncompressed tars, base first. */
  readonly layers: readonly Buffer[]
}

/** @param history one `created_by` for each layer */
export const makeImage = (
  layers: readonly (readonly MadeEntry[])[],
  history: readonly string[] = [],
): MadeImage => {
  const tars = layers.map(entries => makeTar(entries))
  return {
    layers: tars,
    config: Buffer.from(
      JSON.stringify({
        architecture: 'amd64',
        os: 'linux',
        created: '2026-01-01T00:00:00Z',
        config: { Env: ['PATH=/usr/bin:/bin'] },
        rootfs: { type: 'layers', diff_ids: tars.map(sha256) },
        history: tars.map((_, i) => ({ created_by: history[i] ?? `RUN /bin/sh -c step ${i} # buildkit` })),
      }),
    ),
  }
}

const hex = (bytes: Uint8Array): string => sha256(bytes).slice(7)

/** What `docker save` of Engine 20.10 writes. */
export const classicArchive = (images: readonly (MadeImage & { readonly tag: string })[]): Buffer => {
  const entries: MadeEntry[] = []
  for (const image of images) {
    for (const layer of image.layers) entries.push(file(`${hex(layer).slice(0, 32)}/layer.tar`, layer))
    entries.push(file(`${hex(image.config)}.json`, image.config))
  }
  const manifest = images.map(image => ({
    Config: `${hex(image.config)}.json`,
    RepoTags: [image.tag],
    Layers: image.layers.map(layer => `${hex(layer).slice(0, 32)}/layer.tar`),
  }))
  return makeTar([...entries, file('manifest.json', JSON.stringify(manifest))])
}

interface LayoutFiles {
  readonly blobs: ReadonlyMap<string, Buffer>
  readonly index: Buffer
}

const layoutFiles = (image: MadeImage, compress: (layer: Buffer) => Buffer, tag: string): LayoutFiles => {
  const layers = image.layers.map(compress)
  const descriptor = (bytes: Buffer, mediaType: string) => ({
    mediaType,
    digest: sha256(bytes),
    size: bytes.length,
  })
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: descriptor(image.config, 'application/vnd.oci.image.config.v1+json'),
      layers: layers.map(layer => descriptor(layer, 'application/vnd.oci.image.layer.v1.tar')),
    }),
  )
  const index = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      manifests: [
        {
          ...descriptor(manifest, 'application/vnd.oci.image.manifest.v1+json'),
          annotations: { 'org.opencontainers.image.ref.name': tag },
        },
      ],
    }),
  )
  return { index, blobs: new Map([manifest, image.config, ...layers].map(bytes => [hex(bytes), bytes])) }
}

const LAYOUT = JSON.stringify({ imageLayoutVersion: '1.0.0' })

/** An OCI layout in a folder; layers gzip unless told otherwise. */
export const writeLayout = (
  folder: string,
  image: MadeImage,
  compress: (layer: Buffer) => Buffer = layer => gzipSync(layer),
): void => {
  const { index, blobs } = layoutFiles(image, compress, 'latest')
  mkdirSync(join(folder, 'blobs', 'sha256'), { recursive: true })
  writeFileSync(join(folder, 'oci-layout'), LAYOUT)
  writeFileSync(join(folder, 'index.json'), index)
  for (const [name, bytes] of blobs) writeFileSync(join(folder, 'blobs', 'sha256', name), bytes)
}

/** An OCI layout in a tar. With `manifestJson` also Docker's own list, as Engine 25 and later write both. */
export const ociArchive = (
  image: MadeImage,
  { compress = (layer: Buffer) => layer, manifestJson = false, tag = 'latest' } = {},
): Buffer => {
  const { index, blobs } = layoutFiles(image, compress, tag)
  const entries = [...blobs].map(([name, bytes]) => file(`blobs/sha256/${name}`, bytes))
  entries.push(file('index.json', index), file('oci-layout', LAYOUT))
  if (manifestJson)
    entries.push(
      file(
        'manifest.json',
        JSON.stringify([
          {
            Config: `blobs/sha256/${hex(image.config)}`,
            RepoTags: [`example:${tag}`],
            Layers: image.layers.map(layer => `blobs/sha256/${hex(compress(layer))}`),
          },
        ]),
      ),
    )
  return makeTar(entries)
}
