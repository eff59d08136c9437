/** What to change: findings that one change to one line gets rid of, together. */
import { groupBy } from '../../group-by.ts'
import { subjectOf } from '../../report/finding.ts'
import { oneSource } from '../../report/made-by.ts'
import type { Advice, Finding, LineRange, StageSource } from '../../report/types.ts'
import { lineKey } from './lines.ts'

export interface AdviceGroup {
  /** Titles of what goes, largest first. */
  readonly titles: readonly string[]
  /** Packages or root paths, largest first. */
  readonly subjects: readonly string[]
  /** What asked for the packages. */
  readonly requestedBy: readonly string[]
  readonly line: LineRange | null
  /** The stage that made it, where a `COPY --from` brought it. */
  readonly madeBy: StageSource | null
  readonly bytes: number
  /** Null when no finding of the group knows. */
  readonly savesBytes: number | null
  readonly summary: string
  readonly edit: Advice['edit']
}

/** One change takes all of these out of the final image: a build stage. */
const GOES_INTO_A_STAGE: ReadonlySet<string> = new Set([
  'compiler',
  'build-tool',
  'headers',
  'static-library',
])

/** Grouped by rule (or by the build stage that several ask for) and line, then by equal advice; what saves most is first. */
export const adviceGroups = (findings: readonly Finding[]): readonly AdviceGroup[] => {
  const byRule = groupBy(
    findings,
    ({ rule, category, line }) => `${GOES_INTO_A_STAGE.has(category) ? '' : rule}\0${lineKey(line)}`,
  )
  const sorted = [...byRule.values()].map(group => [...group].sort((a, b) => b.bytes - a.bytes))
  const byAdvice = groupBy(sorted, ([first]) => `${first!.advice.summary}\0${lineKey(first!.line)}`)
  return [...byAdvice.values()]
    .map(groups => toAdvice(groups.flat().sort((a, b) => b.bytes - a.bytes)))
    .sort((a, b) => (b.savesBytes ?? 0) - (a.savesBytes ?? 0) || b.bytes - a.bytes)
}

/** A change that saves less than this part of what all of them save is not worth a paragraph. */
const LEAST_PART = 0.01

/** The changes worth telling in full, and those that are only named. The first is always told. */
export const weighAdvice = (
  groups: readonly AdviceGroup[],
): { readonly main: readonly AdviceGroup[]; readonly minor: readonly AdviceGroup[] } => {
  const least = groups.reduce((sum, group) => sum + bytesOf(group), 0) * LEAST_PART
  const isMain = (group: AdviceGroup, i: number): boolean => i === 0 || bytesOf(group) >= least
  return { main: groups.filter(isMain), minor: groups.filter((group, i) => !isMain(group, i)) }
}

/** What a change saves, or what it is about where that is not known. */
export const bytesOf = ({ savesBytes, bytes }: AdviceGroup): number => savesBytes ?? bytes

const toAdvice = (findings: readonly Finding[]): AdviceGroup => {
  const first = findings[0]!
  const known = findings.flatMap(({ advice }) => (advice.saves === null ? [] : [advice.saves]))
  return {
    titles: unique(findings.map(({ title }) => title)),
    subjects: unique(findings.map(subjectOf)),
    requestedBy: unique(findings.flatMap(({ requestedBy }) => requestedBy)),
    line: first.line,
    madeBy: oneSource(findings.map(({ madeBy }) => madeBy)),
    bytes: findings.reduce((sum, { bytes }) => sum + bytes, 0),
    savesBytes: known.length === 0 ? null : known.reduce((sum, bytes) => sum + bytes, 0),
    summary: first.advice.summary,
    edit: findings.find(({ advice }) => advice.edit !== null)?.advice.edit ?? null,
  }
}

const unique = (items: readonly string[]): string[] => [...new Set(items)]
