/** Why the size changed, in a terminal. */
import type { Review } from '../../report/types.ts'
import { terminalText } from '../escape/terminal.ts'
import { oneLine } from '../escape/visible.ts'
import { bytesColumn } from '../model/bytes-column.ts'
import { instructionsByLine, lineText, sideKey } from '../model/lines.ts'
import { whyOf } from '../model/why.ts'
import { causeWords, restWords, sideOfCause, whyVerb } from '../model/why-words.ts'
import { bar } from './bar.ts'
import { type Cell, cell, layColumns } from './columns.ts'
import type { ReviewView } from './review-view.ts'
import type { Paints } from './style.ts'

/** "Why it grew": causes with a bar each, and the instructions that their lines name. */
export const whyLines = ({ review, width, paints }: ReviewView): readonly string[] => {
  const told = whyOf(review.causes ?? [], 10)
  if (told.rows.length === 0) return []
  const values = told.rows.map(({ bytes }) => bytes)
  const column = bytesColumn(told.rest === null ? values : [...values, told.rest.bytes], {
    signed: true,
    slack: values.length,
  })
  const largest = Math.max(...values.map(Math.abs))
  const colour = (bytes: number) => (bytes > 0 ? paints.bad : paints.good)
  const rows: Cell[][] = told.rows.map((row, i) => [
    cell(column.cells[i]!, colour(row.bytes)),
    cell(bar(Math.abs(row.bytes), largest, 8), colour(row.bytes)),
    cell(causeWords(row, terminalText)),
    cell(row.line === null ? '' : terminalText(lineText(row.line)), paints.faint),
  ])
  // what rounds to nothing adds nothing to read
  if (told.rest !== null && !/^0(?:\.0)? /.test(column.cells.at(-1)!))
    rows.push([cell(column.cells.at(-1)!), cell(''), cell(restWords(told.rest), paints.faint)])
  if (rows.length > 1) rows.push([cell(column.total, paints.strong), cell(''), cell('in all', paints.strong)])
  const title = paints.strong(`Why it ${whyVerb(review)}`)
  const table = layColumns([{ align: 'right' }, {}, { flexible: 'end' }, { max: 28 }], rows, width)
  return [title, ...table, ...instructionLines(review, told.rows, width, paints)]
}

/** The instructions that the rows point to, once each. */
const instructionLines = (
  review: Review,
  rows: ReturnType<typeof whyOf>['rows'],
  width: number,
  paints: Paints,
): readonly string[] => {
  const instructions = instructionsByLine(review.lines)
  const lines = new Map(
    rows.flatMap(row =>
      row.line === null ? [] : [[sideKey(row.line, sideOfCause(row)), row.line] as const],
    ),
  )
  const cells = [...lines]
    .filter(([key]) => instructions.has(key))
    .slice(0, 5)
    .map(([key, line]) => [
      cell(terminalText(lineText(line)), paints.faint),
      cell(terminalText(oneLine(instructions.get(key)!)), paints.faint),
    ])
  return cells.length === 0 ? [] : ['', ...layColumns([{ max: 28 }, { flexible: 'end' }], cells, width)]
}
