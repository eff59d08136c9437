/**
 * A strict, streaming tar reader: bytes are pushed in, entries come out. It does no I/O and holds nothing but the
 * header it is in.
 *
 * Where GNU tar and Python's tarfile agree it agrees with them. Where they do not, it does as Go's archive/tar, which
 * unpacks layers in every engine. Where readers would see different entries in the same bytes, it refuses.
 *
 * How an archive ends. Two blocks of zeros are the end marker; one is enough at the end of the bytes, as for all three
 * of them. What follows the marker is padding and never read as entries, zeros or not: an archive appended there is
 * seen by nobody, and the layer's digest covers it. Ending at an entry's boundary without a marker is told, not
 * refused: a layer's digest can vouch for it, a bare tar has nothing that could.
 */
import type { CorruptError } from '../errors.ts'
import { EntryParser, type Next } from './entry-parser.ts'
import { BLOCK_BYTES, corruptAt, limitAt } from './fields.ts'
import { isZeroBlock } from './header.ts'
import { TAR_LIMITS, type TarEnd, type TarHandler, type TarLimits, type TarReader } from './tar-types.ts'

export {
  TAR_LIMITS,
  type TarEnd,
  type TarEntryType,
  type TarHandler,
  type TarHeader,
  type TarLimits,
  type TarReader,
} from './tar-types.ts'

export const createTarReader = (handler: TarHandler, limits: Partial<TarLimits> = {}): TarReader =>
  new TarMachine(handler, { ...TAR_LIMITS, ...limits })

/** While `block` or `long`, bytes are collected until there are enough; in the others they pass by. */
type State = 'block' | 'long' | 'body' | 'skip' | 'padding' | 'trailing'

class TarMachine implements TarReader {
  readonly #handler: TarHandler
  readonly #parser: EntryParser
  readonly #limits: TarLimits
  readonly #block = new Uint8Array(BLOCK_BYTES)
  #state: State = 'block'
  /** What is being collected, and how much of it is there. */
  #target = this.#block
  #filled = 0
  /** Bytes left of what passes by, and the padding after it. */
  #left = 0
  #paddingBytes = 0
  #position = 0
  #zeroBlocks = 0
  #trailingBytes = 0
  #trailingData = false
  #failure: unknown = null

  constructor(handler: TarHandler, limits: TarLimits) {
    this.#handler = handler
    this.#parser = new EntryParser(limits)
    this.#limits = limits
  }

  write(chunk: Uint8Array): void {
    if (this.#failure !== null) throw this.#failure
    try {
      for (let at = 0; at < chunk.length; ) at = this.#step(chunk, at)
    } catch (error) {
      this.#failure = error
      throw error
    }
  }

  get isComplete(): boolean {
    return this.#state === 'trailing'
  }

  end(): TarEnd {
    if (this.#failure !== null) throw this.#failure
    if (this.#zeroBlocks === 0) this.#checkBoundary()
    else if (hasData(this.#block.subarray(0, this.#filled))) throw loneZeroBlock(this.#position)
    this.#parser.end(this.#position)
    return { endMarker: this.#zeroBlocks > 0, trailingData: this.#trailingData }
  }

  /** A last body without its padding ends at a boundary: nothing of it is missing (Go reads it so). */
  #checkBoundary(): void {
    if (this.#state === 'body' || this.#state === 'skip')
      throw corruptAt(this.#position, `the archive ends ${this.#left} bytes before the end of an entry`)
    if (this.#state === 'long' || (this.#state === 'block' && (this.#filled > 0 || this.#parser.isInMap)))
      throw corruptAt(this.#position, 'the archive ends inside a header')
  }

  /** Takes what it can use of the chunk and returns where the rest starts. */
  #step(chunk: Uint8Array, at: number): number {
    const state = this.#state
    const collects = state === 'block' || state === 'long'
    const room = collects ? this.#target.length - this.#filled : this.#left
    const end = state === 'trailing' || chunk.length - at < room ? chunk.length : at + room
    this.#position += end - at
    if (collects) this.#collect(chunk, at, end)
    else if (state === 'trailing') this.#trail(chunk.subarray(at, end))
    else {
      if (state === 'body') this.#handler.body(chunk.subarray(at, end))
      this.#left -= end - at
      if (this.#left === 0) this.#passed()
    }
    return end
  }

  #trail(bytes: Uint8Array): void {
    this.#trailingData ||= hasData(bytes)
    this.#trailingBytes += bytes.length
    const { trailingBytes } = this.#limits
    if (this.#trailingBytes > trailingBytes)
      throw limitAt(
        this.#position,
        `more than ${trailingBytes} bytes after the end marker, which is the limit`,
      )
  }

  #collect(chunk: Uint8Array, at: number, end: number): void {
    this.#target.set(chunk.subarray(at, end), this.#filled)
    this.#filled += end - at
    if (this.#filled < this.#target.length) return
    this.#filled = 0
    const start = this.#position - this.#target.length
    if (this.#state === 'long') this.#expect(this.#parser.takeLong(this.#target, start))
    else if (this.#parser.isInMap || !this.#isEndMarker(start))
      this.#expect(this.#parser.takeBlock(this.#block, start))
  }

  /** True for a block of zeros; the second one ends the archive. */
  #isEndMarker(start: number): boolean {
    // no header starts with a zero and has a name, but a name may come from an extended header
    if (this.#block[0] !== 0 || !isZeroBlock(this.#block)) {
      if (this.#zeroBlocks > 0) throw loneZeroBlock(start)
      return false
    }
    this.#zeroBlocks += 1
    if (this.#zeroBlocks === 2) this.#state = 'trailing'
    return true
  }

  #expect(next: Next): void {
    if (next === 'entry') {
      this.#enter()
      return
    }
    this.#state = next
    this.#target = next === 'long' ? new Uint8Array(paddedBytes(this.#parser.longBytes)) : this.#block
  }

  #enter(): void {
    const { bodyBytes } = this.#parser
    const header = this.#parser.header!
    // said before it comes: nobody waits for what will be refused
    const { archiveBytes } = this.#limits
    if (this.#position + bodyBytes > archiveBytes)
      throw limitAt(
        this.#position,
        `the archive would be larger than ${archiveBytes} bytes, which is the limit`,
      )
    this.#handler.entry(header)
    this.#paddingBytes = paddedBytes(bodyBytes) - bodyBytes
    this.#left = bodyBytes
    this.#state = header.type === 'file' ? 'body' : 'skip'
    if (bodyBytes === 0) this.#passed()
  }

  /** The body or its padding is over. */
  #passed(): void {
    if (this.#state !== 'padding') {
      this.#state = 'padding'
      this.#handler.entryEnd()
      this.#left = this.#paddingBytes
    }
    if (this.#left > 0) return
    this.#state = 'block'
    this.#target = this.#block
  }
}

const paddedBytes = (bytes: number): number => Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES

/**
 * GNU tar and Python stop at the first block of zeros; Go, and so every engine, refuses what comes after a single one.
 * Taking the rest for entries, or for nothing, would both be a guess.
 */
const loneZeroBlock = (at: number): CorruptError =>
  corruptAt(at, 'data after a single block of zeros, where the archive should end')

const hasData = (bytes: Uint8Array): boolean => {
  for (let at = 0; at < bytes.length; at += ZEROS.length) {
    const part = bytes.subarray(at, at + ZEROS.length)
    if (Buffer.compare(part, part.length === ZEROS.length ? ZEROS : ZEROS.subarray(0, part.length)) !== 0)
      return true
  }
  return false
}

const ZEROS = Buffer.alloc(16_384)
