/**
 * One blob of an image, read on suspicion: its role is unknown until the manifest, which an export sends last.
 * Classified by content: gzip, zstd, a tar, JSON (kept whole up to a limit), or nothing that concerns us.
 */
import { CorruptError, LimitError, messageOf } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { looksLikeTar } from '../tar/header.ts'
import type { Directories } from '../tree/entries.ts'
import type { EstimateThread } from './download-estimate.ts'
import type { HashThread } from './hash-thread.ts'
import type { Keep, LayerContent } from './image.ts'
import { type Compression, compressionOf, inflateHere, type Output } from './inflate.ts'
import type { InflateThread } from './inflate-thread.ts'
import type { LayerCache } from './layer-cache.ts'
import { createLayerReader, type LayerReader } from './layer-reader.ts'
import { type ReadBudget, tooMuch } from './read-budget.ts'

export type BlobContent =
  | { readonly kind: 'json'; readonly bytes: Buffer }
  | { readonly kind: 'layer'; readonly layer: LayerContent }
  | { readonly kind: 'other' }
  /** Looked like a layer or JSON and could not be read: an error only when some manifest claims it. */
  | { readonly kind: 'broken'; readonly error: Error }

export interface Blob {
  /** `sha256:…` of the bytes as stored. */
  readonly digest: string
  readonly sizeBytes: number
  readonly content: BlobContent
}

export interface BlobReader {
  /**
   * Takes a chunk that is valid during the call; null, or a promise to wait for before the next one. Throws a LimitError
   * when a layer passes a limit: nobody waits for the rest of a bomb.
   */
  write(chunk: Uint8Array): Promise<void> | null
  /** Known already to be no layer that can be read: what comes cannot change it. */
  isHopeless(): boolean
  end(): Promise<Blob>
}

export interface BlobOptions {
  readonly directories: Directories
  readonly keep: Keep
  readonly programs?: boolean
  /** Hashes whole streams beside the reading. */
  readonly hashes: HashThread
  /** What all images of the run may still ask for. */
  readonly budget: ReadBudget
  /** Estimates what plain layers have as gzip; nobody does where it is absent. */
  readonly estimates?: EstimateThread | undefined
  /** Takes the compression off larger blobs beside the reading; without it they are unpacked here. */
  readonly inflates?: InflateThread
  /** Layers that earlier runs have read. */
  readonly cache?: LayerCache | null
}

const SNIFF_BYTES = 512

/** Where the bytes of a blob go once its first block is known. */
interface Sink {
  write(chunk: Uint8Array): Promise<void> | null
  end(): Promise<BlobContent>
  isHopeless(): boolean
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
      options.budget.checkTime()
      sizeBytes += chunk.length
      const pause = digest.update(chunk)
      if (sink) return both(pause, sink.write(chunk))
      head.push(Buffer.from(chunk))
      headBytes += chunk.length
      return headBytes >= SNIFF_BYTES ? both(pause, start()) : pause
    },
    isHopeless: () => sink?.isHopeless() ?? false,
    end: async () => {
      if (!sink) await start()
      const content = await sink!.end()
      const blobDigest = `sha256:${await digest.digest()}`
      return { digest: blobDigest, sizeBytes, content: withBlobFacts(content, blobDigest, sizeBytes) }
    },
  }
}

/** A blob whose layer is known already: its bytes are compared with its digest, and not looked at. */
export const createKnownBlobReader = (layer: LayerContent, options: BlobOptions): BlobReader => {
  const digest = options.hashes.create()
  let sizeBytes = 0
  return {
    write: chunk => {
      options.budget.checkTime()
      sizeBytes += chunk.length
      return digest.update(chunk)
    },
    isHopeless: () => false,
    end: async () => {
      const found = `sha256:${await digest.digest()}`
      const error = new CorruptError('its content does not match its digest: the image is damaged')
      const isSame = found === layer.blob.digest && sizeBytes === layer.blob.sizeBytes
      return {
        digest: found,
        sizeBytes,
        content: isSame ? { kind: 'layer', layer } : { kind: 'broken', error },
      }
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
  const diffId = layer.blob.compressed ? layer.diffId : digest
  return { kind: 'layer', layer: { ...layer, diffId, blob: { ...layer.blob, sizeBytes, digest } } }
}

const sinkFor = (first: Uint8Array, options: BlobOptions): Sink => {
  const compression = compressionOf(first)
  if (compression !== null) return decompressingSink(compression, options)
  if (first.length === 0 || looksLikeTar(first)) return layerSink(options, false)
  if (first[0] === 0x7b || first[0] === 0x5b) return jsonSink(options.budget)
  return { write: () => null, end: async () => ({ kind: 'other' }), isHopeless: () => true }
}

const layerSink = (options: BlobOptions, compressed: boolean): Sink => {
  // a plain layer's bytes are the blob's, which are hashed already
  const digest = compressed ? options.hashes.create() : null
  const estimate = compressed ? null : (options.estimates?.create() ?? null)
  const reader = createLayerReader(options, null)
  let error: Error | null = null
  return {
    write: chunk => {
      if (!error) error = attempt(reader, chunk)
      if (error instanceof LimitError) throw error
      const pause = error ? null : (estimate?.write(chunk) ?? null)
      return both(pause, digest?.update(chunk) ?? null)
    },
    isHopeless: () => error !== null,
    end: async () => {
      // at once, as it holds buffers that the next layer can use
      const estimated = estimate?.end()
      estimated?.catch(() => undefined)
      const diffId = digest ? `sha256:${await digest.digest()}` : ''
      if (error) return { kind: 'broken', error }
      const estimateBytes = await estimated
      await reader.hashed()
      const blob = { sizeBytes: 0, compressed, ...(estimateBytes !== undefined && { estimateBytes }) }
      return finished(reader, diffId, blob)
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

const finished = (reader: LayerReader, diffId: string, blob: LayerContent['blob']): BlobContent => {
  try {
    return { kind: 'layer', layer: { ...reader.end(), diffId, blob } }
  } catch (error) {
    return { kind: 'broken', error: error as Error }
  }
}

/** What a compressed blob holds: a layer, or nothing that concerns us. */
const decompressingSink = (compression: Compression, options: BlobOptions): Sink => {
  const inner = layerSink(options, true)
  let first: Uint8Array[] | null = []
  let firstBytes = 0
  let isLayer = false
  let isStopped = false
  let error: Error | null = null

  /** Nobody wants what is still to come. */
  const stop = (): void => {
    isStopped = true
    inflater.destroy()
  }
  const classify = (): Promise<void> | null => {
    const bytes = Buffer.concat(first!)
    first = null
    isLayer = bytes.length === 0 || looksLikeTar(bytes)
    if (isLayer) return inner.write(bytes)
    stop()
    return null
  }
  const read = (chunk: Uint8Array): Promise<void> | null => {
    options.budget.take('unpackedBytes', chunk.length)
    options.budget.checkTime()
    if (!first) return isLayer ? inner.write(chunk) : null
    first.push(Buffer.from(chunk))
    firstBytes += chunk.length
    return firstBytes >= SNIFF_BYTES ? classify() : null
  }
  const output: Output = {
    take: chunk => {
      if (isStopped) return null
      try {
        const pause = read(chunk)
        if (inner.isHopeless()) stop()
        return pause
      } catch (cause) {
        error = cause as Error
        stop()
        return null
      }
    },
    fail: cause => {
      error ??= damagedStream(cause)
      isStopped = true
    },
  }
  const inflater = options.inflates?.start(compression, output) ?? inflateHere(compression, output)
  return {
    write: chunk => {
      if (error instanceof LimitError) throw error
      return isStopped ? null : inflater.write(chunk)
    },
    isHopeless: () => isStopped,
    end: async () => {
      if (!isStopped) await inflater.end()
      if (error) return { kind: 'broken', error }
      if (first) classify()
      return isLayer ? inner.end() : { kind: 'other' }
    },
  }
}

const jsonSink = ({ limits, take }: ReadBudget): Sink => {
  const chunks: Uint8Array[] = []
  let bytes = 0
  let keptBytes = 0
  let error: Error | null = null
  const keep = (chunk: Uint8Array): void => {
    bytes += chunk.length
    if (bytes > limits.jsonBytes) throw tooMuch(limits, 'jsonBytes', 'bytes of JSON in one document')
    take('allJsonBytes', chunk.length)
    keptBytes += chunk.length
    chunks.push(Buffer.from(chunk))
  }
  return {
    write: chunk => {
      if (error) return null
      try {
        keep(chunk)
      } catch (cause) {
        error = cause as Error
        take('allJsonBytes', -keptBytes)
        chunks.length = 0
      }
      return null
    },
    isHopeless: () => error !== null,
    end: async () => (error ? { kind: 'broken', error } : { kind: 'json', bytes: Buffer.concat(chunks) }),
  }
}

/** zlib has one sentence for a window that is too large; the limit is ours. */
const damagedStream = (cause: Error): Error =>
  /too much memory/.test(cause.message)
    ? new CorruptError(
        `the zstd window of a layer is larger than 2^${LIMITS.zstdWindowLog} bytes, which is the limit (zstdWindowLog)`,
      )
    : new CorruptError(`the compressed bytes of a layer are damaged (${messageOf(cause)})`)
