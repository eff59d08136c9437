/** One path that stands for many. */
import { compareNames } from '../tree/path-bytes.ts'
import type { PathRow } from './types.ts'

/** A directory gives way to one of its own that holds this share of it. */
const MOST = 0.8

/** The deepest directory, or the file, below which most of the bytes lie. */
export const mainPath = (rows: readonly PathRow[]): string => {
  let below = rows
  let path = '/'
  for (let depth = 1; ; depth += 1) {
    const next = new Map<string, PathRow[]>()
    for (const row of below) {
      const names = row.path.split('/')
      if (row.path === '/' || names.length <= depth) continue
      const child = names.slice(0, depth + 1).join('/')
      const list = next.get(child)
      if (list) list.push(row)
      else next.set(child, [row])
    }
    const [most] = [...next].sort(([a, x], [b, y]) => bytesOf(y) - bytesOf(x) || compareNames(a, b))
    if (!most || bytesOf(most[1]) < bytesOf(rows) * MOST) return path
    ;[path, below] = most
  }
}

const bytesOf = (rows: readonly PathRow[]): number => rows.reduce((total, row) => total + row.bytes, 0)
