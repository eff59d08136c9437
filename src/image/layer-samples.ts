/**
 * How many bytes a plain layer would have as gzip, from samples of it: pieces of 4 KiB are compressed with the 32 KiB
 * before them as a dictionary, which is what deflate would have seen there. Compressing all of it would take longer than
 * reading it. The samples depend on nothing but the bytes and on how many were read before them.
 */

const SAMPLE_BYTES = 4 * 1024
/** Deflate's window (RFC 1951, 2). */
const HISTORY_BYTES = 32 * 1024
const SLOT_BYTES = HISTORY_BYTES + SAMPLE_BYTES
/** Of each doubling of all that is read; the first 1.5 MiB are compressed whole. */
const SAMPLES = 384
/** Of each doubling of a layer, however much was read before it: what changed is mostly in a small one at the top. */
const LAYER_SAMPLES = 48
/** Of a run with very many layers: some seconds of one core. */
const SAMPLES_OF_A_RUN = 20_000
/** What level 6 of Go, which packs layers in engines and BuildKit, makes of what pieces of zlib's level 6 add up to: measured (docs/performance.md). */
const GO_FOR_PIECES = 1.002
/** So many are sent together. */
const BATCH_SAMPLES = 16

/** Samples one after the other, in memory that the thread shares: their history, then they themselves. */
export interface Batch {
  readonly memory: Uint8Array<SharedArrayBuffer>
  readonly samples: readonly Sample[]
}

export interface Sample {
  /** Where in the memory its history begins. */
  readonly at: number
  readonly historyBytes: number
  readonly lengthBytes: number
}
/** Compresses the batch, whose memory is not the caller's any more: bytes of each sample as deflate, in order. */
export type Deflate = (batch: Batch) => Promise<readonly number[]>

/** What all layers of a run share. */
export interface Run {
  /** Bytes read and samples taken so far. */
  bytes: number
  samples: number
  readonly deflate: Deflate
  /** Memory of `BATCH_BYTES`. */
  readonly memory: () => Uint8Array<SharedArrayBuffer>
}

/** The one that is being collected comes after those that are whole. */
export const BATCH_BYTES = (BATCH_SAMPLES + 1) * SLOT_BYTES

/** Noise is stored as it is. */
const gzipBytes = (deflated: number, lengthBytes: number): number =>
  Math.min(deflated * GO_FOR_PIECES, lengthBytes + STORED_BYTES)
/** Of a stored block (RFC 1951, 3.2.4). */
const STORED_BYTES = 5

const NOTHING = new Uint8Array(0)

/** Of one layer. Chunks are copied from, never kept. */
export const createEstimate = (
  run: Run,
): { readonly write: (chunk: Uint8Array) => void; readonly end: () => Promise<number> } => {
  let position = 0
  /** The part of the layer that the sample at hand stands for, and where in it the sample lies. */
  let strideStart = 0
  let strideEnd = SAMPLE_BYTES
  let sampleStart = 0
  let taken = 0
  /** The last bytes of the layer before the stride at hand, and of its end: byte `n` is at `n` modulo its length. */
  let ring = NOTHING
  /** What is collected of the sample at hand, from `slotFrom` on, at `slotAt` in the memory. */
  let memory: Uint8Array<SharedArrayBuffer> | null = null
  let slotAt = 0
  let slotFrom = 0
  let slotBytes = 0
  /** Whole samples, and for how many bytes of the layer each of them speaks. */
  let samples: Sample[] = []
  let spokenFor: number[] = []
  const pending: Promise<number>[] = []

  const putIntoSlot = (bytes: Uint8Array): void => {
    memory!.set(bytes, slotAt + slotBytes)
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
    const sent = samples
    const weights = spokenFor
    if (sent.length === 0) return
    pending.push(
      run.deflate({ memory: memory!, samples: sent }).then(deflated => totalOf(deflated, sent, weights)),
    )
    // a failure is told by the wait at the end; until then it must not count as unhandled
    pending.at(-1)!.catch(() => undefined)
    memory = null
    samples = []
    spokenFor = []
  }

  /** Sends what is whole, and goes on with the sample at hand elsewhere. */
  const sendBefore = (): void => {
    const atHand = memory!.subarray(slotAt, slotAt + slotBytes)
    const next = run.memory()
    next.set(atHand)
    send()
    memory = next
    slotAt = 0
  }

  /** The stride is over, or the layer is: `bytes` of the layer are what the sample speaks for. */
  const close = (bytes: number): void => {
    const historyBytes = Math.min(sampleStart - slotFrom, slotBytes)
    const lengthBytes = slotBytes - historyBytes
    if (lengthBytes > 0) {
      // the last one is kept back: it also speaks for an end of the layer that has none of its own
      if (samples.length === BATCH_SAMPLES) sendBefore()
      samples.push({ at: slotAt, historyBytes, lengthBytes })
      spokenFor.push(bytes)
      slotAt += slotBytes
      run.samples += 1
    } else spokenFor[spokenFor.length - 1]! += bytes
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
      if (chunk.length > 0 && memory === null) {
        memory = run.memory()
        ring = new Uint8Array(HISTORY_BYTES)
        open()
      }
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
      return Math.round((await Promise.all(pending)).reduce((total, each) => total + each, 0))
    },
  }
}

/** Bytes as gzip of all that the samples speak for. */
const totalOf = (
  deflated: readonly number[],
  samples: readonly Sample[],
  spokenFor: readonly number[],
): number =>
  samples.reduce((total, { lengthBytes }, i) => {
    const bytes = gzipBytes(deflated[i]!, lengthBytes)
    return total + (bytes * spokenFor[i]!) / lengthBytes
  }, 0)
