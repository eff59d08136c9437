/** Findings, hazards and broken budgets as SARIF results: one for each key, wherever its bytes lie. */

import { groupBy } from '../../group-by.ts'
import { subjectOf } from '../../report/finding.ts'
import type {
  BudgetResult,
  ComparedFinding,
  Finding,
  Hazard,
  HazardsByOrigin,
  ImageReport,
  LineRange,
  Review,
  StageSource,
} from '../../report/types.ts'
import { formatBytes } from '../../units.ts'
import { sarifText, sarifUri } from '../escape/sarif.ts'
import { isBroken, limitWords } from '../model/budgets.ts'
import { ORIGINS, type Origin } from '../model/findings.ts'
import { fingerprintsOf } from './fingerprint.ts'
import type { SarifLevel, SarifLocation, SarifResult } from './types.ts'

export const SOURCE_ROOT = '%SRCROOT%'
const MAX_LOCATIONS = 100

/** A result and how much it matters; `weight` is its bytes. */
export interface RankedResult {
  readonly result: SarifResult
  readonly weight: number
}

type State = SarifResult['baselineState'] | null

/** @param dockerfile stands in where no line is known: code scanning refuses a result that is nowhere */
export const resultsOf = (subject: Review | ImageReport, dockerfile: string | null): RankedResult[] => {
  if (!('verdict' in subject)) {
    const own = subject.findings.filter(({ inherited }) => inherited !== true)
    const inherited = subject.findings.filter(finding => finding.inherited === true)
    return [
      ...findingResults(own, null, dockerfile),
      ...findingResults(inherited, null, dockerfile),
      ...subject.hazards.map(hazard => hazardResult(hazard, null, dockerfile)),
    ]
  }
  const compared = subject.base !== null
  return [
    ...subject.budgets
      .filter(isBroken)
      .map(budget => budgetResult(budget, compared ? 'new' : null, dockerfile)),
    ...ORIGINS.flatMap(origin => originResults(subject.findings[origin], origin, compared, dockerfile)),
    ...(Object.keys(HAZARD_STATES) as (keyof HazardsByOrigin)[]).flatMap(origin =>
      subject.hazards[origin].map(hazard =>
        hazardResult(hazard, compared ? HAZARD_STATES[origin] : null, dockerfile),
      ),
    ),
  ]
}

const HAZARD_STATES: Readonly<Record<keyof HazardsByOrigin, State>> = {
  introduced: 'new',
  unknown: 'new',
  existing: 'unchanged',
  resolved: 'absent',
}

/** With a base every result says what it is to it (SARIF 2.1.0, 3.27.24); without one none does. */
const originResults = (
  findings: readonly ComparedFinding[],
  origin: Origin,
  compared: boolean,
  dockerfile: string | null,
): RankedResult[] => {
  if (!compared) return findingResults(findings, null, dockerfile)
  const known = findings.filter(({ baseBytes }) => baseBytes !== null)
  const fresh = findings.filter(({ baseBytes }) => baseBytes === null)
  if (origin === 'inherited')
    return [...findingResults(known, 'unchanged', dockerfile), ...findingResults(fresh, 'new', dockerfile)]
  const state = origin === 'existing' ? 'unchanged' : origin === 'resolved' ? 'absent' : 'new'
  return findingResults(findings, state, dockerfile)
}

const findingResults = (
  findings: readonly Finding[],
  state: State,
  dockerfile: string | null,
): RankedResult[] =>
  [...groupBy(findings, finding => finding.key).values()].map(group =>
    findingResult(group, state, dockerfile),
  )

const findingResult = (group: readonly Finding[], state: State, dockerfile: string | null): RankedResult => {
  const first = group[0]!
  const bytes = group.reduce((sum, finding) => sum + finding.bytes, 0)
  const hidden = group.reduce((sum, finding) => sum + finding.hidden, 0)
  const words = [
    `${first.title}: ${subjectOf(first)}, ${formatBytes(bytes)}${state === 'absent' ? ', is gone' : ''}.`,
    first.inherited === true ? 'It comes with the base image.' : '',
    first.reason,
    first.advice.summary,
  ]
  const level = first.certainty === 'hint' || first.inherited === true ? 'note' : 'warning'
  return {
    weight: bytes,
    result: {
      ruleId: sarifText(first.rule, 100),
      ...leveled(level, state),
      message: { text: sarifText(words.filter(word => word !== '').join(' ')) },
      locations: locationsOf(
        group.map(({ line }) => line),
        dockerfile,
      ),
      ...relatedLocations(group),
      // what the base image has is another thing than the same package installed on top
      partialFingerprints: fingerprintsOf(first.inherited === true ? `inherited ${first.key}` : first.key),
      properties: { bytes, hiddenBytes: hidden, subject: sarifText(subjectOf(first), 300) },
    },
  }
}

const hazardResult = (hazard: Hazard, state: State, dockerfile: string | null): RankedResult => ({
  weight: 0,
  result: {
    ruleId: sarifText(hazard.rule, 100),
    ...leveled('warning', state),
    message: {
      text: sarifText(
        `${hazard.title}: ${hazard.missing ?? hazard.paths[0] ?? ''}. ${hazard.reason} ${hazard.advice.summary}`,
      ),
    },
    locations: locationsOf([hazard.line], dockerfile),
    ...relatedLocations([hazard]),
    partialFingerprints: fingerprintsOf(hazard.key),
  },
})

const budgetResult = (budget: BudgetResult, state: State, dockerfile: string | null): RankedResult => {
  const layers = budget.name === 'max-layers'
  const actual = layers ? String(budget.actual ?? 0) : formatBytes(Math.max(0, budget.actual ?? 0))
  return {
    weight: Number.MAX_SAFE_INTEGER,
    result: {
      ruleId: budget.name,
      ...leveled(budget.level === 'fail' ? 'error' : 'warning', state),
      message: { text: sarifText(`Over budget: ${limitWords(budget, same)}. Measured: ${actual}.`) },
      locations: locationsOf([], dockerfile),
      partialFingerprints: fingerprintsOf(`budget ${budget.name}`),
    },
  }
}

const same = (data: string): string => data

/** What is gone is no problem: SARIF says so with the kind `pass`, which wants the level `none` (3.27.10). */
const leveled = (level: SarifLevel, state: State): Pick<SarifResult, 'kind' | 'level' | 'baselineState'> => {
  if (state === null) return { level }
  return state === 'absent'
    ? { kind: 'pass', level: 'none', baselineState: state }
    : { level, baselineState: state! }
}

const relatedLocations = (
  made: readonly { readonly madeBy?: StageSource }[],
): Pick<SarifResult, 'relatedLocations'> => {
  const related = made.flatMap(({ madeBy }) =>
    locationsOf([madeBy?.line ?? null], null).map(location => ({
      ...location,
      message: { text: sarifText(`Made in stage ${madeBy!.stage}.`, 200) },
    })),
  )
  return related.length === 0 ? {} : { relatedLocations: related.slice(0, MAX_LOCATIONS) }
}

const locationsOf = (
  lines: readonly (LineRange | null)[],
  dockerfile: string | null,
): readonly SarifLocation[] => {
  const ranges = lines.filter(line => line !== null)
  const fallback = ranges.length === 0 && dockerfile !== null ? [{ file: dockerfile, start: 1, end: 1 }] : []
  const found = new Map<string, SarifLocation>()
  for (const { file, start, end } of [...ranges, ...fallback]) {
    const uri = sarifUri(file)
    if (uri === null || start < 1) continue
    found.set(`${uri} ${start} ${end}`, {
      physicalLocation: {
        artifactLocation: { uri, uriBaseId: SOURCE_ROOT },
        region: { startLine: start, endLine: Math.max(start, end) },
      },
    })
  }
  return [...found.values()].slice(0, MAX_LOCATIONS)
}
