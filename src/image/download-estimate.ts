/** How many bytes plain layers would have as gzip: what `layer-samples.ts` takes of them is compressed in a thread. */
import { Worker } from 'node:worker_threads'
import { createEstimate, type Deflate, type Run } from './layer-samples.ts'

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

/** Samples on their way are few: their copies must stay small. */
const BATCHES_IN_FLIGHT = 24

/** Runs in the thread, sent there as text: bytes of history and of the sample come together. */
const THREAD = `
const { parentPort } = require('node:worker_threads')
const { deflateRawSync } = require('node:zlib')
parentPort.on('message', ({ number, samples }) => {
  const bytes = samples.map(({ bytes, historyBytes }) => {
    const dictionary = historyBytes > 0 ? { dictionary: bytes.subarray(0, historyBytes) } : {}
    return deflateRawSync(bytes.subarray(historyBytes), { level: 6, ...dictionary }).length
  })
  parentPort.postMessage({ number, bytes })
})
`

/**
 * The thread is started by the first batch: nothing is estimated of compressed layers.
 * @param program what runs in it
 */
export const createEstimateThread = (program = THREAD): EstimateThread => {
  let worker: Worker | null = null
  /** Why there is no thread any more: no batch is answered then. */
  let broken: Error | null = null
  let number = 0
  const waiting = new Map<number, (bytes: readonly number[]) => void>()
  const failed = new Map<number, (error: Error) => void>()
  const start = (): Worker => {
    const started = new Worker(program, { eval: true })
    started.unref()
    started.on('message', (reply: { readonly number: number; readonly bytes: readonly number[] }) => {
      waiting.get(reply.number)?.(reply.bytes)
      waiting.delete(reply.number)
      failed.delete(reply.number)
      if (waiting.size === 0) started.unref()
      for (const resume of room) resume()
      room = []
    })
    started.on('error', error => {
      broken = error
      for (const reject of failed.values()) reject(error)
      waiting.clear()
      failed.clear()
      for (const resume of room) resume()
      room = []
    })
    return started
  }
  const run: Run = { bytes: 0, samples: 0 }
  let room: (() => void)[] = []
  const deflate: Deflate = samples => {
    if (broken) return Promise.reject(broken)
    worker ??= start()
    worker.ref()
    const own = number
    number += 1
    worker.postMessage(
      { number: own, samples },
      samples.map(({ bytes }) => bytes.buffer as ArrayBuffer),
    )
    return new Promise((resolve, reject) => {
      waiting.set(own, resolve)
      failed.set(own, reject)
    })
  }
  return {
    create: () => {
      const { write, end } = createEstimate(deflate, run)
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
