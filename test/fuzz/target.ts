/** What is fuzzed: a pure function over bytes, seeds to break, and a generator of what looks like its input. */
import type fc from 'fast-check'

export interface Target {
  readonly name: string
  /** What is read, in words, for the table of results. */
  readonly about: string
  /** Good inputs, and bad ones that were found; small ones make quick cases. */
  readonly seeds: () => readonly Uint8Array[]
  /** Words of the format, put in where chance would not find them. */
  readonly words: readonly string[]
  /** Inputs of the right shape with wrong parts. */
  readonly generate: fc.Arbitrary<Uint8Array>
  /** After bytes were changed: makes checks such as checksums right again, so that the change is reached. */
  readonly repair?: (bytes: Buffer) => void
  /**
   * Reads an input. Throws nothing: the errors that a reader may end with are caught in here, and what must hold of
   * its result is asserted.
   */
  readonly run: (bytes: Buffer) => void | Promise<void>
}
