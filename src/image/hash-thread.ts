/**
 * SHA-256 of byte streams on a second thread. Reading an image hashes every byte twice (the layer's digest, the file's);
 * the main thread keeps the files, whose bytes are in its hands anyway, and sends whole streams here in batches.
 */
import { createHash } from 'node:crypto'
import { Worker } from 'node:worker_threads'

export interface StreamHash {
  /** Takes a copy of the chunk; null, or a promise to wait for before the next one. */
  update(chunk: Uint8Array): Promise<void> | null
  /** The digest in hexadecimal of all that was given. */
  digest(): Promise<string>
}

export interface HashThread {
  create(): StreamHash
  close(): Promise<void>
}

const BATCH_BYTES = 1 << 20
/** Batches on their way: enough to keep the thread busy, few enough to stay small. */
const BATCHES_IN_FLIGHT = 6

interface Message {
  /** Which of the shared buffers. */
  readonly slot: number
  /** The buffer itself, the first time. */
  readonly fresh: SharedArrayBuffer | null
  /** Stream, start and end, again and again. */
  readonly segments: readonly number[]
  readonly ended: readonly number[]
}

interface Reply {
  readonly slot: number
  readonly digests: readonly (readonly [number, string])[]
}

/** Runs in the thread: it knows nothing but what is in these lines, because it is sent there as text. */
const THREAD = `
const { parentPort } = require('node:worker_threads')
const { createHash } = require('node:crypto')
const hashes = new Map()
const buffers = []
const hashOf = id => {
  let hash = hashes.get(id)
  if (!hash) hashes.set(id, (hash = createHash('sha256')))
  return hash
}
parentPort.on('message', ({ slot, fresh, segments, ended }) => {
  if (fresh) buffers[slot] = fresh
  for (let i = 0; i < segments.length; i += 3)
    hashOf(segments[i]).update(new Uint8Array(buffers[slot], segments[i + 1], segments[i + 2] - segments[i + 1]))
  const digests = ended.map(id => {
    const digest = hashOf(id).digest('hex')
    hashes.delete(id)
    return [id, digest]
  })
  parentPort.postMessage({ slot, digests })
})
`

interface Waiting {
  readonly resolve: (digest: string) => void
  readonly reject: (error: Error) => void
}

/** The thread is started by the first full batch: a small image never needs it. */
export const createHashThread = (): HashThread => {
  let worker: Worker | null = null
  let failure: Error | null = null
  let nextId = 0
  // shared with the thread once: a batch is neither copied nor moved on its way
  const buffers = [new SharedArrayBuffer(BATCH_BYTES)]
  let slot = 0
  let isFresh = true
  let batch = new Uint8Array(buffers[0]!)
  let used = 0
  let segments: number[] = []
  let ended: number[] = []
  let inFlight = 0
  const free: number[] = []
  const digests = new Map<number, Waiting>()
  let room: (() => void)[] = []

  const fail = (error: Error): void => {
    failure = error
    for (const waiting of digests.values()) waiting.reject(error)
    digests.clear()
    for (const resume of room) resume()
    room = []
  }

  const start = (): Worker => {
    const started = new Worker(THREAD, { eval: true })
    started.unref()
    started.on('error', fail)
    started.on('message', ({ slot: done, digests: ready }: Reply) => {
      inFlight -= 1
      free.push(done)
      for (const [id, digest] of ready) {
        digests.get(id)?.resolve(digest)
        digests.delete(id)
      }
      if (inFlight === 0) started.unref()
      for (const resume of room) resume()
      room = []
    })
    return started
  }

  const send = (): void => {
    worker ??= start()
    worker.ref()
    const message: Message = { slot, fresh: isFresh ? buffers[slot]! : null, segments, ended }
    worker.postMessage(message)
    inFlight += 1
    const emptied = free.pop()
    isFresh = emptied === undefined
    slot = emptied ?? buffers.push(new SharedArrayBuffer(BATCH_BYTES)) - 1
    batch = new Uint8Array(buffers[slot]!)
    used = 0
    segments = []
    ended = []
  }

  const update = (id: number, chunk: Uint8Array): Promise<void> | null => {
    for (let at = 0; at < chunk.length; ) {
      const length = Math.min(chunk.length - at, BATCH_BYTES - used)
      batch.set(chunk.subarray(at, at + length), used)
      segments.push(id, used, used + length)
      used += length
      at += length
      if (used === BATCH_BYTES) send()
    }
    return inFlight <= BATCHES_IN_FLIGHT || failure ? null : new Promise(resolve => room.push(resolve))
  }

  /** While everything fits one batch there is no thread, and the batch is hashed here. */
  const digestHere = (id: number): string => {
    const hash = createHash('sha256')
    for (let i = 0; i < segments.length; i += 3)
      if (segments[i] === id) hash.update(batch.subarray(segments[i + 1], segments[i + 2]))
    return hash.digest('hex')
  }

  const digest = (id: number): Promise<string> => {
    if (failure) return Promise.reject(failure)
    if (!worker) return Promise.resolve(digestHere(id))
    return new Promise((resolve, reject) => {
      digests.set(id, { resolve, reject })
      ended.push(id)
      send()
    })
  }

  return {
    create: () => {
      const id = nextId
      nextId += 1
      return { update: chunk => update(id, chunk), digest: () => digest(id) }
    },
    close: async () => {
      // an answer that still comes would let go of the thread, and the process would end before the error was told
      worker?.removeAllListeners('message')
      await worker?.terminate()
    },
  }
}
