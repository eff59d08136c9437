/** `inspect --format markdown`: one image in tables. A review in Markdown is the job summary. */
import { isLeftover, subjectOf } from '../report/finding.ts'
import type { Finding, ImageReport, ReportLayer } from '../report/types.ts'
import { formatBytes } from '../units.ts'
import { cellCode, cellProse, code, plain, prose } from './escape/markdown.ts'
import { cut, oneLine } from './escape/visible.ts'
import { table } from './markdown/table.ts'
import { adviceGroups } from './model/advice.ts'
import { bytesColumn } from './model/bytes-column.ts'
import { isSecret } from './model/findings.ts'
import { lineText } from './model/lines.ts'
import { count, quoteSome } from './model/quote.ts'

const MAX_ROWS = 500
const LARGEST = 20
const RIGHT = 'right' as const

export const renderInspectMarkdown = (report: ImageReport): string => {
  const sections = [
    `## Image size: ${formatBytes(report.size.content)}`,
    identity(report),
    sizes(report),
    secrets(report),
    findings(report),
    advice(report),
    layers(report),
    largest(
      'Largest packages',
      report.packages.map(({ name, version, bytes }) => ({ name: `${name} ${version}`, bytes })),
    ),
    largest(
      'Largest paths',
      report.paths.map(({ path, bytes }) => ({ name: path, bytes })),
    ),
    `<sub>Plimsoll ${plain(report.tool.version, 40)}</sub>`,
  ]
  return `${sections.filter(section => section !== '').join('\n\n')}\n`
}

const identity = ({ image }: ImageReport): string => {
  const base =
    image.base === null
      ? []
      : [
          `base image ${image.base.name === null ? 'without a name' : code(image.base.name)} (${count(image.base.layers, 'layer')})`,
        ]
  return [code(image.source), ...(image.platform === null ? [] : [code(image.platform)]), ...base].join(' · ')
}

const sizes = ({ size }: ImageReport): string => {
  const rows = [
    ['content', formatBytes(size.content)],
    ['visible', formatBytes(size.visible)],
    ['hidden (shipped, never seen)', formatBytes(size.hidden)],
    ...(size.download === null
      ? []
      : [['download', `${size.download.exact ? '' : '≈ '}${formatBytes(size.download.bytes)}`]]),
    ...(size.inherited === null ? [] : [['from the base image', formatBytes(size.inherited)]]),
    ['build leftovers', formatBytes(size.leftovers)],
  ]
  return table([{ title: '' }, { title: 'Size', align: RIGHT }], rows)
}

/** First of all findings, however small: where they lie and of what kind they are. */
const secrets = (report: ImageReport): string => {
  const found = report.findings.filter(isSecret)
  if (found.length === 0) return ''
  const entries = found
    .slice(0, MAX_ROWS)
    .map(finding => `- ${code(subjectOf(finding), 60)}: ${prose(finding.reason)}`)
  return `### Secrets in the image\n\n${entries.join('\n')}`
}

const findings = (report: ImageReport): string => {
  if (report.findings.length === 0) return 'Nothing found that does not belong in the image.'
  const rows = report.findings
    .slice(0, MAX_ROWS)
    .map(finding => [
      formatBytes(finding.bytes),
      `${plain(finding.title, 60)} ${cellCode(finding.rule, 40)}`,
      cellCode(subjectOf(finding), 60),
      finding.line === null ? '' : cellCode(lineText(finding.line), 60),
      kindWords(finding),
    ])
  const columns = [
    { title: 'Size', align: RIGHT },
    { title: 'Finding' },
    { title: 'Where' },
    { title: 'Line' },
    { title: 'Kind' },
  ]
  return `### Findings (${report.findings.length})\n\n${table(columns, rows)}`
}

const kindWords = ({ certainty, inherited }: Finding): string =>
  inherited === true ? `base image${certainty === 'hint' ? ', hint' : ''}` : certainty

const advice = (report: ImageReport): string => {
  const groups = adviceGroups(
    report.findings.filter(finding => isLeftover(finding) && finding.inherited !== true),
  )
  if (groups.length === 0) return ''
  const column = bytesColumn(
    groups.map(({ savesBytes }) => savesBytes ?? 0),
    { signed: false },
  )
  const rows = groups
    .slice(0, MAX_ROWS)
    .map((group, i) => [
      group.savesBytes === null ? '' : column.cells[i]!,
      `${quoteSome(group.titles, 3, title => plain(title, 60))}: ${cellProse(group.summary)}`,
    ])
  return `### What to do\n\n${table([{ title: 'Saves', align: RIGHT }, { title: 'Change' }], rows)}`
}

const layers = (report: ImageReport): string => {
  const shown = report.layers.slice(0, MAX_ROWS)
  const content = bytesColumn(
    shown.map(layer => layer.content),
    { signed: false },
  )
  const rows = shown.map((layer, i) => [
    String(layer.index),
    content.cells[i]!,
    layer.hidden === 0 ? '' : formatBytes(layer.hidden),
    layer.line === null ? '' : cellCode(lineText(layer.line), 60),
    instruction(layer),
  ])
  const columns = [
    { title: 'Layer', align: RIGHT },
    { title: 'Content', align: RIGHT },
    { title: 'Hidden', align: RIGHT },
    { title: 'Line' },
    { title: 'Instruction' },
  ]
  return `### Layers (${report.layers.length})\n\n${table(columns, rows)}`
}

const instruction = ({ instruction, inherited }: ReportLayer): string => {
  const text = instruction === null ? '' : cellCode(cut(oneLine(instruction), 80), 80)
  return inherited === true ? `base image${text === '' ? '' : ` ${text}`}` : text
}

const largest = (
  title: string,
  rows: readonly { readonly name: string; readonly bytes: number }[],
): string => {
  const shown = [...rows].sort((a, b) => b.bytes - a.bytes).slice(0, LARGEST)
  if (shown.length === 0) return ''
  return `### ${title}\n\n${table(
    [{ title: 'Size', align: RIGHT }, { title: 'Name' }],
    shown.map(({ name, bytes }) => [formatBytes(bytes), cellCode(name)]),
  )}`
}
