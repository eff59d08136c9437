/** Which findings a reader must act on, and which are only counted. */
import { isLeftover } from '../../report/finding.ts'
import type { ComparedFinding, Finding, FindingsByOrigin, Review } from '../../report/types.ts'

export type Origin = keyof FindingsByOrigin

/** In the order a reader wants them. */
export const ORIGINS: readonly Origin[] = [
  'introduced',
  'grown',
  'unknown',
  'existing',
  'inherited',
  'resolved',
]

/** What this pull request put in or made larger. */
export const newLeftovers = ({ findings }: Review): readonly ComparedFinding[] =>
  [...findings.introduced, ...findings.grown].filter(isLeftover)

/**
 * What the advice is about: new leftovers, or, where there is no base to tell them apart, all of the image's own. Those
 * of the base branch where a budget is broken and nothing of this pull request can mend it.
 */
export const actionable = (review: Review): readonly ComparedFinding[] => {
  if (review.base === null) return review.findings.unknown.filter(isLeftover)
  const fresh = newLeftovers(review)
  const isBroken = review.budgets.some(({ passed, level }) => passed === false && level === 'fail')
  return fresh.length === 0 && isBroken ? review.findings.existing.filter(isLeftover) : fresh
}

/** Bytes that the pull request added by leftovers: whole findings, and the growth of those that were there. */
export const newLeftoverBytes = (review: Review): number =>
  newLeftovers(review).reduce((sum, { bytes, baseBytes }) => sum + bytes - (baseBytes ?? 0), 0)

export interface FindingRow {
  readonly origin: Origin
  readonly finding: ComparedFinding
}

/** Every finding with its origin, what matters first, then larger ones first. */
export const findingRows = ({ findings }: Review): readonly FindingRow[] =>
  ORIGINS.flatMap(origin =>
    findings[origin]
      .map(finding => ({ origin, finding }))
      .sort(
        (a, b) =>
          Number(isLeftover(b.finding)) - Number(isLeftover(a.finding)) || b.finding.bytes - a.finding.bytes,
      ),
  )

export const isSecret = (finding: Finding): boolean => finding.category === 'secret'

/** Secrets that this pull request put in, or, where there is no base to tell them apart, all of the image's own. */
export const newSecrets = ({ findings }: Review): readonly ComparedFinding[] =>
  [...findings.introduced, ...findings.unknown].filter(isSecret)

/** Every secret that is in head, new ones first. */
export const secretRows = (review: Review): readonly FindingRow[] =>
  findingRows(review).filter(({ origin, finding }) => origin !== 'resolved' && isSecret(finding))

/** Since when a finding is there. */
export const ORIGIN_WORDS: Readonly<Record<Origin, string>> = {
  introduced: 'new',
  grown: 'grew',
  unknown: 'unknown',
  existing: 'base branch',
  inherited: 'base image',
  resolved: 'removed here',
}
