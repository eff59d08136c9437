/**
 * SHA-256 of byte streams on a second thread. Reading an image hashes every byte twice (the layer's digest, the file's);
 * the main thread keeps the small files, whose bytes are in its hands anyway, and sends the rest here in batches. Bytes
 * that were read into memory lent by the thread are not even copied.
 */
import { createHash } from 'node:crypto'
import { createRoom, type SmallThread, startSmallThread } from './small-thread.ts'

export interface StreamHash {
  /** Takes a copy of the chunk, or holds on to memory that was lent; null, or a promise to wait for before the next one. */
  update(chunk: Uint8Array): Promise<void> | null
  /** The digest in hexadecimal of all that was given. */
  digest(): Promise<string>
  /** The same, with one of the next batches: it may wait for a `flush`. */
  digestLater(): Promise<string>
}

/** Memory to read into. What is given to `update` of it stays until it is hashed, whoever has let go of it. */
export interface LentMemory {
  readonly bytes: Uint8Array
  /** @param usedBytes how many at its beginning were written to */
  release(usedBytes: number): void
}

export interface HashThread {
  create(): StreamHash
  /** @param bytes how much; what a socket may give at once where nothing is said */
  lend(bytes?: number): LentMemory
  /** Many batches are on their way: who has hands free may hash by itself. */
  isBusy(): boolean
  /** Sends what has been collected. */
  flush(): void
  close(): Promise<void>
}

const SLOT_BYTES = 1 << 20
/** What is hashed by one message. */
const BATCH_BYTES = 1 << 20
/** Batches on their way: enough to keep the thread busy, few enough to stay small. */
const BATCHES_IN_FLIGHT = 6
/** More than a Unix socket holds (measured: 219,264 bytes at most come at once). */
const LENT_BYTES = 256 * 1024

/** Memory that the thread shares. */
interface Slot {
  readonly number: number
  readonly bytes: Uint8Array
  /** Bytes at its beginning that have been given away. */
  used: number
  /** Who still needs what is in it: readers, and batches on their way. */
  uses: number
  /** The thread has not seen it yet. */
  isFresh: boolean
}

interface Message {
  readonly fresh: readonly (readonly [number, ArrayBufferLike])[]
  /** Stream, slot, start and end, again and again. */
  readonly segments: readonly number[]
  readonly ended: readonly number[]
}

type Reply = readonly (readonly [number, string])[]

/** Runs in the thread. */
const THREAD = `
const { createHash } = require('node:crypto')
const hashes = new Map()
const slots = []
const hashOf = id => {
  let hash = hashes.get(id)
  if (!hash) hashes.set(id, (hash = createHash('sha256')))
  return hash
}
listen(({ fresh, segments, ended }) => {
  for (const [number, memory] of fresh) slots[number] = memory
  for (let i = 0; i < segments.length; i += 4)
    hashOf(segments[i]).update(new Uint8Array(slots[segments[i + 1]], segments[i + 2], segments[i + 3] - segments[i + 2]))
  parentPort.postMessage(
    ended.map(id => {
      const digest = hashOf(id).digest('hex')
      hashes.delete(id)
      return [id, digest]
    }),
  )
})
`

interface Waiting {
  readonly resolve: (digest: string) => void
  readonly reject: (error: Error) => void
}

/** The thread is started by the first full batch: a small image never needs it. */
export const createHashThread = (): HashThread => {
  let worker: SmallThread | null = null
  let failure: Error | null = null
  let nextId = 0
  let slotCount = 0
  const free: Slot[] = []
  const slots = new Map<ArrayBufferLike, Slot>()

  /** What the next message will say. */
  let batchBytes = 0
  let segments: number[] = []
  let segmentSlots = new Set<Slot>()
  let ended: number[] = []
  /** The slots of the messages on their way, which are answered in order. */
  const inFlight: Set<Slot>[] = []
  const digests = new Map<number, Waiting>()
  const room = createRoom()

  const takeSlot = (): Slot => {
    const emptied = free.pop()
    if (emptied) {
      emptied.used = 0
      emptied.uses = 1
      return emptied
    }
    const bytes = new Uint8Array(new SharedArrayBuffer(SLOT_BYTES))
    const slot: Slot = { number: slotCount, bytes, used: 0, uses: 1, isFresh: true }
    slotCount += 1
    slots.set(bytes.buffer, slot)
    return slot
  }
  const letGo = (slot: Slot): void => {
    slot.uses -= 1
    if (slot.uses === 0) free.push(slot)
  }
  /** Where chunks are copied to, and what is lent. */
  let copies: Slot | null = null
  let lent: Slot | null = null

  const fail = (error: Error): void => {
    failure = error
    for (const waiting of digests.values()) waiting.reject(error)
    digests.clear()
    room.open()
  }

  const receive = (ready: Reply): void => {
    for (const slot of inFlight.shift()!) letGo(slot)
    for (const [id, digest] of ready) {
      digests.get(id)?.resolve(digest)
      digests.delete(id)
    }
    if (inFlight.length === 0) worker?.unref()
    room.open()
  }

  /** Before the first full batch there is nothing that anybody waits for. */
  const flush = (): void => {
    if (worker && (segments.length > 0 || ended.length > 0)) send(worker)
  }

  const send = (to: SmallThread): void => {
    to.ref()
    const fresh: [number, ArrayBufferLike][] = []
    for (const slot of segmentSlots) {
      if (slot.isFresh) fresh.push([slot.number, slot.bytes.buffer])
      slot.isFresh = false
    }
    to.postMessage({ fresh, segments, ended } satisfies Message)
    inFlight.push(segmentSlots)
    batchBytes = 0
    segments = []
    segmentSlots = new Set()
    ended = []
  }

  /** The thread has to hash these bytes of a slot. */
  const add = (id: number, slot: Slot, from: number, length: number): void => {
    segments.push(id, slot.number, from, from + length)
    if (!segmentSlots.has(slot)) {
      segmentSlots.add(slot)
      slot.uses += 1
    }
    batchBytes += length
    if (batchBytes < BATCH_BYTES) return
    worker ??= startSmallThread(THREAD, receive, fail)
    send(worker)
  }

  const copy = (id: number, chunk: Uint8Array): void => {
    for (let at = 0; at < chunk.length; ) {
      if (copies && copies.used === SLOT_BYTES) {
        letGo(copies)
        copies = null
      }
      copies ??= takeSlot()
      const from = copies.used
      const length = Math.min(chunk.length - at, SLOT_BYTES - from)
      copies.bytes.set(chunk.subarray(at, at + length), from)
      copies.used += length
      at += length
      add(id, copies, from, length)
    }
  }

  const update = (id: number, chunk: Uint8Array): Promise<void> | null => {
    const own = slots.get(chunk.buffer)
    if (own) add(id, own, chunk.byteOffset, chunk.length)
    else copy(id, chunk)
    return inFlight.length <= BATCHES_IN_FLIGHT || failure ? null : room.wait()
  }

  const lend = (bytes = LENT_BYTES): LentMemory => {
    if (lent && SLOT_BYTES - lent.used < bytes) {
      letGo(lent)
      lent = null
    }
    lent ??= takeSlot()
    const slot = lent
    const from = slot.used
    slot.used += bytes
    slot.uses += 1
    return {
      bytes: slot.bytes.subarray(from, from + bytes),
      release: usedBytes => {
        // the rest is lent again, where nobody has been given what comes after it
        if (slot.used === from + bytes) slot.used = from + usedBytes
        letGo(slot)
      },
    }
  }

  /** While everything fits one batch there is no thread, and the batch is hashed here. */
  const digestHere = (id: number): string => {
    const hash = createHash('sha256')
    const inOrder = [...slots.values()]
    for (let i = 0; i < segments.length; i += 4)
      if (segments[i] === id)
        hash.update(inOrder[segments[i + 1]!]!.bytes.subarray(segments[i + 2], segments[i + 3]))
    return hash.digest('hex')
  }

  const digest = (id: number): Promise<string> => {
    if (failure) return Promise.reject(failure)
    if (!worker) return Promise.resolve(digestHere(id))
    return new Promise((resolve, reject) => {
      digests.set(id, { resolve, reject })
      ended.push(id)
    })
  }

  return {
    create: () => {
      const id = nextId
      nextId += 1
      return {
        update: chunk => update(id, chunk),
        digest: () => {
          const ready = digest(id)
          flush()
          return ready
        },
        digestLater: () => digest(id),
      }
    },
    lend,
    isBusy: () => inFlight.length > BATCHES_IN_FLIGHT / 2,
    flush,
    close: async () => worker?.close(),
  }
}
