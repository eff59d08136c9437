/** How many bytes plain layers would have as gzip: what `layer-samples.ts` takes of them is compressed in a thread. */
import { BATCH_BYTES, createEstimate, type Deflate, type Run } from './layer-samples.ts'
import { createRoom, type SmallThread, startSmallThread } from './small-thread.ts'

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

/** Their memory is half a megabyte each. */
const BATCHES_IN_FLIGHT = 8

/** Runs in the thread. */
const THREAD = `
const { deflateRawSync } = require('node:zlib')
listen(({ number, memory, samples }) => {
  const bytes = samples.map(({ at, historyBytes, lengthBytes }) => {
    const dictionary = historyBytes > 0 ? { dictionary: memory.subarray(at, at + historyBytes) } : {}
    const from = at + historyBytes
    return deflateRawSync(memory.subarray(from, from + lengthBytes), { level: 6, ...dictionary }).length
  })
  parentPort.postMessage({ number, bytes })
})
`

interface Reply {
  readonly number: number
  /** Of each sample. */
  readonly bytes: readonly number[]
}

interface Waiting {
  readonly resolve: (bytes: readonly number[]) => void
  readonly reject: (error: Error) => void
}

/**
 * The thread is started by the first batch: nothing is estimated of compressed layers.
 * @param program what runs in it
 */
export const createEstimateThread = (program = THREAD): EstimateThread => {
  let worker: SmallThread | null = null
  /** Why there is no thread any more: no batch is answered then. */
  let broken: Error | null = null
  let number = 0
  const waiting = new Map<number, Waiting>()
  const free: Uint8Array<SharedArrayBuffer>[] = []
  const room = createRoom()
  const receive = ({ number: answered, bytes }: Reply): void => {
    waiting.get(answered)?.resolve(bytes)
    waiting.delete(answered)
    if (waiting.size === 0) worker?.unref()
    room.open()
  }
  const fail = (error: Error): void => {
    broken = error
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
    room.open()
  }
  const deflate: Deflate = async batch => {
    if (broken) throw broken
    worker ??= startSmallThread(program, receive, fail)
    worker.ref()
    const own = number
    number += 1
    worker.postMessage({ number: own, ...batch })
    const bytes = await new Promise<readonly number[]>((resolve, reject) => {
      waiting.set(own, { resolve, reject })
    })
    free.push(batch.memory)
    return bytes
  }
  const run: Run = {
    bytes: 0,
    samples: 0,
    deflate,
    memory: () => free.pop() ?? new Uint8Array(new SharedArrayBuffer(BATCH_BYTES)),
  }
  return {
    create: () => {
      const { write, end } = createEstimate(run)
      return {
        write: chunk => {
          write(chunk)
          return waiting.size <= BATCHES_IN_FLIGHT ? null : room.wait()
        },
        end,
      }
    },
    close: async () => worker?.close(),
  }
}
