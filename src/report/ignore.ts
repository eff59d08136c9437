/** What the user silences, with a reason and until when. Silenced in the review, never in a report (CONTRACT). */
import { UserError } from '../errors.ts'
import { compileGlob } from './glob.ts'
import type { Finding, ImageReport } from './types.ts'

export interface IgnoreEntry {
  /** A rule id, a package name or a path pattern. */
  readonly subject: string
  readonly reason: string | null
  /** `YYYY-MM-DD`, the last day it holds; null for ever. */
  readonly until: string | null
}

/** One line: `SUBJECT [# reason] [until YYYY-MM-DD]`, such as `gcc-12 # torch.compile needs it until 2027-01-31`. */
export const parseIgnoreLine = (line: string, where: string): IgnoreEntry => {
  const [subject = '', ...rest] = line.split(/\s+#\s*/)
  const note = rest.join(' # ').trim()
  const date = /^(.*?)[,;]?\s*\buntil\s+(\S+)\s*$/i.exec(note)
  return checkedIgnore(
    { subject: subject.trim(), reason: (date ? date[1]!.trim() : note) || null, until: date?.[2] ?? null },
    where,
  )
}

export const checkedIgnore = (entry: IgnoreEntry, where: string): IgnoreEntry => {
  if (entry.subject === '' || /\s/.test(entry.subject))
    throw new UserError(
      `${where}: "${entry.subject}" is no rule, package or path: write "gcc-12 # reason until 2027-01-31"`,
    )
  if (entry.until !== null && !isDate(entry.until))
    throw new UserError(`${where}: "${entry.until}" is no date: write it as 2027-01-31`)
  compileGlob(entry.subject, where)
  return entry
}

const isDate = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  new Date(text).toISOString().startsWith(text)

export interface Silenced {
  readonly report: ImageReport
  readonly silenced: readonly Finding[]
}

/**
 * The report as the review sees it.
 * @param today `YYYY-MM-DD`
 */
export const applyIgnores = (
  report: ImageReport,
  entries: readonly IgnoreEntry[],
  today: string,
): Silenced => {
  const live = entries.filter(entry => entry.until === null || entry.until >= today)
  if (live.length === 0) return { report, silenced: [] }
  const matchers = live.map(matcherOf)
  const silenced = report.findings.filter(finding => matchers.some(matches => matches(finding)))
  if (silenced.length === 0) return { report, silenced }
  const findings = report.findings.filter(finding => !silenced.includes(finding))
  const leftovers = findings
    .filter(finding => finding.certainty === 'leftover' && finding.inherited !== true)
    .reduce((sum, finding) => sum + finding.bytes, 0)
  return { report: { ...report, findings, size: { ...report.size, leftovers } }, silenced }
}

const matcherOf = ({ subject }: IgnoreEntry): ((finding: Finding) => boolean) => {
  const matches = compileGlob(subject, 'ignore')
  return finding =>
    finding.rule === subject ||
    finding.key === `${finding.rule} ${subject}` ||
    (finding.packages.length > 0 && finding.packages.every(name => name === subject)) ||
    (subject.includes('/') && finding.paths.length > 0 && finding.paths.every(matches))
}
