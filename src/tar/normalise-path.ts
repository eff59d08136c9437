/** Names as tars write them (`./usr//lib/`, `/etc`, `../x`) to the one absolute path they mean. */
import { pathFromBytes } from '../tree/path-bytes.ts'

export interface NormalPath {
  /** Absolute and canonical, as text (see path-bytes.ts); `/` for the root. */
  readonly path: string
  /** Its last part; empty for the root. A string of its own: a slice would keep the whole path in memory. */
  readonly name: string
  /** The name had a `..` in it. It was resolved as text and stops at the root, as engines do. */
  readonly unsafe: boolean
}

const SLASH = 0x2f
const DOT = 0x2e
const BACKSLASH = 0x5c

/** Canonical bytes are built here; it runs once for each entry, so it is made once. Grows with the longest name. */
let scratch = Buffer.alloc(4096)

/** The path that a raw name means below the root of the image. */
export const normalisePath = (bytes: Uint8Array): NormalPath => {
  // worst case: a slash more than the name has
  if (bytes.length >= scratch.length) scratch = Buffer.alloc(bytes.length * 2)
  const out = scratch
  let length = 0
  let odd = 0
  let unsafe = false
  let at = 0
  while (at < bytes.length) {
    if (bytes[at] === SLASH) {
      at += 1
      continue
    }
    const start = length
    out[length++] = SLASH
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at]!
      if (byte === SLASH) break
      if (byte >= 0x80 || byte === BACKSLASH) odd = 1
      out[length++] = byte
    }
    const partBytes = length - start - 1
    if (partBytes > 2 || out[start + 1] !== DOT) continue
    if (partBytes === 1) length = start
    else if (out[start + 2] === DOT) {
      unsafe = true
      length = parentEnd(out, start)
    }
  }
  if (length === 0) return { path: '/', name: '', unsafe }
  const nameStart = out.lastIndexOf(SLASH, length - 1) + 1
  if (odd === 0)
    return {
      path: out.toString('latin1', 0, length),
      name: out.toString('latin1', nameStart, length),
      unsafe,
    }
  return {
    path: pathFromBytes(out.subarray(0, length)),
    name: pathFromBytes(out.subarray(nameStart, length)),
    unsafe,
  }
}

/** Where the path ends without its last part; 0 is the root. */
const parentEnd = (out: Uint8Array, length: number): number => {
  let end = length
  while (end > 0) {
    end -= 1
    if (out[end] === SLASH) return end
  }
  return 0
}
