/** What is added to a plan after its proof failed. */
import type { StepResult } from './proof/step.ts'

/** What an earlier try at the same plan lacked. */
export interface Amendments {
  /** Paths of the original image that must be copied, too. */
  readonly copies: readonly string[]
  readonly packages: readonly string[]
  /** Commands that set what copying loses. */
  readonly after: readonly string[]
  readonly keep: readonly string[]
}

export const NO_AMENDMENTS: Amendments = { copies: [], packages: [], after: [], keep: [] }

/** The same and what the failed steps say would help. */
export const amended = (amend: Amendments, failed: readonly StepResult[]): Amendments => {
  // with other numbers of users everything belongs to somebody else: that comes first
  const users = failed.filter(({ step }) => step === 'users')
  const helped = users.length > 0 ? users : failed
  const join = (key: keyof Amendments): readonly string[] => [
    ...new Set([...amend[key], ...helped.flatMap(({ remedy }) => remedy?.[key] ?? [])]),
  ]
  return { copies: join('copies'), packages: join('packages'), after: join('after'), keep: join('keep') }
}
