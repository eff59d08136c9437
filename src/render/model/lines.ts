/** Where a reader finds a Dockerfile instruction. */
import type { LineRange, LineRow } from '../../report/types.ts'

/** `Dockerfile:14` or `Dockerfile:14-17`. */
export const lineText = ({ file, start, end }: LineRange): string =>
  end > start ? `${file}:${start}-${end}` : `${file}:${start}`

/** One string for one range: what grouping by line compares. */
export const lineKey = (line: LineRange | null): string =>
  line === null ? '' : `${line.file}\0${line.start}\0${line.end}`

/** The range of a row of the comparison, or null for what no instruction made. */
export const rangeOf = ({ file, start, end }: LineRow): LineRange | null =>
  file === null || start === null ? null : { file, start, end: end ?? start }

/** Whose Dockerfile a line is in. */
export type LineSide = 'head' | 'base'

/** Instructions by `sideKey`. A row of both sides has head's range. */
export const instructionsByLine = (rows: readonly LineRow[] | null): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const row of rows ?? []) {
    const range = rangeOf(row)
    if (range === null || row.instruction === null) continue
    found.set(sideKey(range, row.side === 'base' ? 'base' : 'head'), row.instruction)
  }
  return found
}

export const sideKey = (line: LineRange | null, side: LineSide): string => `${side}\0${lineKey(line)}`
