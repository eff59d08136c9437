/** Bytes changed as a fuzzer changes them: bits, numbers, words, and parts that are lost, doubled or moved. */
import type { Random } from '../support/random.ts'

const LONGEST_BYTES = 96 * 1024
const BYTES = [0, 1, 0x0a, 0x20, 0x2f, 0x30, 0x37, 0x3d, 0x7f, 0x80, 0xff]
const NUMBERS = [
  0, 1, 7, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff,
]

type Change = (bytes: Buffer, random: Random, words: readonly string[], other: Uint8Array) => Buffer

const place = (bytes: Buffer, random: Random): number => random.below(bytes.length)

/** A part of the bytes, short ones more often than long ones. */
const part = (bytes: Uint8Array, random: Random): readonly [start: number, end: number] => {
  const start = random.below(bytes.length)
  const most = Math.min(bytes.length - start, 1 << random.below(13))
  return [start, start + 1 + random.below(most)]
}

const splice = (bytes: Buffer, start: number, end: number, put: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, start), put, bytes.subarray(end)]).subarray(0, LONGEST_BYTES)

const CHANGES: readonly Change[] = [
  (bytes, random) => {
    const at = place(bytes, random)
    bytes[at] = bytes[at]! ^ (1 << random.below(8))
    return bytes
  },
  (bytes, random) => {
    bytes[place(bytes, random)] = BYTES[random.below(BYTES.length)]!
    return bytes
  },
  (bytes, random) => {
    bytes[place(bytes, random)] = random.below(256)
    return bytes
  },
  (bytes, random) => {
    const value = NUMBERS[random.below(NUMBERS.length)]!
    const at = place(bytes, random)
    const width = random.below(2) === 0 ? 2 : 4
    if (at + width > bytes.length) return bytes
    if (random.below(2) === 0) bytes.writeUIntLE(value % 2 ** (8 * width), at, width)
    else bytes.writeUIntBE(value % 2 ** (8 * width), at, width)
    return bytes
  },
  (bytes, random, words) => {
    const word = Buffer.from(words[random.below(words.length)] ?? '0', 'latin1')
    const at = place(bytes, random)
    return splice(bytes, at, random.below(2) === 0 ? at : at + word.length, word)
  },
  (bytes, random) => {
    const [start, end] = part(bytes, random)
    return splice(bytes, start, end, new Uint8Array(0))
  },
  (bytes, random) => {
    const [start, end] = part(bytes, random)
    const copies = Array.from({ length: 1 + random.below(3) }, () => bytes.subarray(start, end))
    return splice(bytes, end, end, Buffer.concat(copies))
  },
  (bytes, random) => {
    const [start, end] = part(bytes, random)
    bytes.copyWithin(place(bytes, random), start, end)
    return bytes
  },
  (bytes, random, _, other) => {
    const [start, end] = part(other, random)
    const at = place(bytes, random)
    return splice(bytes, at, random.below(2) === 0 ? at : at + end - start, other.subarray(start, end))
  },
  (bytes, random) => bytes.subarray(0, place(bytes, random)),
]
/** Cutting off the end hides what would come there: once in a while is enough. */
const CUT = CHANGES.length - 1

/** A seed with one to eight changes; the same for the same random numbers. */
export const mutate = (seeds: readonly Uint8Array[], words: readonly string[], random: Random): Buffer => {
  const seed = seeds[random.below(seeds.length)]!
  const other = seeds[random.below(seeds.length)]!
  let bytes: Buffer = Buffer.from(seed)
  const changes = 1 + random.below(8)
  for (let i = 0; i < changes && bytes.length > 0 && other.length > 0; i += 1) {
    const which = random.below(CHANGES.length)
    if (which === CUT && random.below(4) > 0) continue
    bytes = CHANGES[which]!(bytes, random, words, other)
  }
  return bytes
}
