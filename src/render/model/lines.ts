/** Where a reader finds a Dockerfile instruction. */
import type { LineRange, LineRow, StageSource } from '../../report/types.ts'
import { cut } from '../escape/visible.ts'
import type { Quote } from './quote.ts'

/** `Dockerfile:14` or `Dockerfile:14-17`. */
export const lineText = ({ file, start, end }: LineRange): string =>
  end > start ? `${file}:${start}-${end}` : `${file}:${start}`

/** "from stage `build`, Dockerfile:5"; empty where nothing is known of a stage. */
export const stageWords = (
  madeBy: StageSource | null | undefined,
  quote: Quote,
  place: (line: LineRange) => string,
): string => {
  if (!madeBy) return ''
  const stage = `from stage ${quote(cut(madeBy.stage, 40))}`
  return madeBy.line === null ? stage : `${stage}, ${place(madeBy.line)}`
}

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
