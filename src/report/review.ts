/** A comparison, judged: everything a reader is told. */

import { formatBytes, formatDelta } from '../units.ts'
import { type Budgets, judgeBudgets } from './budgets.ts'
import { compare } from './compare.ts'
import { isLeftover } from './finding.ts'
import type {
  BudgetResult,
  FindingsByOrigin,
  HazardsByOrigin,
  IgnoredEntry,
  ImageReport,
  RaisedBudget,
  ReportSize,
  Review,
  Side,
  Verdict,
} from './types.ts'

/** What makes a review fail; `budget` alone is the default. */
export const FAIL_ON = ['budget', 'leftovers', 'new-leftovers', 'new-hazards', 'base-build-error'] as const
export type FailOn = (typeof FAIL_ON)[number]

export interface ReviewInput {
  readonly base: ImageReport | null
  readonly head: ImageReport
  readonly baseRef: { readonly ref: string | null; readonly how: string | null }
  readonly headRef: { readonly ref: string | null; readonly how: string | null }
  /** Why there is no base, or null. */
  readonly baseMissing: { readonly why: string; readonly isBuildError: boolean } | null
  readonly budgets: Budgets
  /** What `ignore` did to head. */
  readonly ignored?: readonly IgnoredEntry[]
  readonly failOn: readonly FailOn[]
  readonly warnOnly: boolean
  /** The label that turns a failure into a warning, where the pull request has it. */
  readonly acceptedBy?: string | null
  /** Budgets that the change itself loosens. */
  readonly raised?: readonly RaisedBudget[]
  readonly minChangeBytes: number
}

export const review = (input: ReviewInput): Review => {
  const { base, head } = input
  const comparison = compare(base, head, input.minChangeBytes)
  const budgets = judgeBudgets(input.budgets, {
    size: head.size,
    layers: head.layers.length,
    baseContent: base?.size.content ?? null,
    delta: comparison.delta,
  })
  const failures = failuresOf(comparison, budgets, input)
  const acceptedBy = failures.length > 0 ? (input.acceptedBy ?? null) : null
  const warnings = warningsOf(budgets)
  return {
    schemaVersion: 1,
    tool: head.tool,
    base: base && sideOf(base, input.baseRef),
    head: sideOf(head, input.headRef),
    baseMissing: input.baseMissing?.why ?? null,
    delta: comparison.delta,
    causes: comparison.causes,
    lines: comparison.lines,
    findings: comparison.findings,
    hazards: comparison.hazards,
    budgets,
    ignored: input.ignored ?? [],
    raised: input.raised ?? [],
    acceptedBy,
    verdict: verdictOf(failures, warnings, input.warnOnly || acceptedBy !== null),
    reasons: [...failures, ...warnings],
    fix: null,
    complete: true,
  }
}

const sideOf = (
  report: ImageReport,
  { ref, how }: { readonly ref: string | null; readonly how: string | null },
): Side => ({ image: report.image, size: report.size, ref, how })

const verdictOf = (failures: readonly string[], warnings: readonly string[], warnOnly: boolean): Verdict =>
  failures.length > 0 ? (warnOnly ? 'warn' : 'fail') : warnings.length > 0 ? 'warn' : 'pass'

interface Judged {
  readonly base: object | null
  readonly head: { readonly size: ReportSize }
  readonly findings: FindingsByOrigin
  readonly hazards: HazardsByOrigin
}

/** One sentence for each thing that `fail-on` names and that happened. */
const failuresOf = (
  { base, head, findings, hazards }: Judged,
  budgets: readonly BudgetResult[],
  { baseMissing, failOn }: Pick<ReviewInput, 'baseMissing' | 'failOn'>,
): string[] => {
  const fresh =
    findings.introduced.filter(isLeftover).reduce((sum, each) => sum + each.bytes, 0) +
    findings.grown.filter(isLeftover).reduce((sum, each) => sum + each.bytes - (each.baseBytes ?? 0), 0)
  const reasons: Record<FailOn, () => string[]> = {
    budget: () =>
      budgets.filter(budget => budget.level === 'fail' && budget.passed === false).map(brokenBudget),
    leftovers: () =>
      head.size.leftovers > 0
        ? [`${formatBytes(head.size.leftovers)} of build leftovers are in the image`]
        : [],
    'new-leftovers': () =>
      base && fresh > 0 ? [`${formatBytes(fresh)} of build leftovers are new in this change`] : [],
    'new-hazards': () =>
      hazards.introduced.length > 0
        ? [
            `${hazards.introduced.length} new ${hazards.introduced.length === 1 ? 'thing' : 'things'} that will not work when the image runs`,
          ]
        : [],
    'base-build-error': () =>
      baseMissing?.isBuildError ? [`the base image does not build: ${baseMissing.why}`] : [],
  }
  return failOn.flatMap(name => reasons[name]())
}

const warningsOf = (budgets: readonly BudgetResult[]): string[] =>
  budgets.filter(budget => budget.level === 'warn' && budget.passed === false).map(brokenBudget)

/** Every reason that a review of these numbers can have, whatever `fail-on` was. */
export const possibleReasons = (result: Review): readonly string[] => {
  const baseMissing = result.baseMissing === null ? null : { why: result.baseMissing, isBuildError: true }
  return [
    ...failuresOf(result, result.budgets, { baseMissing, failOn: FAIL_ON }),
    ...warningsOf(result.budgets),
  ]
}

const NAMES: Readonly<Record<BudgetResult['name'], string>> = {
  'max-size': 'the image',
  'max-increase': 'the increase',
  'warn-increase': 'the increase',
  'max-leftovers': 'the build leftovers',
  'max-layers': 'the number of layers',
}

const brokenBudget = (budget: BudgetResult): string => {
  const actual = budget.actual ?? 0
  const text =
    budget.name === 'max-layers'
      ? `${actual} layers`
      : budget.name === 'max-increase' || budget.name === 'warn-increase'
        ? formatDelta(actual)
        : formatBytes(actual)
  return `${NAMES[budget.name]} (${text}) is over the budget ${budget.name}: ${budget.limit}`
}
