/** An image's layers in a terminal. */
import type { ImageReport } from '../../report/types.ts'
import { formatBytes } from '../../units.ts'
import { terminalText } from '../escape/terminal.ts'
import { oneLine } from '../escape/visible.ts'
import { bytesColumn } from '../model/bytes-column.ts'
import { lineText } from '../model/lines.ts'
import { count } from '../model/quote.ts'
import { bar } from './bar.ts'
import { cell, layColumns } from './columns.ts'
import type { Paints } from './style.ts'

const MAX_LAYERS = 40

export interface InspectView {
  readonly report: ImageReport
  /** Columns that may be used. */
  readonly width: number
  readonly paints: Paints
}

/** The base image in one row, then every layer of the image's own with a bar. */
export const layerLines = ({ report, width, paints }: InspectView): readonly string[] => {
  const shown = foldLayers(report)
  const column = bytesColumn(
    shown.map(({ bytes }) => bytes),
    { signed: false },
  )
  const largest = Math.max(0, ...shown.map(({ bytes }) => bytes))
  const rows = shown.map((row, i) => [
    cell(column.cells[i]!),
    cell(bar(row.bytes, largest, 8), row.inherited ? paints.faint : paints.name),
    cell(row.hidden === 0 ? '' : `${formatBytes(row.hidden)} hidden`, paints.notice),
    cell(row.line, paints.faint),
    cell(row.text, row.inherited ? paints.faint : undefined),
  ])
  const columns = [{ align: 'right' }, {}, { align: 'right' }, { max: 28 }, { flexible: 'end' }] as const
  return [paints.strong(`Layers (${report.layers.length})`), ...layColumns(columns, rows, width)]
}

interface LayerLine {
  readonly bytes: number
  readonly hidden: number
  readonly inherited: boolean
  readonly line: string
  readonly text: string
}

/** The base image's layers as one row, then the image's own; empty ones and those beyond the limit in one row. */
const foldLayers = ({ layers, image }: ImageReport): readonly LayerLine[] => {
  const inherited = layers.filter(layer => layer.inherited === true)
  const own = layers.filter(layer => layer.inherited !== true && layer.content > 0)
  const lines: LayerLine[] = own.slice(0, MAX_LAYERS).map(layer => ({
    bytes: layer.content,
    hidden: layer.hidden,
    inherited: false,
    line: layer.line === null ? '' : terminalText(lineText(layer.line)),
    text: terminalText(oneLine(layer.instruction ?? layer.diffId.slice(0, 19))),
  }))
  if (inherited.length > 0) {
    const name = image.base?.name ?? null
    lines.unshift({
      bytes: inherited.reduce((sum, layer) => sum + layer.content, 0),
      hidden: inherited.reduce((sum, layer) => sum + layer.hidden, 0),
      inherited: true,
      line: '',
      text: `base image${name === null ? '' : ` ${terminalText(name)}`}, ${count(inherited.length, 'layer')}`,
    })
  }
  const rest = own.slice(MAX_LAYERS)
  if (rest.length > 0) {
    const bytes = rest.reduce((sum, layer) => sum + layer.content, 0)
    const hidden = rest.reduce((sum, layer) => sum + layer.hidden, 0)
    lines.push({ bytes, hidden, inherited: true, line: '', text: `${rest.length} more layers` })
  }
  return lines
}
