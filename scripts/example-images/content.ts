/** File contents made from words: nothing in the example images comes from a real package. */
import { createHash } from 'node:crypto'

const words =
  'anchor ballast beam bilge bow buoy cargo chart compass crew current deck depth dock draught fathom freight gauge harbour hatch hold hull keel knot ladder level line load log mark mast mooring paint pilot port quay rope rudder sail sheet shore signal stern tide tonnage voyage wake water wave weigh'.split(
    ' ',
  )

/** Words in an order that depends on the seed alone (xorshift, 32 bits). */
export const wordsFor = (seed: string, count: number): string[] => {
  let state = createHash('sha256').update(seed).digest().readUInt32LE() | 1
  return Array.from({ length: count }, () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return words[(state >>> 0) % words.length]!
  })
}

/** Text of exactly that size: one paragraph over and over. It packs about 200 to 1. */
export const textOf = (seed: string, sizeBytes: number, first = ''): Buffer => {
  const paragraph = `${wordsFor(seed, 24).join(' ')}\n`
  const rest = Math.max(0, sizeBytes - first.length)
  return Buffer.from((first + paragraph.repeat(Math.ceil(rest / paragraph.length))).slice(0, sizeBytes))
}

const PAGE_BYTES = 16_384

/** Pages that begin with text and end in zeros, as programs and libraries have them. It packs about 500 to 1. */
export const binaryOf = (seed: string, sizeBytes: number, first = ''): Buffer => {
  const content = Buffer.alloc(sizeBytes)
  const text = textOf(seed, 2048)
  for (let at = 0; at < sizeBytes; at += PAGE_BYTES) {
    content.write(`${at / PAGE_BYTES} `.padEnd(8), at)
    text.copy(content, Math.min(at + 8, sizeBytes))
  }
  content.write(first)
  return content
}

/** The content that fits the name of a file. Files of one folder share their words, which keeps the layers small. */
export const contentFor = (path: string, sizeBytes: number): Buffer => {
  const folder = path.slice(0, path.lastIndexOf('/'))
  if (path.endsWith('.a')) return binaryOf(folder, sizeBytes, '!<arch>\n')
  if (/\.(h|py|pm|txt|crt|pc|conf|cnf)$/.test(path)) return textOf(folder, sizeBytes)
  return binaryOf(folder, sizeBytes)
}
