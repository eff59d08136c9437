/** What makes a result of this run and of the last one the same. */

const PRIME = 0x100000001b3n
const OFFSET = 0xcbf29ce484222325n

/**
 * From the finding's key alone, so that neither a layer nor a line that moves makes it another finding.
 * `primaryLocationLineHash` is the one that code scanning reads; without it the uploader would hash the Dockerfile's
 * line, which all findings of one instruction share.
 */
export const fingerprintsOf = (key: string): Readonly<Record<string, string>> => {
  const digest = fnv1a64(key)
  return { 'plimsollKey/v1': digest, primaryLocationLineHash: `${digest}:1` }
}

/** FNV-1a over UTF-16 code units, 64 bits as 16 hexadecimal digits. It tells keys apart; it proves nothing. */
const fnv1a64 = (text: string): string => {
  let hash = OFFSET
  for (let i = 0; i < text.length; i += 1)
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * PRIME)
  return hash.toString(16).padStart(16, '0')
}
