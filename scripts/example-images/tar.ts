/** Writes the layers of the example images: plain ustar, sorted by path, with one fixed time. */

/** 2026-11-20T12:00:00Z, the time of everything in the example images. */
export const MADE_AT = Date.UTC(2026, 10, 20, 12) / 1000

export type Item =
  | { readonly kind: 'file'; readonly path: string; readonly content: Buffer; readonly mode?: number }
  | { readonly kind: 'directory'; readonly path: string; readonly mode?: number }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }

/** One layer with all parent directories. Paths are absolute; a path twice is an error. */
export const writeTar = (items: readonly Item[]): Buffer => {
  const all = new Map<string, Item>()
  for (const item of items) {
    if (all.has(item.path)) throw new Error(`${item.path} is in the layer twice`)
    all.set(item.path, item)
  }
  for (const { path } of items) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const parent = path.slice(0, end)
      if (!all.has(parent)) all.set(parent, { kind: 'directory', path: parent })
    }
  }
  const sorted = [...all.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
  return Buffer.concat([...sorted.flatMap(member), Buffer.alloc(1024)])
}

const member = (item: Item): Buffer[] => {
  if (item.kind !== 'file') return [header(item, 0)]
  const padding = Buffer.alloc(-item.content.length & 511)
  return [header(item, item.content.length), item.content, padding]
}

const typeFlags = { file: '0', directory: '5', link: '2' } as const
const defaultModes = { file: 0o644, directory: 0o755, link: 0o777 } as const

/** POSIX.1-1988 (ustar): the name may be split at a slash into a prefix of 155 and a name of 100 bytes. */
const header = (item: Item, sizeBytes: number): Buffer => {
  const block = Buffer.alloc(512)
  const { prefix, name } = splitName(item.path.slice(1) + (item.kind === 'directory' ? '/' : ''))
  const mode = (item.kind === 'link' ? undefined : item.mode) ?? defaultModes[item.kind]
  block.write(name, 0)
  block.write(octal(mode, 8), 100)
  block.write(octal(0, 8), 108)
  block.write(octal(0, 8), 116)
  block.write(octal(sizeBytes, 12), 124)
  block.write(octal(MADE_AT, 12), 136)
  block.write(typeFlags[item.kind], 156)
  if (item.kind === 'link') block.write(item.target, 157)
  block.write('ustar\u000000root', 257)
  block.write('root', 297)
  block.write(prefix, 345)
  block.fill(' ', 148, 156)
  block.write(
    `${octal(
      block.reduce((sum, byte) => sum + byte, 0),
      7,
    )}\0 `,
    148,
  )
  return block
}

const octal = (value: number, width: number): string => value.toString(8).padStart(width - 1, '0')

const splitName = (path: string): { prefix: string; name: string } => {
  if (path.length <= 100) return { prefix: '', name: path }
  const cut = path.indexOf('/', path.length - 101)
  if (cut < 0 || cut > 155) throw new Error(`${path} does not fit a ustar header`)
  return { prefix: path.slice(0, cut), name: path.slice(cut + 1) }
}
