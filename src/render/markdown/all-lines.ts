/** Bytes per Dockerfile instruction, base and head side by side; the columns add up. */
import type { LineRow } from '../../report/types.ts'
import { cellCode } from '../escape/markdown.ts'
import { cut, oneLine } from '../escape/visible.ts'
import { differenceColumns } from '../model/bytes-column.ts'
import { rangeOf } from '../model/lines.ts'
import { count } from '../model/quote.ts'
import { lineCell } from './line-link.ts'
import { fold, type Page } from './page.ts'
import { table } from './table.ts'

/** Null without a base or when the limits leave no room. */
export const allLinesSection = (page: Page): string | null => {
  const rows = (page.review.lines ?? []).filter(({ base, head }) => base !== 0 || head !== 0)
  if (rows.length === 0 || page.limits.lines === 0) return null
  const shown = rows.slice(0, page.limits.lines)
  const rest = rows.slice(shown.length)
  const withRest = (pick: (row: LineRow) => number): number[] =>
    rest.length === 0 ? shown.map(pick) : [...shown.map(pick), rest.reduce((sum, row) => sum + pick(row), 0)]
  const { base, head, delta } = differenceColumns(
    withRest(row => row.base),
    withRest(row => row.head),
  )
  const numbers = (i: number): string[] => [base, head, delta].map(column => column.cells[i]!)
  const cells = shown.map((row, i) => [
    ...numbers(i),
    whatCell(row),
    lineCell(page, rangeOf(row), sideOf(row)),
  ])
  if (rest.length > 0) cells.push([...numbers(shown.length), count(rest.length, 'other line'), ''])
  cells.push([...[base, head, delta].map(({ total }) => `**${total}**`), '**in all**', ''])
  const width = cells.some(row => row[4] !== '') ? 5 : 4
  const title = width === 5 ? 'Bytes per Dockerfile line' : 'Bytes per instruction'
  return fold(
    page,
    `${title} (${rows.length})`,
    table(
      COLUMNS.slice(0, width),
      cells.map(row => row.slice(0, width)),
    ),
  )
}

const COLUMNS = [
  { title: 'Base', align: 'right' },
  { title: 'This PR', align: 'right' },
  { title: 'Change', align: 'right' },
  { title: 'Instruction' },
  { title: 'Line' },
] as const

const sideOf = ({ side }: LineRow): 'base' | 'head' => (side === 'base' ? 'base' : 'head')

const whatCell = ({ kind, side, instruction }: LineRow): string => {
  const text = instruction === null ? '' : cellCode(cut(oneLine(instruction), 60), 60)
  const only = side === 'base' ? ' (base only)' : ''
  if (kind === 'base-image') return `base image${text === '' ? '' : ` ${text}`}${only}`
  if (kind === 'unmapped') return `${text === '' ? 'layers that no line is known for' : text}${only}`
  return `${text}${only}`
}
