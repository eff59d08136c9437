/** The first line that a reader sees, and all that a mail's preview shows. */
import type { Review } from '../../report/types.ts'
import { formatBytes, formatDelta, formatPercentDelta } from '../../units.ts'
import { brokenBudgets } from './budgets.ts'
import { newLeftoverBytes, newLeftovers, newSecrets } from './findings.ts'
import { count, type Quote } from './quote.ts'

/** `info`: nothing judges it. `warn`: complete and not failed, but somebody should look. */
export type Tone = 'pass' | 'info' | 'warn' | 'fail'

export interface Headline {
  readonly tone: Tone
  /** Our own words and numbers, and `name` where one was asked for. */
  readonly text: string
}

/** What differs is less than `min-change`. False without a base. */
export const isUnchanged = ({ delta }: Review, minChangeBytes: number): boolean =>
  delta !== null && (delta.content === 0 || Math.abs(delta.content) < minChangeBytes)

/** Nothing in this review asks for a reader's time. */
export const isQuiet = (review: Review, minChangeBytes: number): boolean =>
  isUnchanged(review, minChangeBytes) &&
  review.verdict === 'pass' &&
  newLeftovers(review).length === 0 &&
  newSecrets(review).length === 0 &&
  review.findings.resolved.length === 0 &&
  review.hazards.introduced.length === 0 &&
  review.hazards.resolved.length === 0 &&
  review.budgets.every(({ passed }) => passed !== false)

/**
 * `Image size: 312.4 MB (+38.2 MB, +13.9 %), over budget`.
 * @param name the image's name, already written for the sink, where several images have comments of their own
 * @param why writes `baseMissing` for the sink
 */
export const headlineOf = (
  review: Review,
  minChangeBytes: number,
  name: string | null,
  why: Quote,
): Headline => {
  const of = name === null ? '' : ` of ${name}`
  const size = formatBytes(review.head.size.content)
  const start = isUnchanged(review, minChangeBytes)
    ? `Image size${of} unchanged: ${size}`
    : `Image size${of}: ${size}${changeWords(review)}`
  const outcome = outcomeWords(review, minChangeBytes)
  return {
    tone: toneOf(review, minChangeBytes),
    text: [start, ...outcome].join(', ') + missingWords(review, why),
  }
}

const toneOf = (review: Review, minChangeBytes: number): Tone => {
  if (review.verdict === 'fail') return 'fail'
  if (review.verdict === 'warn' || needsLook(review, minChangeBytes)) return 'warn'
  return review.base === null || isUnjudgedGrowth(review, minChangeBytes) ? 'info' : 'pass'
}

const needsLook = (review: Review, minChangeBytes: number): boolean =>
  newSecrets(review).length > 0 ||
  newHazards(review).length > 0 ||
  tellableLeftovers(review, minChangeBytes) > 0 ||
  review.budgets.some(({ passed }) => passed === false)

/** It grew, and no budget says whether by too much. */
const isUnjudgedGrowth = (review: Review, minChangeBytes: number): boolean =>
  review.delta !== null &&
  review.delta.content > 0 &&
  !isUnchanged(review, minChangeBytes) &&
  !review.budgets.some(({ name, passed }) => name.endsWith('-increase') && passed === true)

/** What this pull request breaks, or, where there is no base to tell it apart, all that will not work. */
const newHazards = ({ base, hazards }: Review): readonly unknown[] =>
  base === null ? hazards.unknown : hazards.introduced

/** Less than `min-change` is not worth the first line. */
const tellableLeftovers = (review: Review, minChangeBytes: number): number => {
  const bytes = newLeftoverBytes(review)
  return bytes >= minChangeBytes ? bytes : 0
}

/** ` (+38.2 MB, +13.9 %)`; empty without a base. */
const changeWords = ({ delta }: Review): string => {
  if (delta === null) return ''
  const percent = delta.contentPercent === null ? '' : `, ${formatPercentDelta(delta.contentPercent)}`
  return ` (${formatDelta(delta.content)}${percent})`
}

const missingWords = ({ base, baseMissing }: Review, why: Quote): string => {
  if (base !== null) return ''
  return baseMissing === null ? ' (no baseline)' : ` (no baseline: ${why(baseMissing)})`
}

/** What a reader must know first: a secret, what will not work, then what made the verdict, the first thing that applies. */
const outcomeWords = (review: Review, minChangeBytes: number): readonly string[] => {
  const secrets = newSecrets(review).length
  const words = secrets > 0 ? [count(secrets, review.base === null ? 'secret' : 'new secret')] : []
  const hazards = newHazards(review).length
  if (hazards > 0) words.push(`${count(hazards, 'thing')} in it will not work`)
  if (brokenBudgets(review, 'fail').length > 0) {
    return [...words, review.verdict === 'fail' ? 'over budget' : 'over budget (does not fail the check)']
  }
  const leftovers = tellableLeftovers(review, minChangeBytes)
  if (brokenBudgets(review, 'warn').length > 0) words.push('above the warning level')
  if (leftovers > 0) words.push(`${formatBytes(leftovers)} of new leftovers`)
  return words
}
