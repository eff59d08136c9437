/** Threads for arithmetic over bytes beside the reading, and the waiting for room where they have too much to do. */
import { Worker } from 'node:worker_threads'

/** They keep next to nothing; without a limit their heaps grow by what they throw away. */
const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 }

/**
 * Starts a thread that does not keep the process alive by itself: `ref` it while an answer is awaited.
 * @param program CommonJS as text: it knows nothing but what is in these lines
 */
export const startSmallThread = <Reply>(
  program: string,
  onReply: (reply: Reply) => void,
  onError: (error: Error) => void,
): Worker => {
  const worker = new Worker(program, { eval: true, resourceLimits: RESOURCE_LIMITS })
  worker.unref()
  worker.on('message', onReply)
  worker.on('error', onError)
  return worker
}

/** Ends it, whatever it is at. */
export const closeSmallThread = async (worker: Worker | null): Promise<void> => {
  // an answer that still comes would let go of the thread, and the process would end before the error was told
  worker?.removeAllListeners('message')
  await worker?.terminate()
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
