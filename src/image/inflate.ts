/** What takes a compression off a stream of bytes: here, on Node's thread pool, or in a thread of its own (`inflate-thread.ts`). */
import * as zlib from 'node:zlib'
import { UserError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { createRoom } from './small-thread.ts'

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

/** Of Node: `bytesWritten` are those that it has taken. */
type Decompressor = NodeJS.ReadWriteStream & {
  readonly bytesWritten: number
  destroy(error?: Error): void
}

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
/** Chunks that may wait. */
const QUEUE = 3

const inflateStream = (compression: Compression): Decompressor => {
  const options = inflateOptions(compression, CHUNK_BYTES)
  const stream = compression === 'gzip' ? zlib.createGunzip(options) : zlib.createZstdDecompress(options)
  return stream as unknown as Decompressor
}

export const inflateHere = (compression: Compression, output: Output): Inflater => {
  /** What has not been taken by the decompressor; the first one may be at it. */
  const queue: Uint8Array[] = []
  const room = createRoom()
  let isWriting = false
  let isEnding = false
  let isOver = false
  let taken = 0
  let finish = (): void => undefined
  const ended = new Promise<void>(resolve => {
    finish = resolve
  })
  const over = (): void => {
    isOver = true
    stream.destroy()
    room.open()
    finish()
  }
  const fail = (error: Error): void => {
    if (!isOver) output.fail(error)
    over()
  }
  const open = (): Decompressor => {
    const opened = inflateStream(compression)
    taken = 0
    opened.on('data', (chunk: Buffer) => {
      const pause = isOver ? null : output.take(chunk)
      if (!pause) return
      opened.pause()
      pause.then(() => opened.resume(), fail)
    })
    opened.on('error', fail)
    opened.once('end', () => {
      const first = queue[0]
      // what comes after gzip is padding; after a frame of zstd comes the next one, which Node drops (measured: 24.21)
      if (isOver || !first || compression === 'gzip') return over()
      queue[0] = first.subarray(opened.bytesWritten - taken)
      isWriting = false
      stream = open()
      pump()
    })
    return opened
  }
  /** One chunk at a time: a decompressor that has ended must not be given another one. */
  const pump = (): void => {
    const first = queue[0]
    if (isWriting || isOver) return
    if (!first) {
      if (isEnding) stream.end()
      return
    }
    isWriting = true
    const own = stream
    own.write(first, () => {
      const isTaken = own === stream && own.bytesWritten - taken === first.length
      if (isOver || !isTaken) return
      taken += first.length
      queue.shift()
      isWriting = false
      room.open()
      pump()
    })
  }
  let stream = open()
  return {
    write: chunk => {
      if (isOver) return null
      // the thread pool reads it later
      queue.push(new Uint8Array(chunk))
      pump()
      return queue.length < QUEUE ? null : room.wait()
    },
    end: () => {
      isEnding = true
      pump()
      return ended
    },
    destroy: over,
  }
}
