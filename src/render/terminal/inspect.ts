/** One image in a terminal: how large, of what, and what does not belong there. */
import type { Finding, ImageReport } from '../../report/types.ts'
import { formatBytes } from '../../units.ts'
import { terminalText } from '../escape/terminal.ts'
import { oneLine } from '../escape/visible.ts'
import { adviceGroups } from '../model/advice.ts'
import { bytesColumn } from '../model/bytes-column.ts'
import { isLeftover, subjectOf, totalBytes } from '../model/findings.ts'
import { lineText } from '../model/lines.ts'
import { count } from '../model/quote.ts'
import { bar } from './bar.ts'
import { type Cell, cell, layColumns } from './columns.ts'
import { adviceLines } from './sections.ts'
import { type Paints, paintsOf, type Style, usableWidth } from './style.ts'

const LARGEST = 8
const MAX_FINDINGS = 25
const MAX_LAYERS = 40

interface View {
  readonly report: ImageReport
  readonly width: number
  readonly paints: Paints
}

/** Text for a terminal, with a line end. */
export const renderInspect = (report: ImageReport, style: Style): string => {
  const view: View = { report, width: usableWidth(style), paints: paintsOf(style) }
  const sections = [
    head(view),
    sizes(view),
    layers(view),
    findings(view),
    advice(view),
    packages(view),
    paths(view),
  ]
  return `${sections
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`
}

const head = ({ report, paints }: View): readonly string[] => {
  const { source, platform, configDigest, base } = report.image
  const facts = [
    ...(platform === null ? [] : [terminalText(platform)]),
    ...(configDigest === null ? [] : [terminalText(configDigest.slice(0, 19))]),
    ...(base === null
      ? ['base image unknown']
      : [`on ${terminalText(base.name ?? 'an unnamed base image')} (${count(base.layers, 'layer')})`]),
  ]
  return [paints.strong(terminalText(source)), paints.faint(facts.join(' · '))]
}

const sizes = ({ report, width, paints }: View): readonly string[] => {
  const { size } = report
  const rows: Cell[][] = [
    [
      cell(formatBytes(size.content), paints.strong),
      cell('content'),
      cell('all files of all layers: the image size', paints.faint),
    ],
    [
      cell(formatBytes(size.visible)),
      cell('visible'),
      cell(`${count(size.files, 'file')} that a container sees`, paints.faint),
    ],
    [
      cell(formatBytes(size.hidden)),
      cell('hidden'),
      cell('deleted or overwritten by a later layer, still shipped', paints.faint),
    ],
  ]
  if (size.download !== null) {
    const bytes = `${size.download.exact ? '' : '≈ '}${formatBytes(size.download.bytes)}`
    rows.push([cell(bytes), cell('download'), cell('compressed, as a registry sends it', paints.faint)])
  }
  const leftovers = size.leftovers === 0 ? paints.good : paints.bad
  rows.push([
    cell(formatBytes(size.leftovers), leftovers),
    cell('leftovers'),
    cell('needed to build, not to run', paints.faint),
  ])
  return layColumns([{ align: 'right' }, {}, { flexible: 'end' }], rows, width)
}

const layers = ({ report, width, paints }: View): readonly string[] => {
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

const findings = ({ report, width, paints }: View): readonly string[] => {
  const own = report.findings.filter(({ inherited }) => inherited !== true)
  const inherited = report.findings.filter(finding => finding.inherited === true && isLeftover(finding))
  const tail = inherited.length === 0 ? [] : [inheritedWords(inherited, paints)]
  if (own.length === 0) return [paints.good('Nothing of its own that does not belong in the image.'), ...tail]
  const shown = own.slice(0, MAX_FINDINGS)
  const rows = shown.map(finding => findingCells(finding, paints))
  const left = own.slice(MAX_FINDINGS)
  const title = `What does not belong: ${formatBytes(report.size.leftovers)}`
  const columns = [{ align: 'right' }, { max: 24 }, { flexible: 'middle' }, { max: 28 }] as const
  return [
    paints.strong(title),
    ...layColumns(columns, rows, width),
    ...(left.length === 0 ? [] : [`  and ${left.length} more, ${formatBytes(totalBytes(left))}`]),
    ...tail,
  ]
}

const findingCells = (finding: Finding, paints: Paints): readonly Cell[] => {
  const subject = subjectOf(finding)
  const asked = finding.requestedBy.filter(name => name !== subject)
  const isHint = finding.certainty === 'hint'
  return [
    cell(formatBytes(finding.bytes), isHint ? paints.faint : paints.bad),
    cell(`${terminalText(finding.title)}${isHint ? ' (hint)' : ''}`),
    cell(
      terminalText(subject + (asked.length === 0 ? '' : ` ← ${asked.slice(0, 2).join(', ')}`)),
      paints.name,
    ),
    cell(finding.line === null ? '' : terminalText(lineText(finding.line)), paints.faint),
  ]
}

const inheritedWords = (inherited: readonly Finding[], paints: Paints): string =>
  paints.faint(
    `  ${formatBytes(totalBytes(inherited))} more came with the base image (${count(inherited.length, 'finding')})`,
  )

const advice = ({ report, width, paints }: View): readonly string[] => {
  const groups = adviceGroups(
    report.findings.filter(finding => isLeftover(finding) && finding.inherited !== true),
  )
  return groups.length === 0 ? [] : [paints.strong('What to do'), ...adviceLines(groups, width, paints)]
}

const packages = ({ report, width, paints }: View): readonly string[] =>
  largest(
    'Largest packages',
    report.packages.map(({ name, version, bytes }) => ({ bytes, name, note: version })),
    width,
    paints,
  )

const paths = ({ report, width, paints }: View): readonly string[] =>
  largest(
    'Largest paths',
    report.paths.map(({ path, bytes, kind, files }) => ({
      bytes,
      name: path,
      note: kind === 'directory' ? count(files, 'small file') : '',
    })),
    width,
    paints,
  )

const largest = (
  title: string,
  items: readonly { readonly bytes: number; readonly name: string; readonly note: string }[],
  width: number,
  paints: Paints,
): readonly string[] => {
  const shown = [...items].sort((a, b) => b.bytes - a.bytes).slice(0, LARGEST)
  if (shown.length === 0) return []
  const rows = shown.map(({ bytes, name, note }) => [
    cell(formatBytes(bytes)),
    cell(bar(bytes, shown[0]!.bytes, 12), paints.name),
    cell(terminalText(name)),
    cell(terminalText(note), paints.faint),
  ])
  return [
    paints.strong(title),
    ...layColumns([{ align: 'right' }, {}, { flexible: 'middle' }, { max: 24 }], rows, width),
  ]
}
