/** GFM tables. Cells come in written for a cell; a row has as many as the head, or that is a fault of ours. */

export interface TableColumn {
  readonly title: string
  readonly align?: 'right'
}

export const table = (columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string => {
  const lines = [
    columns.map(({ title }) => title),
    columns.map(({ align }) => (align === 'right' ? '--:' : ':--')),
  ]
  for (const cells of rows) {
    if (cells.length !== columns.length)
      throw new RangeError(`${cells.length} cells in ${columns.length} columns`)
    lines.push([...cells])
  }
  return lines.map(cells => `|${cells.map(cell => (cell === '' ? ' ' : ` ${cell} `)).join('|')}|`).join('\n')
}
