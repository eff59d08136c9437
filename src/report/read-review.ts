/** A saved review from outside: text in, a review that says only what its numbers bear out. Pure; nothing is believed. */
import { UserError } from '../errors.ts'
import { inOwnWords } from './own-words.ts'
import { checkReport } from './read-report.ts'
import { review } from './review.ts'
import { problemOf } from './schema/json-schema.ts'
import { reportDefinitions, reportSchema } from './schema/report-schema.ts'
import { reviewDefinitions, reviewSchema } from './schema/review-schema.ts'
import type { BudgetResult, ImageReport, Review, ReviewAbout, Side } from './types.ts'

/** A review with what it says of itself. */
export type ToldReview = Review & { readonly about: ReviewAbout }

/** The texts of one folder of reports. */
export interface SavedFiles {
  /** `report.json`. */
  readonly report: string
  /** `review.json` beside it, or null. */
  readonly review: string | null
  /** The name of their folder, for a report that is alone. */
  readonly folder: string
}

/**
 * What one folder's files tell. A report alone is an image without a base.
 * @param source the path of `report.json`, for messages; harmless in one line
 */
export const readReview = (files: SavedFiles, source: string): ToldReview => {
  const fail = (what: string): never => {
    throw new UserError(
      `${source}: not what Plimsoll writes (${what}): use the same version in the workflow that measures and in the one that comments`,
    )
  }
  const parse = (text: string, name: string): unknown => {
    try {
      return JSON.parse(text)
    } catch {
      return fail(`${name} is not valid JSON`)
    }
  }
  const reportValue = parse(files.report, 'report.json')
  const problem = problemOf(reportSchema, reportValue, reportDefinitions)
  if (problem) return fail(`report.json: ${problem}`)
  const report = reportValue as ImageReport
  const sums = checkReport(report)
  if (sums) return fail(`report.json: ${sums}`)
  const saved = files.review === null ? alone(report, files.folder) : parse(files.review, 'review.json')
  const wrong = problemOf(reviewSchema, saved, reviewDefinitions) ?? inconsistency(saved as Review, report)
  if (wrong) return fail(`review.json: ${wrong}`)
  const told = inOwnWords(saved as Review)
  return told ? { ...told, about: (saved as ToldReview).about } : fail('a rule that is not known')
}

const alone = (report: ImageReport, name: string): ToldReview => ({
  ...review({
    base: null,
    head: report,
    baseRef: { ref: null, how: null },
    headRef: { ref: null, how: null },
    baseMissing: { why: 'baseline is "none"', isBuildError: false },
    budgets: { maxSize: [], maxIncrease: [], warnIncrease: [], maxLeftovers: [], maxLayers: null },
    failOn: [],
    warnOnly: false,
    minChangeBytes: 10_000,
  }),
  about: {
    name,
    dockerfile: null,
    target: null,
    minChangeBytes: 10_000,
    sameInputs: false,
    isNew: false,
  },
})

/** Where a review contradicts itself or its report, or null. */
const inconsistency = (saved: Review, report: ImageReport): string | null => {
  const { base, head, delta, causes, lines } = saved
  if (!saved.about) return 'it has no "about"'
  // what "ignore" silences counts in the report and not in the review
  const { leftovers } = head.size
  if (leftovers > report.size.leftovers) return 'head.size is not the report’s'
  if (!isEqual({ ...head.size, leftovers: 0 }, { ...report.size, leftovers: 0 }))
    return 'head.size is not the report’s'
  if (!isEqual(head.image, report.image)) return 'head.image is not the report’s'
  if (base && !isWhole(base)) return 'base.size does not add up'
  if ((base === null) !== (delta === null)) return 'delta is there without a base, or the other way round'
  if ((base === null) !== (causes === null)) return 'causes are there without a base, or the other way round'
  if ((base === null) !== (lines === null)) return 'lines are there without a base, or the other way round'
  if (base && delta) {
    for (const name of ['content', 'visible', 'hidden', 'leftovers'] as const)
      if (delta[name] !== head.size[name] - base.size[name]) return `delta.${name} is not the difference`
    const percent =
      base.size.content === 0 ? null : Math.round((delta.content / base.size.content) * 10_000) / 100
    if (delta.contentPercent !== percent) return 'delta.contentPercent is not the difference'
    if (sum(causes!.map(({ bytes }) => bytes)) !== delta.content) return 'causes do not add up'
    if (sum(lines!.map(row => row.delta)) !== delta.content) return 'lines do not add up'
  }
  return saved.budgets.every(budget => isOf(budget, saved)) ? null : 'a budget was not judged by these sizes'
}

const isWhole = ({ size }: Side): boolean => size.visible + size.hidden === size.content

/** Whether a budget's level and what it was judged by are what its name says. */
const isOf = ({ name, level, actual, passed }: BudgetResult, { head, delta }: Review): boolean => {
  const measured: Readonly<Record<BudgetResult['name'], number | null>> = {
    'max-size': head.size.content,
    'max-increase': delta?.content ?? null,
    'warn-increase': delta?.content ?? null,
    'max-leftovers': head.size.leftovers,
    'max-layers': actual,
  }
  return (
    (level === 'warn') === (name === 'warn-increase') &&
    actual === measured[name] &&
    (actual === null) === (passed === null)
  )
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Plain values of one shape, whatever the order of their keys. */
const isEqual = (a: unknown, b: unknown): boolean => {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>]
  const names = Object.keys(left)
  return (
    names.length === Object.keys(right).length &&
    names.every(name => Object.hasOwn(right, name) && isEqual(left[name], right[name]))
  )
}
