/** Threads for arithmetic over bytes beside the reading, and the waiting for room where they have too much to do. */
import { Worker } from 'node:worker_threads'

/** They keep next to nothing; without a limit their heaps grow by what they throw away. */
const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 }

/** What every program can use: `parentPort`, and `listen`, which also hears when to end. */
const BEGIN = `
const { parentPort, workerData: end } = require('node:worker_threads')
const listen = take => parentPort.on('message', message => (end[0] ? parentPort.close() : take(message)))
`

export interface SmallThread {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void
  ref(): void
  unref(): void
  /**
   * Ends it after the message that it is at, some milliseconds. A thread that is stopped from outside while it makes a
   * decompressor takes the whole process with it ("close before init", measured: Node 24.21).
   */
  close(): Promise<void>
}

const LAST_MS = 2_000

/**
 * Starts a thread that does not keep the process alive by itself: `ref` it while an answer is awaited.
 * @param program CommonJS as text: it knows nothing but what is in these lines, `parentPort` and `listen`
 */
export const startSmallThread = <Reply>(
  program: string,
  onReply: (reply: Reply) => void,
  onError: (error: Error) => void,
): SmallThread => {
  // set when it is to end, which it sees before whatever else it was sent
  const end = new Uint8Array(new SharedArrayBuffer(1))
  const worker = new Worker(BEGIN + program, { eval: true, resourceLimits: RESOURCE_LIMITS, workerData: end })
  worker.unref()
  worker.on('message', onReply)
  worker.on('error', onError)
  return {
    postMessage: (message, transfer = []) => worker.postMessage(message, transfer),
    ref: () => worker.ref(),
    unref: () => worker.unref(),
    close: async () => {
      // it has died already
      if (worker.threadId === -1) return
      // an answer that still comes would let go of the thread, and the process would end before the error was told
      worker.removeAllListeners('message')
      worker.ref()
      const ended = new Promise(resolve => worker.once('exit', resolve))
      end[0] = 1
      worker.postMessage(null)
      const timer = setTimeout(() => worker.terminate(), LAST_MS)
      await ended
      clearTimeout(timer)
    },
  }
}

/** Those who wait until there is room again. */
export interface Room {
  wait(): Promise<void>
  /** Lets them all go on. */
  open(): void
}

export const createRoom = (): Room => {
  let waiting: (() => void)[] = []
  return {
    wait: () => new Promise(resolve => waiting.push(resolve)),
    open: () => {
      for (const resume of waiting) resume()
      waiting = []
    },
  }
}
