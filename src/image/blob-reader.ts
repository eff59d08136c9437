/**
 * One blob of an image, read on suspicion: its role is unknown until the manifest, which an export sends last.
 * Classified by content: gzip, zstd, a tar, JSON (kept whole up to a limit), or nothing that concerns us.
 */
import { once } from 'node:events'
import * as zlib from 'node:zlib'
import { CorruptError, messageOf, UserError } from '../errors.ts'
import { looksLikeTar } from '../tar/header.ts'
import type { Directories } from '../tree/entries.ts'
import type { HashThread } from './hash-thread.ts'
import type { Keep, LayerContent } from './image.ts'
import { createLayerReader, type LayerReader } from './layer-reader.ts'

export type BlobContent =
  | { readonly kind: 'json'; readonly bytes: Buffer }
  | { readonly kind: 'layer'; readonly layer: LayerContent }
  | { readonly kind: 'other' }
  /** Looked like a layer and could not be read: an error only when some manifest claims it. */
  | { readonly kind: 'broken'; readonly error: Error }

export interface Blob {
  /** `sha256:…` of the bytes as stored. */
  readonly digest: string
  readonly sizeBytes: number
  readonly content: BlobContent
}

export interface BlobReader {
  /** Takes a chunk that is valid during the call; null, or a promise to wait for before the next one. */
  write(chunk: Uint8Array): Promise<void> | null
  end(): Promise<Blob>
}

export interface BlobOptions {
  readonly directories: Directories
  readonly keep: Keep
  /** Hashes whole streams beside the reading. */
  readonly hashes: HashThread
}

/** Manifests, indexes and configurations above this are not kept (containerd refuses them from 20 MiB on). */
export const JSON_LIMIT_BYTES = 4 * 1024 * 1024
const SNIFF_BYTES = 512
/** A zstd frame may ask for a window up to this (2^27 = 128 MiB), as containerd's default decoder allows. */
const ZSTD_WINDOW_LOG_MAX = 27

/** Where the bytes of a blob go once its first block is known. */
interface Sink {
  write(chunk: Uint8Array): Promise<void> | null
  end(): Promise<BlobContent>
}

export const createBlobReader = (options: BlobOptions): BlobReader => {
  const digest = options.hashes.create()
  let sizeBytes = 0
  let head: Uint8Array[] = []
  let headBytes = 0
  let sink: Sink | null = null

  const start = (): Promise<void> | null => {
    const first = Buffer.concat(head)
    head = []
    sink = sinkFor(first, options)
    return sink.write(first)
  }

  return {
    write: chunk => {
      sizeBytes += chunk.length
      const pause = digest.update(chunk)
      if (sink) return both(pause, sink.write(chunk))
      head.push(Buffer.from(chunk))
      headBytes += chunk.length
      return headBytes >= SNIFF_BYTES ? both(pause, start()) : pause
    },
    end: async () => {
      if (!sink) await start()
      const content = await sink!.end()
      const blobDigest = `sha256:${await digest.digest()}`
      return { digest: blobDigest, sizeBytes, content: withBlobFacts(content, blobDigest, sizeBytes) }
    },
  }
}

/** Two things to wait for, of which mostly there is none. */
const both = (a: Promise<void> | null, b: Promise<void> | null): Promise<void> | null =>
  a && b ? Promise.all([a, b]).then(() => undefined) : (a ?? b)

/** A plain layer's uncompressed digest is the blob's own: it is hashed once. */
const withBlobFacts = (content: BlobContent, digest: string, sizeBytes: number): BlobContent => {
  if (content.kind !== 'layer') return content
  const { layer } = content
  const { compressed } = layer.blob
  return {
    kind: 'layer',
    layer: { ...layer, diffId: compressed ? layer.diffId : digest, blob: { sizeBytes, compressed } },
  }
}

const sinkFor = (first: Uint8Array, options: BlobOptions): Sink => {
  if (isGzip(first)) return decompressingSink(zlib.createGunzip({ chunkSize: 128 * 1024 }), options)
  if (isZstd(first)) return decompressingSink(zstdStream(), options)
  if (first.length === 0 || looksLikeTar(first)) return layerSink(options, false)
  if (first[0] === 0x7b || first[0] === 0x5b) return jsonSink()
  return { write: () => null, end: async () => ({ kind: 'other' }) }
}

export const isGzip = (first: Uint8Array): boolean => first[0] === 0x1f && first[1] === 0x8b
export const isZstd = (first: Uint8Array): boolean =>
  (first[0] === 0x28 && first[1] === 0xb5 && first[2] === 0x2f && first[3] === 0xfd) ||
  // a skippable frame may come first (RFC 8878, 3.1.2)
  ((first[0]! & 0xf0) === 0x50 && first[1] === 0x2a && first[2] === 0x4d && first[3] === 0x18)

/** A zstd decoder, or an error that names the Node it needs: zlib has zstd from Node 22.15 on. */
export const zstdStream = (): NodeJS.ReadWriteStream & { destroy(error?: Error): void } => {
  const create = (zlib as { createZstdDecompress?: typeof zlib.createZstdDecompress }).createZstdDecompress
  if (!create)
    throw new UserError(
      `a layer is compressed with zstd, which Node ${process.versions.node} cannot read: use Node 22.15 or later`,
    )
  return create({ params: { [zlib.constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX } })
}

const layerSink = (options: BlobOptions, compressed: boolean): Sink => {
  // a plain layer's bytes are the blob's, which are hashed already
  const digest = compressed ? options.hashes.create() : null
  const reader = createLayerReader(options.directories, options.keep, null)
  let error: Error | null = null
  return {
    write: chunk => {
      if (!error) error = attempt(reader, chunk)
      return digest?.update(chunk) ?? null
    },
    end: async () => {
      const diffId = digest ? `sha256:${await digest.digest()}` : ''
      return error ? { kind: 'broken', error } : finished(reader, compressed, diffId)
    },
  }
}

const attempt = (reader: LayerReader, chunk: Uint8Array): Error | null => {
  try {
    reader.write(chunk)
    return null
  } catch (error) {
    return error as Error
  }
}

const finished = (reader: LayerReader, compressed: boolean, diffId: string): BlobContent => {
  try {
    return { kind: 'layer', layer: { ...reader.end(), diffId, blob: { sizeBytes: 0, compressed } } }
  } catch (error) {
    return { kind: 'broken', error: error as Error }
  }
}

/** Decompression runs on Node's thread pool, so it hides behind whatever sends the bytes. */
const decompressingSink = (
  stream: NodeJS.ReadWriteStream & { destroy(error?: Error): void },
  options: BlobOptions,
): Sink => {
  const inner = layerSink(options, true)
  let first: Uint8Array[] | null = []
  let firstBytes = 0
  let isLayer = false
  let error: Error | null = null

  const classify = (): void => {
    const bytes = Buffer.concat(first!)
    first = null
    isLayer = bytes.length === 0 || looksLikeTar(bytes)
    if (isLayer) inner.write(bytes)
  }
  stream.on('data', (chunk: Buffer) => {
    if (first) {
      first.push(chunk)
      firstBytes += chunk.length
      if (firstBytes >= SNIFF_BYTES) classify()
    } else if (isLayer) {
      const pause = inner.write(chunk)
      if (!pause) return
      stream.pause()
      pause.then(() => stream.resume())
    }
  })
  const ended = new Promise<void>(resolve => {
    stream.once('end', resolve)
    stream.once('error', (cause: Error) => {
      error = new CorruptError(`the compressed bytes of a layer are damaged (${messageOf(cause)})`)
      resolve()
    })
  })
  return {
    write: chunk => {
      // the thread pool reads it later
      if (error || stream.write(Buffer.from(chunk))) return null
      return Promise.race([
        once(stream, 'drain').then(
          () => undefined,
          () => undefined,
        ),
        ended,
      ])
    },
    end: async () => {
      if (!error) stream.end()
      await ended
      if (error) return { kind: 'broken', error }
      if (first) classify()
      return isLayer ? inner.end() : { kind: 'other' }
    },
  }
}

const jsonSink = (): Sink => {
  const chunks: Uint8Array[] = []
  let bytes = 0
  return {
    write: chunk => {
      bytes += chunk.length
      if (bytes <= JSON_LIMIT_BYTES) chunks.push(Buffer.from(chunk))
      else chunks.length = 0
      return null
    },
    end: async () =>
      bytes <= JSON_LIMIT_BYTES ? { kind: 'json', bytes: Buffer.concat(chunks) } : { kind: 'other' },
  }
}
