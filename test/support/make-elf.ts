/** Small ELF files for tests, of either class and byte order. */

export interface MadeElf {
  readonly class: 32 | 64
  readonly isLittleEndian: boolean
  readonly machine: number
}

/** A file with one loaded segment, a dynamic section behind it and its strings where `stringsAt` says. */
export const makeElfFile = (
  { class: bits, isLittleEndian, machine }: MadeElf,
  stringsAt: number,
  sizeBytes: number,
): Buffer => {
  const word = bits / 8
  const bytes = Buffer.alloc(sizeBytes)
  const put = (at: number, value: number, length: number): void => {
    if (isLittleEndian) bytes.writeUIntLE(value, at, Math.min(length, 6))
    else bytes.writeUIntBE(value, at + length - Math.min(length, 6), Math.min(length, 6))
  }
  bytes.write('\x7fELF', 0, 'latin1')
  bytes[4] = bits === 64 ? 2 : 1
  bytes[5] = isLittleEndian ? 1 : 2
  put(16, 3, 2)
  put(18, machine, 2)
  const headers = bits === 64 ? 64 : 52
  const entry = bits === 64 ? 56 : 32
  put(bits === 64 ? 32 : 28, headers, word)
  put(bits === 64 ? 54 : 42, entry, 2)
  put(bits === 64 ? 56 : 44, 2, 2)
  const dynamicAt = sizeBytes - 4096
  const segment = (index: number, type: number, offset: number, length: number): void => {
    const at = headers + index * entry
    put(at, type, 4)
    put(at + (bits === 64 ? 8 : 4), offset, word)
    put(at + (bits === 64 ? 16 : 8), offset, word)
    put(at + (bits === 64 ? 32 : 16), length, word)
  }
  segment(0, 1, 0, sizeBytes)
  segment(1, 2, dynamicAt, 6 * 2 * word)
  const strings = Buffer.from('\0libone.so.1\0libme.so.2\0$ORIGIN/../lib:/opt/lib\0')
  strings.copy(bytes, stringsAt)
  const entries = [
    [5, stringsAt],
    [10, strings.length],
    [1, 1],
    [14, 13],
    [29, 24],
    [0, 0],
  ]
  entries.forEach(([tag, value], i) => {
    put(dynamicAt + i * 2 * word, tag!, word)
    put(dynamicAt + (i * 2 + 1) * word, value!, word)
  })
  return bytes
}
