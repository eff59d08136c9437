/** A build that did not give an image: an error of the head, a state of the report for the base. */
import { UserError } from '../errors.ts'
import type { Side } from './build-options.ts'
import type { Failure } from './explain-failure.ts'

/** The lines of the Dockerfile that failed; `file` is relative to the checkout. */
export interface FailedLines {
  readonly file: string
  readonly start: number
  readonly end: number
}

export interface BuildErrorDetail {
  readonly side: Side
  readonly kind: 'failed' | 'timed-out'
  readonly line: FailedLines | null
  /** A path that a COPY or ADD asked for and that is not there, as the builder wrote it (`/dist`). */
  readonly missing: string | null
  /** The end of the build's log, neutralised; for the log, not for a comment: it may quote anything. */
  readonly tail: readonly string[]
}

/** The message is one line: what failed, which line of the Dockerfile, the reason. It quotes no output of the build. */
export class BuildError extends UserError {
  readonly detail: BuildErrorDetail
  constructor(message: string, detail: BuildErrorDetail) {
    super(message)
    this.detail = detail
  }
}

/** The engine or the builder went away in the middle of a build: this says nothing of the image. Not complete, for either side. */
export class BuilderLostError extends UserError {}

/** `the image does not build`, `the base commit's image does not build`. */
export const imageOf = (side: Side): string => (side === 'head' ? 'the image' : "the base commit's image")

/**
 * @param dockerfile relative to the checkout
 * @param tail neutralised lines
 */
export const buildFailed = (
  side: Side,
  dockerfile: string,
  failure: Failure,
  tail: readonly string[],
): BuildError => {
  const line = failure.line && { file: dockerfile, ...failure.line }
  const where = line ? `${dockerfile}:${line.start}: ` : ''
  const step = !line && failure.step ? ` (in "${failure.step}")` : ''
  return new BuildError(`${imageOf(side)} does not build: ${where}${failure.reason}${step}`, {
    side,
    kind: 'failed',
    line,
    missing: failure.missing,
    tail,
  })
}

export const buildTimedOut = (side: Side, timeoutMs: number, tail: readonly string[]): BuildError =>
  new BuildError(
    `${imageOf(side)} does not build: it was stopped after ${formatSeconds(timeoutMs)}; raise "timeout" if it needs longer`,
    { side, kind: 'timed-out', line: null, missing: null, tail },
  )

const formatSeconds = (timeoutMs: number): string =>
  timeoutMs >= 120_000 ? `${Math.round(timeoutMs / 60_000)} minutes` : `${timeoutMs / 1000} s`
