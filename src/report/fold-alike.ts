/** Two reports' rows in the same grain: where one had to fold a directory's rows, the other's are folded too. */
import { parentOf } from '../path-parts.ts'
import type { PathRow } from './types.ts'

export const foldAlike = (base: readonly PathRow[], head: readonly PathRow[]): [PathRow[], PathRow[]] => {
  const folded = new Set([...base, ...head].filter(row => row.folded).map(row => row.path))
  if (folded.size === 0) return [[...base], [...head]]
  const coarser = (row: PathRow): PathRow => {
    let coarsest: string | null = null
    for (let at = row.path; ; at = parentOf(at)) {
      if (folded.has(at)) coarsest = at
      if (at === '/') break
    }
    return coarsest === null ? row : { ...row, path: coarsest, kind: 'directory' }
  }
  return [base.map(coarser), head.map(coarser)]
}
