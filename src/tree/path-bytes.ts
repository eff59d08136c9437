/**
 * Paths as text without loss. A tar name is bytes; two names that differ must stay two names, so a byte that is not
 * valid UTF-8 is written `\xNN` and a backslash is doubled (CONTRACT). The text is the identity everywhere.
 */

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of a name given as bytes. */
export const pathFromBytes = (bytes: Uint8Array): string => {
  let text: string
  try {
    text = decoder.decode(bytes)
  } catch {
    return escapeInvalid(bytes)
  }
  return text.includes('\\') ? text.replaceAll('\\', '\\\\') : text
}

/** The text of a name that some database gives as a decoded string (a package's file list). */
export const pathFromText = (text: string): string =>
  text.includes('\\') ? text.replaceAll('\\', '\\\\') : text

/** Longest valid UTF-8 runs are kept, every other byte becomes `\xNN`. */
const escapeInvalid = (bytes: Uint8Array): string => {
  let text = ''
  let at = 0
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at)
    if (length === 0) {
      text += `\\x${bytes[at]!.toString(16).toUpperCase().padStart(2, '0')}`
      at += 1
      continue
    }
    const char = decoder.decode(bytes.subarray(at, at + length))
    text += char === '\\' ? '\\\\' : char
    at += length
  }
  return text
}

/** Bytes of the valid UTF-8 sequence at `at`, or 0. */
const sequenceLength = (bytes: Uint8Array, at: number): number => {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length += 1) {
    try {
      decoder.decode(bytes.subarray(at, at + length))
      return length
    } catch {
      // a longer sequence may still be valid
    }
  }
  return 0
}

/**
 * Order of names by their UTF-8 bytes. JavaScript compares UTF-16 units, which differs only where a surrogate pair
 * meets U+E000 … U+FFFF.
 */
export const compareNames = (a: string, b: string): number => {
  if (a === b) return 0
  const shorter = Math.min(a.length, b.length)
  for (let i = 0; i < shorter; i += 1) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x === y) continue
    return byteRank(x) - byteRank(y)
  }
  return a.length - b.length
}

const byteRank = (unit: number): number =>
  unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800
