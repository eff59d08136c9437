/** Asking a registry again after what passes by itself. */
import { UserError } from '../errors.ts'
import { codeOf, type Repository, refused, unreachable } from './registry-errors.ts'
import type { RegistryAnswer } from './registry-request.ts'

export interface Patience {
  readonly wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>
  readonly signal?: AbortSignal | undefined
}

const ATTEMPTS = 5
const FIRST_WAIT_MS = 500
/** A registry that asks for a longer pause is not waited for. */
const LONGEST_WAIT_MS = 60_000
const LATER = new Set([408, 425, 429, 500, 502, 503, 504])
const BROKEN = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ECONNABORTED', 'ENETUNREACH'])

/** Asks again after what passes by itself: a busy registry, a connection that broke. */
export const insist = async (
  ask: () => Promise<RegistryAnswer>,
  repository: Repository,
  { wait, signal }: Patience,
): Promise<RegistryAnswer> => {
  for (let attempt = 1; ; attempt += 1) {
    let pause = pauseBefore(attempt)
    try {
      const answer = await ask()
      if (!LATER.has(answer.status)) return answer
      const asked = retryAfter(answer.headers['retry-after'])
      const isLast = attempt >= ATTEMPTS || (asked ?? 0) > LONGEST_WAIT_MS
      if (isLast) throw refused(answer.status, await codeOf(answer), repository, null)
      answer.body.destroy()
      pause = asked ?? pause
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof UserError) throw error
      if (attempt >= ATTEMPTS || !BROKEN.has((error as NodeJS.ErrnoException).code ?? ''))
        throw unreachable(repository, error)
    }
    await wait(pause, signal)
  }
}

/** Half a second, doubled each time, up to half as much again so that many jobs do not come back together. */
export const pauseBefore = (attempt: number): number =>
  FIRST_WAIT_MS * 2 ** (attempt - 1) * (1 + Math.random() / 2)

/** Seconds or a date (RFC 9110, 10.2.3), in milliseconds from now. */
const retryAfter = (value: string | undefined): number | null => {
  if (value === undefined) return null
  const waitMs = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isFinite(waitMs) ? Math.max(0, waitMs) : null
}
