/** One image in a terminal: how large, of what, and what does not belong there. */
import { isLeftover, subjectOf, totalBytes } from '../../report/finding.ts'
import type { Finding, ImageReport } from '../../report/types.ts'
import { formatBytes } from '../../units.ts'
import { terminalText } from '../escape/terminal.ts'
import { adviceGroups } from '../model/advice.ts'
import { isSecret } from '../model/findings.ts'
import { lineText } from '../model/lines.ts'
import { count } from '../model/quote.ts'
import { bar } from './bar.ts'
import { type Cell, cell, layColumns } from './columns.ts'
import { type InspectView, layerLines } from './layers.ts'
import { adviceLines, secretLines } from './sections.ts'
import { type Paints, paintsOf, type Style, usableWidth } from './style.ts'

const LARGEST = 8
const MAX_FINDINGS = 12

/** Text for a terminal, with a line end. */
export const renderInspect = (report: ImageReport, style: Style): string => {
  const view: InspectView = { report, width: usableWidth(style), paints: paintsOf(style) }
  const sections = [
    head(view),
    sizes(view),
    layerLines(view),
    secretLines(report.findings.filter(isSecret), view.width, view.paints),
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

const head = ({ report, paints }: InspectView): readonly string[] => {
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

const sizes = ({ report, width, paints }: InspectView): readonly string[] => {
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
    const { own = null, exact } = size.download
    const above = own === null ? '' : `; ${exact ? '' : '≈ '}${formatBytes(own)} above its base image`
    rows.push([
      cell(bytes),
      cell('download'),
      cell(`compressed, as a registry sends it${above}`, paints.faint),
    ])
  }
  const leftovers = size.leftovers === 0 ? paints.good : paints.bad
  rows.push([
    cell(formatBytes(size.leftovers), leftovers),
    cell('leftovers'),
    cell('needed to build, not to run', paints.faint),
  ])
  return layColumns([{ align: 'right' }, {}, { flexible: 'end' }], rows, width)
}

const findings = ({ report, width, paints }: InspectView): readonly string[] => {
  const own = report.findings.filter(({ inherited }) => inherited !== true)
  const inherited = report.findings.filter(finding => finding.inherited === true && isLeftover(finding))
  const tail = inherited.length === 0 ? [] : [inheritedWords(report, inherited, paints)]
  if (own.length === 0) return [paints.good('Nothing of its own that does not belong in the image.'), ...tail]
  const shown = own.slice(0, MAX_FINDINGS)
  const rows = shown.map(finding => findingCells(finding, paints))
  const left = own.slice(MAX_FINDINGS)
  const title = `What does not belong: ${formatBytes(report.size.leftovers)}`
  const columns = [{ align: 'right' }, { max: 33 }, { flexible: 'middle' }, { max: 28 }] as const
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

const inheritedWords = ({ image }: ImageReport, inherited: readonly Finding[], paints: Paints): string => {
  const words = `${formatBytes(totalBytes(inherited))} more came with the base image (${count(inherited.length, 'finding')})`
  const slimmer = image.base?.slimmer ?? null
  const better =
    slimmer === null ? '' : `; ${terminalText(slimmer.name)} is slimmer: ${terminalText(slimmer.why)}`
  return paints.faint(`  ${words}${better}`)
}

const advice = ({ report, width, paints }: InspectView): readonly string[] => {
  const groups = adviceGroups(
    report.findings.filter(finding => isLeftover(finding) && finding.inherited !== true),
  )
  return groups.length === 0 ? [] : [paints.strong('What to do'), ...adviceLines(groups, width, paints)]
}

const packages = ({ report, width, paints }: InspectView): readonly string[] =>
  largest(
    'Largest packages',
    report.packages.map(({ name, version, bytes }) => ({ bytes, name, note: version })),
    width,
    paints,
  )

const paths = ({ report, width, paints }: InspectView): readonly string[] =>
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
