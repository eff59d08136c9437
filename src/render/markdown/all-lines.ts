/** Bytes per Dockerfile instruction, base and head side by side; the columns add up. */
import type { LineRow } from '../../report/types.ts'
import { cellCode } from '../escape/markdown.ts'
import { cut, oneLine } from '../escape/visible.ts'
import { bytesColumn } from '../model/bytes-column.ts'
import { rangeOf } from '../model/lines.ts'
import { count } from '../model/quote.ts'
import { lineCell } from './line-link.ts'
import { fold, type Page } from './page.ts'
import { table } from './table.ts'

/** Null without a base, without a Dockerfile, or when the limits leave no room. */
export const allLinesSection = (page: Page): string | null => {
  const rows = (page.review.lines ?? []).filter(({ base, head }) => base !== 0 || head !== 0)
  if (rows.length === 0 || page.limits.lines === 0) return null
  const shown = rows.slice(0, page.limits.lines)
  const rest = rows.slice(shown.length)
  const bytesOf = (pick: (row: LineRow) => number, signed: boolean) =>
    bytesColumn(
      [...shown.map(pick), ...(rest.length > 0 ? [rest.reduce((sum, row) => sum + pick(row), 0)] : [])],
      {
        signed,
        slack: shown.length,
      },
    )
  const base = bytesOf(row => row.base, false)
  const head = bytesOf(row => row.head, false)
  const delta = bytesOf(row => row.delta, true)
  const numbers = (i: number): string[] => [base, head, delta].map(column => column.cells[i]!)
  const cells = shown.map((row, i) => [
    ...numbers(i),
    lineCell(page, rangeOf(row), sideOf(row)),
    whatCell(row),
  ])
  if (rest.length > 0) cells.push([...numbers(shown.length), '', count(rest.length, 'other line')])
  cells.push([...[base, head, delta].map(({ total }) => `**${total}**`), '', '**in all**'])
  return fold(page, `Bytes per Dockerfile line (${rows.length})`, table(COLUMNS, cells))
}

const COLUMNS = [
  { title: 'Base', align: 'right' },
  { title: 'This PR', align: 'right' },
  { title: 'Change', align: 'right' },
  { title: 'Line' },
  { title: 'Instruction' },
] as const

const sideOf = ({ side }: LineRow): 'base' | 'head' => (side === 'base' ? 'base' : 'head')

const whatCell = ({ kind, side, instruction }: LineRow): string => {
  const text = instruction === null ? '' : cellCode(cut(oneLine(instruction), 60), 60)
  const only = side === 'base' ? ' (base only)' : ''
  if (kind === 'base-image') return `base image${text === '' ? '' : ` ${text}`}${only}`
  if (kind === 'unmapped') return `${text === '' ? 'layers that no line is known for' : text}${only}`
  return `${text}${only}`
}
