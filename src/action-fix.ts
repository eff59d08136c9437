/** After the verdict: a smaller Dockerfile for the comment, within its time. Whatever becomes of it, the verdict stands. */
import * as core from '@actions/core'
import type { BuildLog } from './build/build-log.ts'
import { messageOf } from './errors.ts'
import type { FixOutcome } from './fix/outcome.ts'
import type { FixWorld } from './fix-build.ts'
import { fixImage } from './fix-image.ts'
import type { Options } from './options.ts'
import { annotationText } from './render/escape/workflow-command.ts'
import type { Review } from './report/types.ts'
import { formatDelta } from './units.ts'

export interface FixRequest {
  readonly options: Options
  readonly review: Review
  /** `pull_request`, `push` and so on. */
  readonly eventName: string
  /** Whether there is a comment that could show it. */
  readonly hasComment: boolean
  readonly world: FixWorld
}

/**
 * Whether one is looked for: by default for a pull request whose comment is there and whose own layers hold leftovers of
 * `min-saving` or more.
 */
export const wantsFix = ({ options, review, eventName, hasComment }: FixRequest): boolean => {
  const { suggest, minSavingBytes } = options.fix
  if (options.image !== null || suggest === 'advice') return false
  if (suggest === null && (eventName !== 'pull_request' || !hasComment)) return false
  return review.head.size.leftovers >= minSavingBytes
}

/** The review with its proved rewrite, or null: why there is none is in the log. Never rejects but for a stop. */
export const findFix = async (request: FixRequest): Promise<Review | null> => {
  const { options, review, world } = request
  const { timeoutMs } = options.fix
  const timeout = AbortSignal.timeout(timeoutMs)
  const signal = AbortSignal.any([timeout, ...(world.signal ? [world.signal] : [])])
  try {
    const outcome = await fixImage(options, { ...world, signal })
    return tell(outcome, world.log) ? { ...review, fix: fixOf(outcome) } : null
  } catch (error) {
    world.signal?.throwIfAborted()
    const why = timeout.aborted
      ? `it took longer than ${timeoutMs / 1000} s ("fix-timeout")`
      : messageOf(error)
    world.log.line(annotationText(`No smaller Dockerfile is shown: ${why}`))
    return null
  }
}

const tell = (outcome: FixOutcome, log: BuildLog): boolean => {
  for (const reason of outcome.reasons) log.line(annotationText(`Not shown: ${reason}`))
  if (!outcome.shown) core.info('No smaller Dockerfile is shown')
  else core.info(`A smaller Dockerfile: ${formatDelta(-(outcome.saves ?? 0))}, built and checked`)
  return outcome.shown
}

const fixOf = ({ diff, saves, proof, rewrite }: FixOutcome): Review['fix'] => ({
  diff,
  saves: saves ?? 0,
  rewrite: rewrite ?? '',
  proof,
})
