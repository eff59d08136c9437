/** Fewer rows with the same sum: the smallest go into the directory above, which then says more for less. */
import { parentOf } from '../../path-parts.ts'
import type { MapRow } from './page-types.ts'

/** What became of packages too small to keep. */
const OTHER_OWNER = 'other:small packages'

/** At most `limit` rows where there are no more lines than that. Base, head and every line keep their sums. */
export const foldRows = (rows: readonly MapRow[], limit: number): MapRow[] => {
  let kept = mergeRows(rows)
  while (kept.length > limit) {
    const bySize = [...kept].sort((a, b) => weightOf(b) - weightOf(a))
    // one row more goes than is too many: it may be the first that arrives above
    const small = new Set(bySize.filter(canRise).slice(-(kept.length - limit + 1)))
    if (small.size === 0) break
    // far too many: details of the smallest are not worth a round each
    const up = kept.length > 3 * limit ? (row: MapRow): MapRow => rise(rise(rise(row))) : rise
    kept = mergeRows(kept.map(row => (small.has(row) ? up(row) : row)))
  }
  return kept
}

/** Rows alike but for their bytes are one. */
const mergeRows = (rows: readonly MapRow[]): MapRow[] => {
  const merged = new Map<string, MapRow>()
  for (const row of rows) {
    const key = `${row.path}\0${row.kind}\0${row.hidden}\0${row.leftover}\0${row.owner}\0${row.line}`
    const before = merged.get(key)
    merged.set(key, before ? { ...before, base: before.base + row.base, head: before.head + row.head } : row)
  }
  return [...merged.values()]
}

const weightOf = ({ base, head }: MapRow): number => Math.max(base, head)

const canRise = ({ path, kind, owner, leftover, hidden }: MapRow): boolean =>
  path !== '/' || kind === 'file' || leftover || hidden || (owner !== null && owner !== OTHER_OWNER)

/** One step towards the root: the directory above, at the root the other packages, then no mark. */
const rise = (row: MapRow): MapRow => {
  if (row.path !== '/') return { ...row, path: parentOf(row.path), kind: 'directory' }
  if (row.kind === 'file') return { ...row, kind: 'directory' }
  if (row.owner !== null && row.owner !== OTHER_OWNER) return { ...row, owner: OTHER_OWNER }
  return { ...row, leftover: false, hidden: false }
}
