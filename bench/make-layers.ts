/** Images that no engine made, written as they are needed: layers of many files, and the archives around them. */
import { createHash } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { headerBlock, type MadeEntry, padded } from '../test/support/make-tar.ts'

const BLOCK_BYTES = 512
export const END = Buffer.alloc(2 * BLOCK_BYTES)

/** A header and its body; called again for each entry, so that a million of them need no memory. */
export const entryBytes = (entry: MadeEntry): Buffer => {
  const { content = '' } = entry
  return content.length === 0 ? headerBlock(entry) : Buffer.concat([headerBlock(entry), padded(content)])
}

export interface MadeLayer {
  readonly sizeBytes: number
  /** Its bytes, the same each time. */
  readonly chunks: () => Iterable<Buffer>
}

/** A layer of entries, in chunks of some hundred kilobytes. */
export const layerOf = (entries: () => Iterable<MadeEntry>): MadeLayer => {
  const chunks = function* (): Iterable<Buffer> {
    let batch: Buffer[] = []
    let bytes = 0
    for (const entry of entries()) {
      const made = entryBytes(entry)
      batch.push(made)
      bytes += made.length
      if (bytes < 1 << 18) continue
      yield Buffer.concat(batch)
      batch = []
      bytes = 0
    }
    yield Buffer.concat([...batch, END])
  }
  let sizeBytes = 0
  for (const chunk of chunks()) sizeBytes += chunk.length
  return { sizeBytes, chunks }
}

export const digestOf = (layer: MadeLayer): string => {
  const hash = createHash('sha256')
  for (const chunk of layer.chunks()) hash.update(chunk)
  return hash.digest('hex')
}

/** What `docker save` writes of an image with these layers. */
export function* archiveOf(
  layers: readonly MadeLayer[],
  tag: string,
  digestBy: (layer: MadeLayer) => string = digestOf,
): Iterable<Buffer> {
  const digests = layers.map(digestBy)
  const { config, manifest } = describe(digests, tag)
  for (const [i, layer] of layers.entries()) {
    yield headerBlock({ path: layerName(digests[i]!), statedSize: layer.sizeBytes })
    yield* layer.chunks()
    yield Buffer.alloc((BLOCK_BYTES - (layer.sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES)
  }
  yield entryBytes({ path: config.name, content: config.text })
  yield entryBytes({ path: 'manifest.json', content: manifest })
  yield END
}

const layerName = (digest: string): string => `blobs/sha256/${digest}`

export const configDigestOf = (digests: readonly string[]): string => describe(digests, 'x').config.digest

const describe = (digests: readonly string[], tag: string) => {
  const text = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    config: { Cmd: ['/bin/true'] },
    rootfs: { type: 'layers', diff_ids: digests.map(digest => `sha256:${digest}`) },
    history: digests.map(() => ({ created_by: 'RUN /bin/sh -c make # buildkit' })),
  })
  const digest = createHash('sha256').update(text).digest('hex')
  const name = `blobs/sha256/${digest}`
  return {
    config: { text, digest, name },
    manifest: JSON.stringify([{ Config: name, RepoTags: [tag], Layers: digests.map(layerName) }]),
  }
}

export const writeFileOf = (path: string, chunks: Iterable<Buffer>): void => {
  const file = openSync(path, 'w')
  for (const chunk of chunks) for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at)
  closeSync(file)
}
