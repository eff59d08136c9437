/** "Why it grew": which packages and paths, and the line that brought each. */
import type { Cause, CausePart } from '../../report/types.ts'
import { formatBytes, formatDelta } from '../../units.ts'
import { cellCode } from '../escape/markdown.ts'
import { bytesColumn } from '../model/bytes-column.ts'
import { sideKey } from '../model/lines.ts'
import { allCauses, namedCauses, type Why, type WhyRow, whyOf } from '../model/why.ts'
import { causeWords, hiddenPartWords, NAMED, restWords, sideOfCause, whyVerb } from '../model/why-words.ts'
import { instructionCell, lineCell } from './line-link.ts'
import { fold, type Page } from './page.ts'
import { table } from './table.ts'

/** Null when nothing changed or there is no base. */
export const whyBody = (page: Page): string | null => {
  const why = whyOf(page.review.causes ?? [], page.limits.whyRows)
  // the first line of the comment has told a single row
  return why.rows.length === 0 || (why.rows.length === 1 && !page.expanded) ? null : whyTable(page, why)
}

/** `Why it grew`. */
export const whyTitle = ({ review }: Page): string => `Why it ${whyVerb(review)}`

const whyTable = (page: Page, why: Why): string => {
  const seen = new Set<string>()
  return causeTable(
    why,
    row => causeWords(row, quote),
    row => whereCell(page, row, seen),
  )
}

/** Rows, the rest and the sum; no column of lines where no row has one. */
const causeTable = (
  why: Why,
  what: (row: WhyRow, i: number) => string,
  where: (row: WhyRow) => string,
): string => {
  const values = why.rows.map(({ bytes }) => bytes)
  const column = bytesColumn(why.rest === null ? values : [...values, why.rest.bytes], {
    signed: true,
    slack: values.length,
  })
  const rows = why.rows.map((row, i) => [column.cells[i]!, what(row, i), where(row)])
  // what rounds to nothing adds nothing to read
  if (why.rest !== null && !/^0(?:\.0)? /.test(column.cells.at(-1)!))
    rows.push([column.cells.at(-1)!, restWords(why.rest), ''])
  if (rows.length > 1) rows.push([`**${column.total}**`, '**in all**', ''])
  const columns = [
    { title: 'Change', align: 'right' },
    { title: 'What' },
    { title: 'Dockerfile line' },
  ] as const
  const width = rows.some(row => row[2] !== '') ? 3 : 2
  return table(
    columns.slice(0, width),
    rows.map(row => row.slice(0, width)),
  )
}

const quote = (data: string): string => cellCode(data, 70)

/** The line, and its instruction where the table names it first. */
const whereCell = (page: Page, row: WhyRow, seen: Set<string>): string => {
  const side = sideOfCause(row)
  const cell = lineCell(page, row.line, side)
  const key = sideKey(row.line, side)
  if (seen.has(key)) return cell
  seen.add(key)
  return [cell, instructionCell(page, row.line, side)].filter(text => text !== '').join(' ')
}

/** Each cause by itself, folded; null when "Why it grew" has named them all. */
export const allCausesSection = (page: Page): string | null => {
  const causes = page.review.causes ?? []
  const named = namedCauses(causes)
  if (page.limits.causes === 0 || named.length === 0) return null
  const told = whyOf(causes, page.limits.whyRows).rows.map(({ names }) => Math.min(names.length, NAMED))
  if (told.reduce((sum, names) => sum + names, 0) === named.length && !named.some(hasParts)) return null
  const why = allCauses(causes, page.limits.causes)
  const body = causeTable(
    why,
    (row, i) => causeWords(row, quote) + partWords(named[i]!),
    row => lineCell(page, row.line, sideOfCause(row)),
  )
  const title =
    why.rows.length < named.length
      ? `Changes (${why.rows.length} of ${named.length})`
      : `All changes (${named.length})`
  return fold(page, title, body)
}

const hasParts = ({ parts }: Cause): boolean => parts.length > 1

/** What a cause is mostly made of; paths below a directory are relative to it. */
const partWords = ({ kind, name, change, parts }: Cause): string => {
  if (change === 'moved' && kind !== 'base-image') return ` (${formatBytes(parts[0]?.bytes ?? 0)})`
  if (parts.length < 2) return ''
  const [most, ...others] = [...parts].sort((a, b) => Math.abs(b.bytes) - Math.abs(a.bytes)).slice(0, 3)
  // bytes of a directory entry or a hash beside megabytes explain nothing
  const largest = [most!, ...others.filter(part => Math.abs(part.bytes) * 100 >= Math.abs(most!.bytes))]
  const relative = (path: string): string =>
    path.startsWith(`${name}/`) ? path.slice(name.length + 1) : path
  const lines = (part: CausePart): string => (kind === 'hidden' ? ` (${hiddenPartWords(part)})` : '')
  const words = largest.map(part => `${quote(relative(part.name))} ${formatDelta(part.bytes)}${lines(part)}`)
  return `, mostly ${words.join(', ')}`
}
