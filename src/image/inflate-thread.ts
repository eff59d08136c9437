/**
 * Decompression in a thread of its own, into memory that the hashing thread lends: what is hashed of it is never copied, and
 * while one piece is unpacked the one before it is read. Node's own streams unpack and read in turns (measured: a layer of
 * 1 GB took twice as long).
 */
import type { Worker } from 'node:worker_threads'
import type { HashThread, LentMemory } from './hash-thread.ts'
import { type Compression, type Inflater, inflateHere, inflateOptions, type Output } from './inflate.ts'
import { closeSmallThread, createRoom, startSmallThread } from './small-thread.ts'

export interface InflateThread {
  start(compression: Compression, output: Output): Inflater
  close(): Promise<void>
}

/** Compressed bytes that are worth a thread; fewer are unpacked here. */
const SMALL_BYTES = 1 << 20
/** Pieces of memory of one stream on their way. */
const PIECES = 6
/** Chunks of compressed bytes on their way. */
const INPUTS = 4
const CHUNK_BYTES = 256 * 1024

/** Runs in the thread. A piece is given back when it is half full, or when all is unpacked. */
const THREAD = `
const { parentPort } = require('node:worker_threads')
const zlib = require('node:zlib')
const streams = new Map()
const unpack = async (id, state) => {
  let piece = null
  let used = 0
  const give = () => {
    parentPort.postMessage({ id, piece: piece.number, length: used })
    piece = null
    used = 0
  }
  for await (const chunk of state.stream)
    for (let at = 0; at < chunk.length; ) {
      while (!piece && !(piece = state.pieces.shift())) {
        await new Promise(resolve => (state.wake = resolve))
        if (state.unwanted) return
      }
      const length = Math.min(chunk.length - at, piece.memory.length - used)
      piece.memory.set(chunk.subarray(at, at + length), used)
      used += length
      at += length
      if (used > piece.memory.length / 2) give()
    }
  if (piece) give()
}
parentPort.on('message', ({ id, start, piece, input, ended, destroyed }) => {
  if (start) {
    const { compression, options } = start
    const stream = compression === 'gzip' ? zlib.createGunzip(options) : zlib.createZstdDecompress(options)
    const state = { stream, pieces: [], wake: () => undefined, unwanted: false }
    streams.set(id, state)
    unpack(id, state)
      .then(
        () => parentPort.postMessage({ id, done: true }),
        error => parentPort.postMessage({ id, error: { message: error.message, code: error.code } }),
      )
      .finally(() => streams.delete(id))
    return
  }
  const state = streams.get(id)
  if (!state) return
  if (piece) {
    state.pieces.push(piece)
    state.wake()
  } else if (input) state.stream.write(input, () => parentPort.postMessage({ id, consumed: true }))
  else if (ended) state.stream.end()
  else if (destroyed) {
    // a stream that failed is destroyed too, and that has to be told
    state.unwanted = true
    state.stream.destroy()
    state.wake()
  }
})
`

type Reply = { readonly id: number } & (
  | { readonly piece: number; readonly length: number }
  | { readonly consumed: true }
  | { readonly done: true }
  | { readonly error: { readonly message: string; readonly code?: string } }
)

/** One stream, as the main thread knows it. */
interface Stream {
  readonly receive: (reply: Reply) => void
  readonly fail: (error: Error) => void
}

/**
 * The thread is started by the first stream that is large.
 * @param program what runs in it
 */
export const createInflateThread = (hashes: HashThread, program = THREAD): InflateThread => {
  let worker: Worker | null = null
  let failure: Error | null = null
  let nextId = 0
  /** Streams that somebody still waits for. */
  let active = 0
  const streams = new Map<number, Stream>()

  const receive = (reply: Reply): void => streams.get(reply.id)?.receive(reply)
  const failAll = (error: Error): void => {
    failure = error
    for (const { fail } of streams.values()) fail(error)
  }

  const startAway = (compression: Compression, output: Output): Inflater => {
    worker ??= startSmallThread(program, receive, failAll)
    const thread = worker
    const id = nextId
    nextId += 1
    const pieces: (LentMemory | null)[] = Array.from({ length: PIECES }, () => null)
    let inputs = 0
    const room = createRoom()
    let isOver = false
    let finish = (): void => undefined
    const ended = new Promise<void>(resolve => {
      finish = resolve
    })
    const post = (message: object): void => thread.postMessage({ id, ...message })
    const lend = (number: number): void => {
      const lent = hashes.lend()
      pieces[number] = lent
      post({ piece: { number, memory: lent.bytes } })
    }
    /** Nothing more goes to the output, though the thread may still be at it. */
    const over = (): void => {
      if (isOver) return
      isOver = true
      active -= 1
      if (active === 0) thread.unref()
      room.open()
      finish()
    }
    const fail = (error: Error): void => {
      if (!isOver) output.fail(error)
      over()
    }
    const takePiece = (number: number, length: number): void => {
      const { bytes, release } = pieces[number]!
      pieces[number] = null
      const pause = isOver ? null : output.take(bytes.subarray(0, length))
      release(length)
      if (isOver) return
      if (pause) pause.then(() => isOver || lend(number), fail)
      else lend(number)
    }
    /** The thread is done with the stream: only now nobody writes to its memory any more. */
    const settle = (): void => {
      streams.delete(id)
      for (const lent of pieces) lent?.release(0)
    }
    streams.set(id, {
      fail,
      receive: reply => {
        if ('piece' in reply) takePiece(reply.piece, reply.length)
        else if ('consumed' in reply) {
          inputs -= 1
          room.open()
        } else {
          settle()
          if ('error' in reply)
            fail(Object.assign(new Error(reply.error.message), { code: reply.error.code }))
          else over()
        }
      },
    })
    active += 1
    thread.ref()
    if (failure) fail(failure)
    post({ start: { compression, options: inflateOptions(compression, CHUNK_BYTES) } })
    for (let number = 0; number < PIECES; number += 1) lend(number)
    return {
      write: chunk => {
        if (isOver) return null
        const input = new Uint8Array(chunk)
        thread.postMessage({ id, input }, [input.buffer])
        inputs += 1
        return inputs <= INPUTS ? null : room.wait()
      },
      end: () => {
        if (!isOver) post({ ended: true })
        return ended
      },
      destroy: () => {
        if (!isOver) post({ destroyed: true })
        over()
      },
    }
  }

  return {
    start: (compression, output) => startWhenLarge(compression, output, startAway),
    close: () => closeSmallThread(worker),
  }
}

/** Keeps the first bytes until it is known which way is cheaper. */
const startWhenLarge = (
  compression: Compression,
  output: Output,
  startAway: (compression: Compression, output: Output) => Inflater,
): Inflater => {
  // a Node that cannot is told of before anything is kept
  inflateOptions(compression, CHUNK_BYTES)
  let kept: Uint8Array[] = []
  let keptBytes = 0
  let inflater: Inflater | null = null
  let isDestroyed = false
  const begin = (start: typeof startAway): Promise<void> | null => {
    const begun = start(compression, output)
    inflater = begun
    const first = Buffer.concat(kept)
    kept = []
    return begun.write(first)
  }
  return {
    write: chunk => {
      if (isDestroyed) return null
      if (inflater) return inflater.write(chunk)
      kept.push(new Uint8Array(chunk))
      keptBytes += chunk.length
      return keptBytes >= SMALL_BYTES ? begin(startAway) : null
    },
    end: async () => {
      if (isDestroyed) return
      if (!inflater) begin(inflateHere)
      await inflater!.end()
    },
    destroy: () => {
      isDestroyed = true
      kept = []
      inflater?.destroy()
    },
  }
}
