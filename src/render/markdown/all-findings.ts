/** Every finding in one table: size, what, where, line, since when. */
import { isLeftover, subjectOf } from '../../report/finding.ts'
import type { Finding } from '../../report/types.ts'
import { formatBytes } from '../../units.ts'
import { cellCode, plain } from '../escape/markdown.ts'
import { type FindingRow, findingRows, ORIGIN_WORDS } from '../model/findings.ts'
import { sourceCell } from './line-link.ts'
import { fold, type Page } from './page.ts'
import { table } from './table.ts'

/** Null when there are none or the limits leave no room. */
export const allFindingsSection = (page: Page): string | null => {
  const rows = findingRows(page.review)
  if (rows.length === 0 || page.limits.findings === 0) return null
  const shown = rows.slice(0, page.limits.findings)
  // without a base nothing is known to be new or old
  const width = page.review.base === null ? 4 : 5
  const cells = shown.map(row => cellsOf(page, row).slice(0, width))
  return fold(page, titleOf(rows, shown.length), table(COLUMNS.slice(0, width), cells))
}

const COLUMNS = [
  { title: 'Size', align: 'right' },
  { title: 'Finding' },
  { title: 'Where' },
  { title: 'Line' },
  { title: 'Since' },
] as const

const titleOf = (rows: readonly FindingRow[], shown: number): string => {
  if (shown < rows.length) return `Findings (${shown} of ${rows.length})`
  return `${rows.every(({ origin }) => origin === 'resolved') ? 'Removed' : 'All'} findings (${rows.length})`
}

const cellsOf = (page: Page, { finding, origin }: FindingRow): readonly string[] => [
  formatBytes(finding.bytes),
  `${plain(finding.title, 60)} ${cellCode(finding.rule, 40)}${isLeftover(finding) ? '' : ' (hint)'}`,
  whereWords(finding),
  sourceCell(page, finding.line, finding.madeBy, origin === 'resolved' ? 'base' : 'head'),
  ORIGIN_WORDS[origin],
]

/** The subject, and the path where a package is. */
const whereWords = (finding: Finding): string => {
  const subject = subjectOf(finding)
  const [path] = finding.paths
  const more = finding.paths.length > 1 ? ', …' : ''
  return path === undefined || path === subject || subject.startsWith('/')
    ? cellCode(subject, 60)
    : `${cellCode(subject, 40)} in ${cellCode(path, 60)}${more}`
}
