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

/** Valid UTF-8 is kept, every other byte becomes `\\xNN`. One pass: names may be a megabyte of nonsense. */
const escapeInvalid = (bytes: Uint8Array): string => {
  const parts: string[] = []
  let from = 0
  let at = 0
  const flush = (): void => {
    if (at > from) parts.push(pathFromText(decoder.decode(bytes.subarray(from, at))))
  }
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at)
    if (length > 0) {
      at += length
      continue
    }
    flush()
    parts.push(`\\x${bytes[at]!.toString(16).toUpperCase().padStart(2, '0')}`)
    at += 1
    from = at
  }
  flush()
  return parts.join('')
}

/** Bytes of the well-formed UTF-8 sequence at `at`, or 0 (Unicode, table 3-7: no overlong form, no surrogate). */
const sequenceLength = (bytes: Uint8Array, at: number): number => {
  const lead = bytes[at]!
  if (lead < 0x80) return 1
  const length =
    lead >= 0xc2 && lead <= 0xdf ? 2 : (lead & 0xf0) === 0xe0 ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0
  if (length === 0 || at + length > bytes.length) return 0
  const second = bytes[at + 1]!
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
  if (second < least || second > most) return 0
  for (let i = 2; i < length; i += 1) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0
  return length
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
