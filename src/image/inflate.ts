/** What takes a compression off a stream of bytes: here, on Node's thread pool, or in a thread of its own (`inflate-thread.ts`). */
import { once } from 'node:events'
import * as zlib from 'node:zlib'
import { UserError } from '../errors.ts'
import { LIMITS } from '../limits.ts'

export type Compression = 'gzip' | 'zstd'

/** Where the plain bytes go. */
export interface Output {
  /** A chunk that is valid during the call; null, or a promise to wait for before the next one. */
  take(chunk: Uint8Array): Promise<void> | null
  /** The compressed bytes are damaged: nothing more comes. */
  fail(error: Error): void
}

export interface Inflater {
  /** Takes a copy of what it needs later; null, or a promise to wait for before the next one. */
  write(chunk: Uint8Array): Promise<void> | null
  /** All that was written has been given to the output, or the output has been told why not. */
  end(): Promise<void>
  /** Nobody wants what is still to come: a bomb is not unpacked to its end. */
  destroy(): void
}

export const compressionOf = (first: Uint8Array): Compression | null =>
  isGzip(first) ? 'gzip' : isZstd(first) ? 'zstd' : null

const isGzip = (first: Uint8Array): boolean => first[0] === 0x1f && first[1] === 0x8b
const isZstd = (first: Uint8Array): boolean =>
  (first[0] === 0x28 && first[1] === 0xb5 && first[2] === 0x2f && first[3] === 0xfd) ||
  // a skippable frame may come first (RFC 8878, 3.1.2)
  ((first[0]! & 0xf0) === 0x50 && first[1] === 0x2a && first[2] === 0x4d && first[3] === 0x18)

type Decompressor = NodeJS.ReadWriteStream & { readonly destroyed: boolean; destroy(error?: Error): void }

/** What Node's decompressors are told. zlib has zstd from Node 22.15 on: an error names the Node it needs. */
export const inflateOptions = (compression: Compression, chunkSize: number): object => {
  if (compression === 'gzip') return { chunkSize }
  if (!('createZstdDecompress' in zlib))
    throw new UserError(
      `a layer is compressed with zstd, which Node ${process.versions.node} cannot read: use Node 22.15 or later`,
    )
  return { chunkSize, params: { [zlib.constants.ZSTD_d_windowLogMax]: LIMITS.zstdWindowLog } }
}

const CHUNK_BYTES = 128 * 1024

/** A stream that takes the compression off. */
export const inflateStream = (compression: Compression, chunkSize = CHUNK_BYTES): Decompressor => {
  const options = inflateOptions(compression, chunkSize)
  return compression === 'gzip'
    ? zlib.createGunzip(options)
    : (zlib as unknown as { createZstdDecompress(of: object): Decompressor }).createZstdDecompress(options)
}

export const inflateHere = (compression: Compression, output: Output): Inflater => {
  const stream = inflateStream(compression)
  let drained: Promise<void> | null = null
  let finish = (): void => undefined
  const ended = new Promise<void>(resolve => {
    finish = resolve
    stream.once('end', resolve)
    stream.once('error', (error: Error) => {
      output.fail(error)
      resolve()
    })
  })
  stream.on('data', (chunk: Buffer) => {
    const pause = output.take(chunk)
    if (!pause) return
    stream.pause()
    pause.then(() => stream.resume())
  })
  return {
    write: chunk => {
      // the thread pool reads it later
      if (stream.destroyed || stream.write(Buffer.from(chunk))) return null
      // one wait for all, also for those who go on writing
      const forget = (): void => {
        drained = null
      }
      drained ??= once(stream, 'drain').then(forget, forget)
      return Promise.race([drained, ended])
    },
    end: () => {
      if (!stream.destroyed) stream.end()
      return ended
    },
    destroy: () => {
      stream.destroy()
      finish()
    },
  }
}
