/** What the user silences, why and until when. Silenced in the review, never in a report (CONTRACT). */
import { UserError } from '../errors.ts'
import { isOwnLeftover, subjectOf, totalBytes } from './finding.ts'
import { compileGlob } from './glob.ts'
import type { Finding, Hazard, IgnoredEntry, ImageReport } from './types.ts'

export interface IgnoreEntry {
  /** A rule id, a package name or a path pattern. */
  readonly subject: string
  readonly reason: string
  /** `YYYY-MM-DD`, the last day it holds; null for ever. */
  readonly until: string | null
}

/** One line: `SUBJECT # reason [until YYYY-MM-DD]`, such as `gcc-12 # torch.compile needs it until 2027-01-31`. */
export const parseIgnoreLine = (line: string, where: string): IgnoreEntry => {
  const [subject = '', ...rest] = line.split(/\s+#(?:\s+|$)/)
  const note = rest.join(' # ').trim()
  const date = /^(.*?)[,;]?\s*\buntil\s+(\S+)\s*$/i.exec(note)
  return checkedIgnore(
    { subject: subject.trim(), reason: date ? date[1]!.trim() : note, until: date?.[2] ?? null },
    where,
  )
}

const checkedIgnore = (entry: IgnoreEntry, where: string): IgnoreEntry => {
  const { subject, reason, until } = entry
  if (subject === '' || /[\s`\p{Cc}\p{Cf}]/u.test(subject))
    throw new UserError(
      `${where}: "${subject}" is no rule, package or path: write "gcc-12 # why until 2027-01-31"`,
    )
  if (until !== null && !isDate(until))
    throw new UserError(`${where}: "${until}" is no date: write "${subject} # why until 2027-01-31"`)
  if (reason === '') throw new UserError(`${where}: "${subject}" has no reason: write "${subject} # why"`)
  compileGlob(subject, where)
  return entry
}

const isDate = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  new Date(text).toISOString().startsWith(text)

export interface Silenced {
  /** The report as the review sees it. */
  readonly report: ImageReport
  /** Each entry in the order it was given, with what it silenced. */
  readonly ignored: readonly IgnoredEntry[]
}

/** @param today `YYYY-MM-DD` */
export const applyIgnores = (
  report: ImageReport,
  entries: readonly IgnoreEntry[],
  today: string,
): Silenced => {
  const matchers = entries.map(entry => ({ ...entry, ...matcherOf(entry.subject), matched: 0 }))
  const holding = matchers.filter(({ until }) => until === null || until >= today)
  // every entry counts for itself: one that only repeats another is not unused
  const isSilenced = (matches: (each: (typeof matchers)[number]) => boolean): boolean => {
    const found = holding.filter(matches)
    for (const each of found) each.matched += 1
    return found.length > 0
  }
  const findings = report.findings.filter(finding => !isSilenced(each => each.finding(finding)))
  const hazards = report.hazards.filter(hazard => !isSilenced(each => each.hazard(hazard)))
  const ignored = matchers.map(({ subject, reason, until, matched }) => ({
    subject,
    reason,
    until,
    matched,
    expired: until !== null && until < today,
  }))
  const isSame = findings.length === report.findings.length && hazards.length === report.hazards.length
  if (isSame) return { report, ignored }
  const leftovers = totalBytes(findings.filter(isOwnLeftover))
  return { report: { ...report, findings, hazards, size: { ...report.size, leftovers } }, ignored }
}

interface Matcher {
  readonly finding: (finding: Finding) => boolean
  readonly hazard: (hazard: Hazard) => boolean
}

/** A package silences its own files, and those of the packages that came only because of it. */
const matcherOf = (subject: string): Matcher => {
  const matches = compileGlob(subject, 'ignore')
  const isPath = subject.includes('/')
  const all = (names: readonly string[], accepts: (name: string) => boolean): boolean =>
    names.length > 0 && names.every(accepts)
  const isSubject = (name: string): boolean => name === subject
  return {
    finding: finding => {
      const { rule, key, packages, requestedBy, paths } = finding
      return (
        rule === subject ||
        key === `${rule} ${subject}` ||
        all(packages, isSubject) ||
        all(requestedBy, isSubject) ||
        (isPath && (all(paths, matches) || matches(subjectOf(finding))))
      )
    },
    hazard: ({ rule, missing, paths }) =>
      rule === subject || missing === subject || (isPath && all(paths, matches)),
  }
}

const silencedWords = ({ subject, reason }: IgnoredEntry): string =>
  `\`${subject}\`${reason === '' ? '' : ` (${reason})`}`

/** Sentences for a reader: what was silenced and why, and which entries have ended or do nothing. */
export const ignoreNotes = (ignored: readonly IgnoredEntry[]): string[] => {
  const expired = ignored.filter(entry => entry.expired)
  const used = ignored.filter(entry => entry.matched > 0)
  const unused = ignored.filter(entry => entry.matched === 0 && !entry.expired)
  return [
    ...(used.length > 0 ? [`Silenced by \`ignore\`: ${used.map(silencedWords).join(', ')}.`] : []),
    ...expired.map(
      ({ subject, until }) =>
        `The \`ignore\` entry \`${subject}\` ended on ${until}: what it silenced counts again.`,
    ),
    ...(unused.length > 0
      ? [
          `Nothing matches these \`ignore\` entries: ${unused.map(entry => `\`${entry.subject}\``).join(', ')}.`,
        ]
      : []),
  ]
}
