/** Asking GitHub again: what is worth another try, how long to wait first, and when to give up. */
import { type ApiReply, type GitHubApi, NoReplyError, type Parameters } from './api.ts'

/** Real time, or a test's. */
export interface Clock {
  /** Milliseconds; only differences count. */
  readonly now: () => number
  readonly wait: (ms: number) => Promise<void>
}

/** Requests that share one deadline. */
export interface Session {
  readonly api: GitHubApi
  readonly clock: Clock
  readonly deadlineMs: number
  /** How often something had to be asked again. */
  retries: number
}

export const openSession = (api: GitHubApi, clock: Clock, budgetMs: number): Session => ({
  api,
  clock,
  deadlineMs: clock.now() + budgetMs,
  retries: 0,
})

/** GitHub said no, and would say it again. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly reply: ApiReply

  constructor(reply: ApiReply) {
    super(describe(reply))
    this.reply = reply
  }
}

/** It may work later: in `waitMs`, or null for a short while. A write that ended like this may have been applied. */
export class TryAgainError extends Error {
  override readonly name = 'TryAgainError'
  readonly waitMs: number | null

  constructor(message: string, waitMs: number | null) {
    super(message)
    this.waitMs = waitMs
  }
}

/** Tried often enough, or out of time. */
class GaveUpError extends Error {
  override readonly name = 'GaveUpError'
}

/** Whether this is GitHub's or the network's doing, not ours. */
export const isFailure = (error: unknown): error is RefusedError | TryAgainError | GaveUpError =>
  error instanceof RefusedError || error instanceof TryAgainError || error instanceof GaveUpError

const TRIES = 3
const REQUEST_TIMEOUT_MS = 10_000
const BACKOFF_MS = 1_000

/** One try. Resolves with a 2xx answer; rejects with RefusedError, TryAgainError or GaveUpError. */
export const ask = async (session: Session, route: string, parameters: Parameters): Promise<ApiReply> => {
  const startMs = session.clock.now()
  const leftMs = Math.min(
    session.deadlineMs - startMs,
    session.api.patience?.leftMs ?? Number.POSITIVE_INFINITY,
  )
  if (leftMs <= 0) throw new GaveUpError('GitHub took too long to answer')
  const reply = await session.api
    .send(route, parameters, Math.min(REQUEST_TIMEOUT_MS, leftMs))
    .catch((error: unknown) => {
      spend(session, session.clock.now() - startMs)
      if (error instanceof NoReplyError)
        throw new TryAgainError(`GitHub did not answer: ${error.message}`, null)
      throw error
    })
  if (reply.limited) throw limitOf(reply)
  if (reply.status >= 500) throw new TryAgainError(describe(reply), msOf(reply.retryAfterS))
  if (reply.status >= 300) throw new RefusedError(reply)
  return reply
}

/** Up to three tries, for what may be done twice without harm. `whole` says whether an answer arrived complete. */
export const persist = async <T>(
  session: Session,
  route: string,
  parameters: Parameters,
  whole: (reply: ApiReply) => T | null,
): Promise<T> => {
  for (let tries = 1; ; tries++) {
    try {
      const value = whole(await ask(session, route, parameters))
      if (value !== null) return value
      throw new TryAgainError('GitHub’s answer was cut off', null)
    } catch (error) {
      await waitToTryAgain(session, error, tries)
    }
  }
}

/** Waits when another try is allowed and fits before the deadline; else rejects. Longer from try to try, never in step. */
export const waitToTryAgain = async (session: Session, error: unknown, tries: number): Promise<void> => {
  if (!(error instanceof TryAgainError)) throw error
  const ms = error.waitMs ?? BACKOFF_MS * tries * (0.5 + Math.random())
  const leftMs = session.api.patience?.leftMs ?? Number.POSITIVE_INFINITY
  if (tries >= TRIES || ms >= leftMs || session.clock.now() + ms >= session.deadlineMs)
    throw new GaveUpError(error.message)
  session.retries++
  spend(session, ms)
  await session.clock.wait(ms)
}

const spend = ({ api }: Session, ms: number): void => {
  if (api.patience) api.patience.leftMs -= ms
}

/** GitHub's documentation: wait as told; where nothing is told, a minute at least, which is longer than we would wait. */
const limitOf = (reply: ApiReply): Error =>
  reply.retryAfterS === null
    ? new GaveUpError(`GitHub’s rate limit is reached (${describe(reply)})`)
    : new TryAgainError(
        `GitHub’s rate limit is reached for another ${reply.retryAfterS} s (${describe(reply)})`,
        msOf(reply.retryAfterS),
      )

const msOf = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1000)

/** Status and request id: all that may be shown of an answer. */
const describe = ({ status, requestId }: ApiReply): string =>
  requestId ? `HTTP status ${status}, request ${requestId}` : `HTTP status ${status}`
