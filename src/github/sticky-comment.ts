/**
 * One comment per key on a pull request: found again by the marker in its first line and by its author, updated rather
 * than repeated, never by a run that is not the newest. GitHub cannot update on a condition, so a write is looked at
 * again and repeated if an older run wrote over it.
 */
import {
  type Comment,
  createComment,
  isGone,
  listMarked,
  readMarker,
  removeComment,
  type Thread,
  updateComment,
} from './comments.ts'
import { type Identity, readHead, readIdentity } from './identity.ts'
import { isFailure, openSession, type Session, TryAgainError, waitToTryAgain } from './persist.ts'
import { mayCreate, type Publication, type PublishOutcome } from './publication.ts'
import { realClock } from './real-clock.ts'
import { compareRuns } from './runs.ts'
import { reasonOf } from './skip-reason.ts'

const MOVED = 'the pull request has a newer commit, which another run reports'

/** All waiting and answering together. */
const BUDGET_MS = 50_000
/** Looks in all: again after a try that failed, after a slow answer, and after an older run wrote over us. */
const ROUNDS = 8
const LONGEST_LOOK_MS = 1_500
const LONGEST_SETTLING_MS = 2 * LONGEST_LOOK_MS

/** What one publication remembers from try to try. */
interface Memory {
  identity: Identity | null
  wrote: 'created' | 'updated' | null
  createdId: number | null
  goneId: number | null
  /** Left for looking again because a look got old: a slow GitHub must not keep us from writing at all. */
  looksAgain: number
  /** A write that GitHub confirmed: whatever fails after it, the comment is there. */
  confirmed: PublishOutcome | null
}

/** `null`: an older run may have written meanwhile, look again. */
type Pass = PublishOutcome | null

/** Publishes the comment. Never rejects for what GitHub or the network does: the outcome says why nothing was written. */
export const publishComment = async (publication: Publication): Promise<PublishOutcome> => {
  const { api, clock = realClock, repository, issueNumber } = publication
  const session = openSession(api, clock, BUDGET_MS)
  const memory: Memory = {
    identity: null,
    wrote: null,
    createdId: null,
    goneId: null,
    looksAgain: 3,
    confirmed: null,
  }
  try {
    for (let round = 1, tries = 1; round <= ROUNDS; round++) {
      try {
        const outcome = await pass(session, { repository, issueNumber }, publication, memory)
        if (outcome) return outcome
      } catch (error) {
        await waitToTryAgain(session, error, tries++)
      }
    }
    return memory.confirmed ?? skip('other runs kept writing over this comment')
  } catch (error) {
    if (!isFailure(error)) throw error
    return (
      memory.confirmed ?? { kind: 'skipped', reason: reasonOf(error), notice: publication.mode !== 'never' }
    )
  }
}

const skip = (reason: string, notice = false): PublishOutcome => ({ kind: 'skipped', reason, notice })

const pass = async (session: Session, thread: Thread, wanted: Publication, memory: Memory): Promise<Pass> => {
  const startMs = session.clock.now()
  const before = await listOwn(session, thread, wanted, memory)
  if (before.own.length > 0) return settle(session, thread, wanted, memory, before, startMs)
  if (!mayCreate(wanted)) return skip('there is nothing to say and no earlier comment to update')
  if ((before.headSha ?? (await readHead(session, thread))) !== wanted.headSha) return skip(MOVED)
  memory.wrote = 'created'
  const created = await createComment(session, thread, wanted.body)
  if (created) {
    memory.createdId = created.id
    memory.confirmed = { kind: 'created', id: created.id, url: created.url }
    if (created.author) memory.identity = { login: created.author, headSha: null }
  }
  const after = await listOwn(session, thread, wanted, memory)
  if (after.own.length > 0) return settle(session, thread, wanted, memory, after, startMs)
  return memory.confirmed
}

/** What we saw, and when. */
interface Look {
  readonly own: readonly Comment[]
  /** The pull request's head, when it was learnt just now. */
  readonly headSha: string | null
  readonly atMs: number
  readonly retries: number
}

/** Asks who we are only if there is a comment that could be ours. */
const listOwn = async (
  session: Session,
  thread: Thread,
  wanted: Publication,
  memory: Memory,
): Promise<Look> => {
  const candidates = (await listMarked(session, thread)).filter(({ marker }) => marker.key === wanted.key)
  const now = { atMs: session.clock.now(), retries: session.retries }
  if (candidates.length === 0) return { own: [], headSha: null, ...now }
  const known = memory.identity
  const identity = known ?? (await readIdentity(session, thread))
  memory.identity = identity
  const own = candidates.filter(({ author }) => author?.toLowerCase() === identity.login.toLowerCase())
  return { own, headSha: known ? null : identity.headSha, ...now }
}

/** Makes one comment of ours, the oldest, hold the newest run's words. */
const settle = async (
  session: Session,
  thread: Thread,
  wanted: Publication,
  memory: Memory,
  look: Look,
  startMs: number,
): Promise<Pass> => {
  const { own } = look
  const [kept, ...others] = own
  if (!kept) return null
  if (own.some(({ marker }) => compareRuns(marker.run, wanted.runId) > 0)) {
    const leftBehind = others.filter(({ marker }) => marker.run === wanted.runId)
    for (const { id } of leftBehind) await removeComment(session, thread, id)
    return skip('a newer run has written this comment')
  }
  const justCreated = kept.id === memory.createdId && kept.marker.run === wanted.runId
  // what is folded away may have been newer than what is kept: then the kept one must say that it is as new as we are
  const behind = others.length > 0 && compareRuns(kept.marker.run, wanted.runId) < 0
  const equal = justCreated || (!behind && wanted.same(kept.body, wanted.body))
  if (!equal) {
    if ((look.headSha ?? (await readHead(session, thread))) !== wanted.headSha) return skip(MOVED)
    if (isStale(session, look) && memory.looksAgain-- > 0) return null
    await update(session, thread, wanted, memory, kept.id)
    memory.confirmed = { kind: 'updated', id: kept.id, url: kept.url }
  }
  for (const { id } of others) await removeComment(session, thread, id)
  if (!equal && (await wasOverwritten(session, thread, wanted, kept.id, startMs))) return null
  const mine = memory.createdId === null || memory.createdId === kept.id
  const kind = equal ? ((mine ? memory.wrote : null) ?? 'unchanged') : 'updated'
  return { kind, id: kept.id, url: kept.url }
}

/** Whether so much happened since the look that a newer run may have written unseen. */
const isStale = (session: Session, { atMs, retries }: Look): boolean =>
  session.retries !== retries || session.clock.now() - atMs > LONGEST_LOOK_MS

/** Writes over a comment. If it was deleted since it was listed, all is looked at once more. */
const update = async (
  session: Session,
  thread: Thread,
  wanted: Publication,
  memory: Memory,
  id: number,
): Promise<void> => {
  memory.wrote ??= 'updated'
  try {
    await updateComment(session, thread, id, wanted.body)
  } catch (error) {
    if (!isGone(error) || memory.goneId === id) throw error
    memory.goneId = id
    throw new TryAgainError('the comment was deleted meanwhile', 0)
  }
}

/**
 * Whether an older run, which had looked before we wrote, wrote after us. It needs as long from its look to its write as
 * we did, so we wait twice that long before looking.
 */
const wasOverwritten = async (
  session: Session,
  thread: Thread,
  wanted: Publication,
  id: number,
  startMs: number,
): Promise<boolean> => {
  const ms = Math.min(
    2 * (session.clock.now() - startMs),
    LONGEST_SETTLING_MS,
    session.deadlineMs - session.clock.now(),
  )
  await session.clock.wait(Math.max(0, ms))
  const marker = await readMarker(session, thread, id)
  return marker !== null && compareRuns(marker.run, wanted.runId) < 0
}
