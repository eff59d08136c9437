/**
 * How many bytes a plain layer would have as gzip, from samples of it: pieces of 16 KiB are compressed with the 32 KiB
 * before them as a dictionary, which is what deflate would have seen there. Compressing all of it would take longer than
 * reading it. The samples depend on nothing but the bytes and on how many were read before them.
 */

const SAMPLE_BYTES = 16 * 1024
/** Deflate's window (RFC 1951, 2). */
const HISTORY_BYTES = 32 * 1024
/** Of each doubling of all that is read; the first 6 MiB are compressed whole. */
const SAMPLES = 384
/** Of each doubling of a layer, however much was read before it: what changed is mostly in a small one at the top. */
const LAYER_SAMPLES = 48
/** Of a run with very many layers: some seconds of one core. */
const SAMPLES_OF_A_RUN = 20_000
/** What level 6 of Go, which packs layers in engines and BuildKit, makes of what pieces of zlib's level 6 add up to: measured (docs/performance.md). */
const GO_FOR_PIECES = 1.012
/** So many are sent together. */
const BATCH_SAMPLES = 16

/** What is compressed by itself. */
export interface Sample {
  /** The history, then the sample. */
  readonly bytes: Uint8Array
  readonly historyBytes: number
}
/** @returns bytes of each sample as deflate, in order */
export type Deflate = (samples: readonly Sample[]) => Promise<readonly number[]>

/** Noise is stored as it is. */
const gzipBytes = (deflated: number, lengthBytes: number): number =>
  Math.min(deflated * GO_FOR_PIECES, lengthBytes + STORED_BYTES)
/** Of a stored block (RFC 1951, 3.2.4). */
const STORED_BYTES = 5

/** What was read and sampled of all layers so far. */
export interface Run {
  bytes: number
  samples: number
}

const SLOT_BYTES = HISTORY_BYTES + SAMPLE_BYTES

interface Buffers {
  readonly slot: Uint8Array
  /** The last bytes of the layer: byte `n` is at `n` modulo its length. */
  readonly ring: Uint8Array
}
/** As many as layers were ever read at the same time. */
const free: Buffers[] = []

/** Of one layer. Chunks are copied from, never kept. */
export const createEstimate = (
  deflate: Deflate,
  run: Run,
): { readonly write: (chunk: Uint8Array) => void; readonly end: () => Promise<number> } => {
  let position = 0
  /** The part of the layer that the sample at hand stands for, and where in it the sample lies. */
  let strideStart = 0
  let strideEnd = SAMPLE_BYTES
  let sampleStart = 0
  let taken = 0
  /** What is collected of the sample at hand, from `slotFrom` on; lent while the layer is read. */
  let buffers: Buffers | null = null
  let slotFrom = 0
  let slotBytes = 0
  let samples: Sample[] = []
  let weights: number[] = []
  const pending: Promise<number>[] = []

  /** Puts bytes of the ring into the slot, from `from` to where the layer is. */
  const recall = (from: number): void => {
    for (let at = from; at < position; ) {
      const start = at % HISTORY_BYTES
      const length = Math.min(position - at, HISTORY_BYTES - start)
      const { slot, ring } = buffers!
      slot.set(ring.subarray(start, start + length), slotBytes)
      slotBytes += length
      at += length
    }
  }

  const remember = (chunk: Uint8Array, chunkStart: number): void => {
    for (let at = Math.max(0, chunk.length - HISTORY_BYTES); at < chunk.length; ) {
      const start = (chunkStart + at) % HISTORY_BYTES
      const length = Math.min(chunk.length - at, HISTORY_BYTES - start)
      buffers!.ring.set(chunk.subarray(at, at + length), start)
      at += length
    }
  }

  const send = (): void => {
    if (samples.length === 0) return
    const own = weights
    const lengths = samples.map(({ bytes, historyBytes }) => bytes.length - historyBytes)
    pending.push(
      deflate(samples).then(bytes =>
        bytes.reduce((total, each, i) => total + gzipBytes(each, lengths[i]!) * own[i]!, 0),
      ),
    )
    // a failure is told by the wait at the end; until then it must not count as unhandled
    pending.at(-1)!.catch(() => undefined)
    samples = []
    weights = []
  }

  /** The stride is over, or the layer is: `bytes` of the layer are what the sample stands for. */
  const close = (bytes: number): void => {
    if (bytes > 0 && position <= sampleStart) {
      // the layer ended before its last sample began: its last bytes stand for it
      sampleStart = Math.max(strideStart, position - SAMPLE_BYTES)
      slotFrom = Math.max(0, position - HISTORY_BYTES)
      slotBytes = 0
      recall(slotFrom)
    }
    const historyBytes = Math.max(0, Math.min(sampleStart - slotFrom, slotBytes))
    const lengthBytes = slotBytes - historyBytes
    if (lengthBytes > 0 && bytes > 0) {
      samples.push({ bytes: buffers!.slot.slice(0, slotBytes), historyBytes })
      run.samples += 1
      weights.push(bytes / lengthBytes)
      if (samples.length === BATCH_SAMPLES) send()
    }
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
    if (to <= from) return
    buffers!.slot.set(chunk.subarray(from - chunkStart, to - chunkStart), slotBytes)
    slotBytes += to - from
  }

  open()
  return {
    write: chunk => {
      buffers ??= free.pop() ?? { slot: new Uint8Array(SLOT_BYTES), ring: new Uint8Array(HISTORY_BYTES) }
      for (let at = 0; at < chunk.length; ) {
        const end = Math.min(chunk.length, at + (strideEnd - position))
        copy(chunk.subarray(at, end), position)
        remember(chunk.subarray(at, end), position)
        position += end - at
        run.bytes += end - at
        at = end
        if (position === strideEnd) {
          close(strideEnd - strideStart)
          open()
        }
      }
    },
    end: async () => {
      close(position - strideStart)
      send()
      if (buffers) free.push(buffers)
      buffers = null
      return Math.round((await Promise.all(pending)).reduce((total, each) => total + each, 0))
    },
  }
}
