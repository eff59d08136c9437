/** Text in columns, one of which gives way when the terminal is narrow. */
import type { Paint } from './style.ts'
import { fit, widthOf } from './width.ts'

export interface Column {
  readonly align?: 'right'
  /** Takes what the others leave; its text is shortened at its end or in its middle. */
  readonly flexible?: 'end' | 'middle'
  readonly max?: number
}

export interface Cell {
  /** Written for the terminal already. */
  readonly text: string
  readonly paint?: Paint
}

const GAP = 2
const LEAST_FLEXIBLE = 12

/** A cell without colour. */
export const cell = (text: string, paint?: Paint): Cell => (paint === undefined ? { text } : { text, paint })

/** Lines of at most `width` columns, each with `indent` blanks before it, none with blanks at its end. Empty columns go. */
export const layColumns = (
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
  indent = 2,
): readonly string[] => {
  const widths = columnWidths(columns, rows, width - indent)
  return rows.map(row => {
    const cells = columns.flatMap((column, i) => {
      if (widths[i] === 0) return []
      const { text, paint } = row[i] ?? { text: '' }
      const shown = fit(text, widths[i]!, column.flexible ?? 'middle')
      const blanks = ' '.repeat(Math.max(0, widths[i]! - widthOf(shown)))
      const painted = paint === undefined ? shown : paint(shown)
      return column.align === 'right' ? blanks + painted : painted + blanks
    })
    return `${' '.repeat(indent)}${cells.join(' '.repeat(GAP))}`.trimEnd()
  })
}

const columnWidths = (
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
): readonly number[] => {
  const natural = columns.map((column, i) =>
    Math.min(
      column.max ?? Infinity,
      rows.reduce((max, row) => Math.max(max, widthOf(row[i]?.text ?? '')), 0),
    ),
  )
  const used = natural.reduce((sum, each) => sum + (each === 0 ? 0 : each + GAP), -GAP)
  if (used <= width) return natural
  return natural.map((each, i) =>
    columns[i]!.flexible === undefined ? each : Math.max(LEAST_FLEXIBLE, each - (used - width)),
  )
}
