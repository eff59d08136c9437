/**
 * How many bytes a plain layer would have as gzip, from samples of it: pieces of 4 KiB are compressed with the 32 KiB
 * before them as a dictionary, which is what deflate would have seen there. Compressing all of it would take longer than
 * reading it. The samples depend on nothing but the bytes and on how many were read before them.
 */
import { Worker } from 'node:worker_threads'
import { SMALL_THREAD } from './hash-thread.ts'

export interface DownloadEstimate {
  /** Takes what it needs of the chunk, which may change afterwards; null, or a promise to wait for before the next one. */
  write(chunk: Uint8Array): Promise<void> | null
  /** Bytes as gzip. */
  end(): Promise<number>
}

export interface EstimateThread {
  create(): DownloadEstimate
  close(): Promise<void>
}

const SAMPLE_BYTES = 4 * 1024
/** Deflate's window (RFC 1951, 2). */
const HISTORY_BYTES = 32 * 1024
/** Of each doubling of all that is read; the first 1.5 MiB are compressed whole. */
const SAMPLES = 384
/** Of each doubling of a layer, however much was read before it: what changed is mostly in a small one at the top. */
const LAYER_SAMPLES = 48
/** Of a run with very many layers: some seconds of one core. */
const SAMPLES_OF_A_RUN = 20_000
/** What level 6 of Go, which packs layers in engines and BuildKit, makes of what pieces of zlib's level 6 add up to: measured (docs/performance.md). */
const GO_FOR_PIECES = 1.002
/** Samples that go to the thread together, in memory that it shares. */
const BATCH_SAMPLES = 32
const BATCHES_IN_FLIGHT = 8

/** Runs in the thread, sent there as text: of each sample where it begins, how much of it is history, and how long the rest is. */
const THREAD = `
const { parentPort } = require('node:worker_threads')
const { deflateRawSync } = require('node:zlib')
parentPort.on('message', ({ number, memory, samples }) => {
  const deflated = []
  for (let i = 0; i < samples.length; i += 3) {
    const from = samples[i] + samples[i + 1]
    const dictionary = new Uint8Array(memory, samples[i], samples[i + 1])
    const sample = new Uint8Array(memory, from, samples[i + 2])
    deflated.push(deflateRawSync(sample, { level: 6, ...(dictionary.length > 0 && { dictionary }) }).length)
  }
  parentPort.postMessage({ number, deflated })
})
`

/** Samples one after the other: their history, then they themselves. */
interface Batch {
  readonly memory: Uint8Array<SharedArrayBuffer>
  used: number
  /** Of each sample where it begins, how much of it is history, and how long the rest is. */
  samples: number[]
  /** How many bytes of the layer a byte of each sample stands for. */
  weights: number[]
}

interface Reply {
  readonly number: number
  /** Bytes of each sample. */
  readonly deflated: readonly number[]
}

interface Waiting {
  readonly resolve: (deflated: readonly number[]) => void
  readonly reject: (error: Error) => void
}

/** What all layers of a run share. */
interface Run {
  /** Read and sampled so far. */
  bytes: number
  samples: number
  takeBatch(): Batch
  /** Lets the thread compress the batch, which is not the caller's any more. */
  deflate(batch: Batch): Promise<readonly number[]>
}

/** The thread is started by the first batch: nothing is estimated of compressed layers. */
export const createEstimateThread = (): EstimateThread => {
  let worker: Worker | null = null
  let number = 0
  const waiting = new Map<number, Waiting>()
  const free: Batch[] = []
  let room: (() => void)[] = []

  const start = (): Worker => {
    const started = new Worker(THREAD, { eval: true, resourceLimits: SMALL_THREAD })
    started.unref()
    started.on('message', (reply: Reply) => {
      waiting.get(reply.number)?.resolve(reply.deflated)
      waiting.delete(reply.number)
      if (waiting.size === 0) started.unref()
      for (const resume of room) resume()
      room = []
    })
    started.on('error', error => {
      for (const { reject } of waiting.values()) reject(error)
      for (const resume of room) resume()
    })
    return started
  }
  const run: Run = {
    bytes: 0,
    samples: 0,
    takeBatch: () =>
      free.pop() ?? {
        memory: new Uint8Array(new SharedArrayBuffer(BATCH_SAMPLES * SLOT_BYTES)),
        used: 0,
        samples: [],
        weights: [],
      },
    deflate: async batch => {
      worker ??= start()
      worker.ref()
      const own = number
      number += 1
      worker.postMessage({ number: own, memory: batch.memory.buffer, samples: batch.samples })
      const deflated = await new Promise<readonly number[]>((resolve, reject) =>
        waiting.set(own, { resolve, reject }),
      )
      free.push({ ...batch, used: 0, samples: [], weights: [] })
      return deflated
    },
  }
  return {
    create: () => {
      const { write, end } = createEstimate(run)
      return {
        write: chunk => {
          write(chunk)
          return waiting.size <= BATCHES_IN_FLIGHT ? null : new Promise(resolve => room.push(resolve))
        },
        end,
      }
    },
    close: async () => {
      worker?.removeAllListeners('message')
      await worker?.terminate()
    },
  }
}

/** Noise is stored as it is. */
const gzipBytes = (deflated: number, lengthBytes: number): number =>
  Math.min(deflated * GO_FOR_PIECES, lengthBytes + STORED_BYTES)
/** Of a stored block (RFC 1951, 3.2.4). */
const STORED_BYTES = 5

const SLOT_BYTES = HISTORY_BYTES + SAMPLE_BYTES

/** Bytes of the batch as gzip, each sample for all that it stands for. */
const totalOf = (
  deflated: readonly number[],
  samples: readonly number[],
  weights: readonly number[],
): number =>
  deflated.reduce((total, bytes, i) => total + gzipBytes(bytes, samples[3 * i + 2]!) * weights[i]!, 0)

const createEstimate = (
  run: Run,
): { readonly write: (chunk: Uint8Array) => void; readonly end: () => Promise<number> } => {
  let position = 0
  /** The part of the layer that the sample at hand stands for, and where in it the sample lies. */
  let strideStart = 0
  let strideEnd = SAMPLE_BYTES
  let sampleStart = 0
  let taken = 0
  /** The last bytes of the layer before the stride at hand, and of its end: byte `n` is at `n` modulo its length. */
  const ring = new Uint8Array(HISTORY_BYTES)
  /** What is collected of the sample at hand, from `slotFrom` on. */
  let batch: Batch | null = null
  let slotFrom = 0
  let slotBytes = 0
  /** Of the layer's end, for which there is no sample of its own, the one before it speaks. */
  let last: { readonly weights: number[]; readonly lengthBytes: number } | null = null
  const pending: Promise<number>[] = []

  const putIntoSlot = (bytes: Uint8Array): void => {
    batch!.memory.set(bytes, batch!.used + slotBytes)
    slotBytes += bytes.length
  }

  /** Puts bytes of the ring into the slot, from `from` to where the layer is. */
  const recall = (from: number): void => {
    for (let at = from; at < position; ) {
      const start = at % HISTORY_BYTES
      const length = Math.min(position - at, HISTORY_BYTES - start)
      putIntoSlot(ring.subarray(start, start + length))
      at += length
    }
  }

  /** Only the end of a stride can be history of the next one's sample. */
  const remember = (chunk: Uint8Array, chunkStart: number): void => {
    for (let at = Math.max(0, strideEnd - HISTORY_BYTES - chunkStart); at < chunk.length; ) {
      const start = (chunkStart + at) % HISTORY_BYTES
      const length = Math.min(chunk.length - at, HISTORY_BYTES - start)
      ring.set(chunk.subarray(at, at + length), start)
      at += length
    }
  }

  const send = (): void => {
    if (!batch || batch.samples.length === 0) return
    const { samples, weights } = batch
    pending.push(run.deflate(batch).then(deflated => totalOf(deflated, samples, weights)))
    // a failure is told by the wait at the end; until then it must not count as unhandled
    pending.at(-1)!.catch(() => undefined)
    batch = null
  }

  /** The stride is over, or the layer is: `bytes` of the layer are what the sample stands for. */
  const close = (bytes: number): void => {
    const historyBytes = Math.min(sampleStart - slotFrom, slotBytes)
    const lengthBytes = slotBytes - historyBytes
    if (lengthBytes > 0) {
      batch!.samples.push(batch!.used, historyBytes, lengthBytes)
      batch!.weights.push(bytes / lengthBytes)
      batch!.used += slotBytes
      run.samples += 1
      last = { weights: batch!.weights, lengthBytes }
    } else if (last) last.weights[last.weights.length - 1]! += bytes / last.lengthBytes
    slotBytes = 0
  }

  const open = (): void => {
    strideStart = position
    const samplesOfLayer =
      run.samples < SAMPLES_OF_A_RUN ? position / LAYER_SAMPLES : Number.POSITIVE_INFINITY
    const strideSamples = Math.min(run.bytes / SAMPLES, samplesOfLayer) / SAMPLE_BYTES
    const strideBytes = Math.max(1, Math.floor(strideSamples)) * SAMPLE_BYTES
    strideEnd = strideStart + strideBytes
    // not always at the same place of a stride: files begin at multiples of 512, and some things at larger ones
    const places = strideBytes / SAMPLE_BYTES
    sampleStart = strideStart + ((taken * 7919) % places) * SAMPLE_BYTES
    taken += 1
    slotFrom = Math.max(0, sampleStart - HISTORY_BYTES)
    slotBytes = 0
    if (batch && batch.samples.length === 3 * BATCH_SAMPLES) send()
    batch ??= run.takeBatch()
    recall(slotFrom)
  }

  /** Copies what of the chunk is within the sample or its history. */
  const copy = (chunk: Uint8Array, chunkStart: number): void => {
    const from = Math.max(slotFrom + slotBytes, chunkStart)
    const to = Math.min(sampleStart + SAMPLE_BYTES, strideEnd, chunkStart + chunk.length)
    if (to > from) putIntoSlot(chunk.subarray(from - chunkStart, to - chunkStart))
  }

  return {
    write: chunk => {
      if (position === 0 && chunk.length > 0) open()
      for (let at = 0; at < chunk.length; ) {
        const end = Math.min(chunk.length, at + (strideEnd - position))
        const piece = chunk.subarray(at, end)
        copy(piece, position)
        remember(piece, position)
        position += piece.length
        run.bytes += piece.length
        at = end
        if (position === strideEnd) {
          close(strideEnd - strideStart)
          open()
        }
      }
    },
    end: async () => {
      if (position > strideStart) close(position - strideStart)
      send()
      batch = null
      return Math.round((await Promise.all(pending)).reduce((total, each) => total + each, 0))
    },
  }
}
