/**
 * Decompression in a thread of its own, into memory that the hashing thread lends: what is hashed of it is never copied, and
 * while one piece is unpacked the one before it is read. Node's own streams unpack and read in turns, and allocate what they
 * give (measured: docs/decisions/0020).
 */
import { constants, createGunzip } from 'node:zlib'
import type { HashThread, LentMemory } from './hash-thread.ts'
import { type Compression, type Inflater, inflateHere, inflateOptions, type Output } from './inflate.ts'
import { createRoom, type SmallThread, startSmallThread } from './small-thread.ts'

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
/** Of the buffer that a stream would write to, which nobody uses. */
const CHUNK_BYTES = constants.Z_MIN_CHUNK

/**
 * Runs in the thread. A decompressor is used without the stream around it, as `zlib.gunzipSync` does: what it gives is written
 * where we say. A piece is given back when it is half full, or when all is unpacked.
 */
const THREAD = `
const zlib = require('node:zlib')
const streams = new Map()
const NOTHING = new Uint8Array(0)
const open = ({ compression, options }) => {
  const isGzip = compression === 'gzip'
  const stream = isGzip ? zlib.createGunzip(options) : zlib.createZstdDecompress(options)
  const state = { stream, inputs: [], inputLeft: 0, pieces: [], isEnded: false, error: null, isGzip }
  stream._handle.onerror = (message, errno, code) => {
    state.error = { message, code }
  }
  return state
}
const give = (id, { pieces }) => {
  const { number, used } = pieces.shift()
  parentPort.postMessage({ id, piece: number, length: used })
}
const close = (id, { stream }) => {
  streams.delete(id)
  stream.close()
}
const finish = (id, state, error) => {
  if (state.pieces[0]?.used > 0) give(id, state)
  close(id, state)
  parentPort.postMessage(error ? { id, error } : { id, done: true })
}
const unpack = (id, state) => {
  const { stream, inputs, pieces } = state
  while (pieces.length > 0 && (inputs.length > 0 || state.isEnded)) {
    const isLast = inputs.length === 0
    const input = isLast ? NOTHING : inputs[0]
    const piece = pieces[0]
    const room = piece.memory.length - piece.used
    const flag = isLast ? stream._finishFlushFlag : stream._defaultFlushFlag
    const before = state.inputLeft
    stream._handle.writeSync(flag, input, input.length - before, before, piece.memory, piece.used, room)
    if (state.error) return finish(id, state, state.error)
    const [roomLeft, inputLeft] = stream._writeState
    piece.used += room - roomLeft
    state.inputLeft = inputLeft
    // with room left it has no more to give; what gzip does not take is padding, and zstd may begin another frame
    const isPadding = inputLeft > 0 && (state.isGzip || (inputLeft === before && roomLeft === room))
    if (roomLeft > 0 && (isLast || isPadding)) return finish(id, state, null)
    if (roomLeft > 0 && inputLeft === 0) {
      inputs.shift()
      state.inputLeft = inputs[0]?.length ?? 0
      parentPort.postMessage({ id, consumed: true })
    }
    if (piece.used > piece.memory.length / 2) give(id, state)
  }
}
listen(({ id, start, piece, input, ended, destroyed }) => {
  if (start) streams.set(id, open(start))
  const state = streams.get(id)
  if (!state) return
  if (piece) state.pieces.push({ ...piece, used: 0 })
  else if (input) {
    if (state.inputs.push(input) === 1) state.inputLeft = input.length
  } else if (ended) state.isEnded = true
  else if (destroyed) {
    close(id, state)
    parentPort.postMessage({ id, done: true })
    return
  }
  unpack(id, state)
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
 * The thread is started by the first stream that is large. On a Node whose decompressors are made in another way there is
 * none, and everything is unpacked as streams are.
 * @param program what runs in it
 */
export const createInflateThread = (hashes: HashThread, program = THREAD): InflateThread => {
  const canDirect = isDirect()
  let worker: SmallThread | null = null
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
    start: (compression, output) => startWhenLarge(compression, output, canDirect ? startAway : inflateHere),
    close: async () => worker?.close(),
  }
}

/** Of Node's decompressors: not documented, and the same in Node 20 and 24. */
interface Decompressor {
  readonly _handle?: { readonly writeSync?: unknown }
  readonly _writeState?: Uint32Array
  readonly _defaultFlushFlag?: number
  readonly _finishFlushFlag?: number
}

/** Whether a decompressor can be told where to write. */
const isDirect = (): boolean => {
  const stream = createGunzip()
  const { _handle: handle, _writeState: state, _defaultFlushFlag, _finishFlushFlag } = stream as Decompressor
  const found =
    typeof handle?.writeSync === 'function' &&
    state instanceof Uint32Array &&
    typeof _defaultFlushFlag === 'number' &&
    typeof _finishFlushFlag === 'number'
  stream.close()
  return found
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
