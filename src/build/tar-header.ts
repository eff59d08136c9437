/** Headers of a tar archive that Plimsoll writes: a build context, nothing else. */

/** One member. */
export interface TarHeader {
  readonly path: string
  readonly type: '0' | '2' | '5' | 'x'
  readonly mode: number
  /** Milliseconds. */
  readonly mtime: number
  readonly size?: number
  readonly link?: string
}

/** POSIX.1-2001 (pax): ustar with owner 0:0, and an extended header for what does not fit there. */
export const tarHeader = (entry: TarHeader): Uint8Array => {
  const records: string[] = []
  if (!fits(entry.path)) records.push(record('path', entry.path))
  if (entry.link !== undefined && !fits(entry.link)) records.push(record('linkpath', entry.link))
  if ((entry.size ?? 0) > 0o77777777777) records.push(record('size', String(entry.size)))
  if (records.length === 0) return ustar(entry)
  const body = Buffer.from(records.join(''))
  const extended = ustar({ path: 'pax', type: 'x', mode: 0o644, mtime: 0, size: body.length })
  return Buffer.concat([extended, body, tarPadding(body.length), ustar(entry)])
}

const fits = (text: string): boolean => /^[\x20-\x7e]*$/.test(text) && text.length <= 100

/** `30 path=…\n`: the length counts itself. */
const record = (key: string, value: string): string => {
  const bytes = Buffer.byteLength(` ${key}=${value}\n`)
  let length = bytes + String(bytes).length
  if (bytes + String(length).length > length) length += 1
  return `${length} ${key}=${value}\n`
}

const ustar = ({ path, type, mode, mtime, size = 0, link = '' }: TarHeader): Uint8Array => {
  const block = Buffer.alloc(512)
  const octal = (value: number, at: number, width: number): number =>
    block.write(
      `${Math.min(value, 8 ** (width - 1) - 1)
        .toString(8)
        .padStart(width - 1, '0')}\0`,
      at,
      'latin1',
    )
  block.write(path, 0, 100, 'utf8')
  octal(mode, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(size, 124, 12)
  octal(Math.max(0, Math.floor(mtime / 1000)), 136, 12)
  block.write('        ', 148, 'latin1')
  block.write(type, 156, 'latin1')
  block.write(link, 157, 100, 'utf8')
  block.write('ustar\x0000', 257, 'latin1')
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

/** The zeros after a body. */
export const tarPadding = (sizeBytes: number): Uint8Array => Buffer.alloc((512 - (sizeBytes % 512)) % 512)
