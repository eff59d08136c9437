/** Writes small tar archives for tests: `makeTar([file('a', 'text'), whiteout('old')])`. Nothing here is lenient or clever. */

export interface MadeEntry {
  readonly path: string | Uint8Array
  /** Default: `file`. */
  readonly type?: keyof typeof TYPE_FLAGS
  readonly content?: string | Uint8Array
  readonly link?: string | Uint8Array
  readonly mode?: number
  readonly uid?: number
  readonly gid?: number
  readonly mtimeSeconds?: number
  /** Records of an extended header that comes before the entry, in this order. */
  readonly pax?: Readonly<Record<string, string | Uint8Array>>
  /** How a name of more than 100 bytes is written. Default: `pax`. */
  readonly longNames?: 'pax' | 'gnu'
  /** Replaces the size that the header states; the body stays as it is. */
  readonly statedSize?: number
}

export interface MakeTarOptions {
  /** Two blocks of zeros at the end. Default: true. */
  readonly endMarker?: boolean
}

/** The type flags of POSIX ustar, and the ones of PAX and GNU headers that describe the next entry. */
const TYPE_FLAGS = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  char: '3',
  block: '4',
  directory: '5',
  fifo: '6',
  global: 'g',
  extended: 'x',
  gnuLongName: 'L',
  gnuLongLink: 'K',
} as const

const BLOCK_BYTES = 512

/** A regular file. */
export const file = (
  path: string,
  content: string | Uint8Array = '',
  more: Partial<MadeEntry> = {},
): MadeEntry => ({
  path,
  content,
  ...more,
})

/** A directory; the trailing slash is added. */
export const directory = (path: string, more: Partial<MadeEntry> = {}): MadeEntry => ({
  path: path.endsWith('/') ? path : `${path}/`,
  type: 'directory',
  mode: 0o755,
  ...more,
})

export const symlink = (path: string, link: string, more: Partial<MadeEntry> = {}): MadeEntry => ({
  path,
  type: 'symlink',
  link,
  mode: 0o777,
  ...more,
})

/** A second name of `link`, written as an archive path. */
export const hardlink = (path: string, link: string, more: Partial<MadeEntry> = {}): MadeEntry => ({
  path,
  type: 'hardlink',
  link,
  ...more,
})

/** The file by which a layer deletes `path` (OCI image-spec, layer.md). */
export const whiteout = (path: string): MadeEntry => {
  const slash = path.lastIndexOf('/') + 1
  return file(`${path.slice(0, slash)}.wh.${path.slice(slash)}`)
}

/** The file by which a layer hides everything that lower layers have in `path` (OCI image-spec, layer.md). */
export const opaque = (path: string): MadeEntry => file(`${path.replace(/\/$/, '')}/.wh..wh..opq`)

/** The archive of these entries, in this order. */
export const makeTar = (entries: readonly MadeEntry[], options: MakeTarOptions = {}): Buffer =>
  Buffer.concat([
    ...entries.flatMap(entryBlocks),
    ...(options.endMarker === false ? [] : [Buffer.alloc(2 * BLOCK_BYTES)]),
  ])

/** One header block with a valid checksum; `set` may overwrite fields before it is summed. */
export const headerBlock = (entry: MadeEntry, set?: (block: Buffer) => void): Buffer => {
  const block = Buffer.alloc(BLOCK_BYTES)
  bytesOf(entry.path).copy(block, 0, 0, 100)
  block.write(octal(entry.mode ?? 0o644, 8), 100, 'latin1')
  numberBytes(entry.uid ?? 0, 8).copy(block, 108)
  numberBytes(entry.gid ?? 0, 8).copy(block, 116)
  numberBytes(entry.statedSize ?? bytesOf(entry.content ?? '').length, 12).copy(block, 124)
  numberBytes(entry.mtimeSeconds ?? 0, 12).copy(block, 136)
  block.write(TYPE_FLAGS[entry.type ?? 'file'], 156, 'latin1')
  bytesOf(entry.link ?? '').copy(block, 157, 0, 100)
  block.write('ustar\0' + '00', 257, 'latin1')
  set?.(block)
  return withChecksum(block)
}

/** The same block with the checksum it should have. */
export const withChecksum = (block: Buffer): Buffer => {
  block.fill(' ', 148, 156)
  let sum = 0
  for (const byte of block) sum += byte
  block.write(`${octal(sum, 7)} `, 148, 'latin1')
  return block
}

/** A body and the zeros that fill its last block. */
export const padded = (content: string | Uint8Array): Buffer => {
  const bytes = bytesOf(content)
  return Buffer.concat([bytes, Buffer.alloc((BLOCK_BYTES - (bytes.length % BLOCK_BYTES)) % BLOCK_BYTES)])
}

/** `"27 path=…\n"` for each record: the length counts itself (POSIX pax). */
export const paxRecords = (records: Readonly<Record<string, string | Uint8Array>>): Buffer =>
  Buffer.concat(
    Object.entries(records).map(([key, value]) => {
      const rest = Buffer.concat([Buffer.from(` ${key}=`), bytesOf(value), Buffer.from('\n')])
      let length = rest.length + 1
      while (String(length).length + rest.length !== length) length = String(length).length + rest.length
      return Buffer.concat([Buffer.from(String(length)), rest])
    }),
  )

const entryBlocks = (entry: MadeEntry): Buffer[] => {
  const path = bytesOf(entry.path)
  const link = bytesOf(entry.link ?? '')
  const pax: Record<string, string | Uint8Array> = {}
  const blocks: Buffer[] = []
  if (entry.longNames === 'gnu') {
    if (link.length > 100) blocks.push(...gnuLong('gnuLongLink', link))
    if (path.length > 100) blocks.push(...gnuLong('gnuLongName', path))
  } else {
    if (path.length > 100) pax.path = path
    if (link.length > 100) pax.linkpath = link
  }
  Object.assign(pax, entry.pax)
  if (Object.keys(pax).length > 0) {
    const records = paxRecords(pax)
    blocks.push(
      headerBlock({ path: 'PaxHeaders/entry', type: 'extended', content: records }),
      padded(records),
    )
  }
  return [...blocks, headerBlock(entry), padded(entry.content ?? '')]
}

const gnuLong = (type: 'gnuLongName' | 'gnuLongLink', name: Buffer): Buffer[] => {
  const content = Buffer.concat([name, Buffer.alloc(1)])
  return [headerBlock({ path: '././@LongLink', type, content }), padded(content)]
}

const bytesOf = (value: string | Uint8Array): Buffer =>
  typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.buffer, value.byteOffset, value.length)

const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`

/** Octal where it fits, else the GNU form: the first bit set, the rest big-endian. */
const numberBytes = (value: number, width: number): Buffer => {
  if (value >= 0 && value < 8 ** (width - 1)) return Buffer.from(octal(value, width), 'latin1')
  const bytes = Buffer.alloc(width)
  const bits = BigInt.asUintN(width * 8, BigInt(value)) | (1n << BigInt(width * 8 - 1))
  for (let i = 0; i < width; i += 1) bytes[width - 1 - i] = Number((bits >> BigInt(8 * i)) & 0xffn)
  return bytes
}
