import { isLeftover } from './finding.ts'
import type { Review } from './types.ts'

/**
 * Whether a review is worth a comment where there is none yet: a change of size that counts, something new that does not
 * belong, a loosened budget, a verdict that is not a plain pass, or no base.
 */
export const isWorthSaying = (
  { delta, findings, hazards, verdict, raised }: Review,
  minChangeBytes: number,
): boolean =>
  verdict !== 'pass' ||
  delta === null ||
  raised.length > 0 ||
  Math.abs(delta.content) >= minChangeBytes ||
  [findings.introduced, findings.grown, findings.resolved].some(list => list.some(isLeftover)) ||
  hazards.introduced.length > 0
