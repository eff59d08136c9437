/**
 * One review with suggestions at lines of the diff. Each comment carries the digest of what it says, so that no run says it
 * again; reviews are never changed or deleted, for people answer them.
 */
import { createHash } from 'node:crypto'
import type { GitHubApi } from './api.ts'
import { type DiffLines, diffLines, showsLines } from './diff-lines.ts'
import { field, type Repository } from './event.ts'
import { readHead, readIdentity } from './identity.ts'
import { ask, type Clock, isFailure, openSession, persist, type Session } from './persist.ts'
import { realClock } from './real-clock.ts'
import { reasonOf } from './skip-reason.ts'

export interface SuggestedLines {
  /** In the repository. */
  readonly path: string
  readonly start: number
  readonly end: number
  /** What the lines say now: they are commented on only where the diff shows just that. */
  readonly before: readonly string[]
  readonly body: string
}

export interface SuggestionReview {
  readonly api: GitHubApi
  readonly repository: Repository
  readonly issueNumber: number
  readonly key: string
  /** The pull request's head that was measured. */
  readonly headSha: string
  readonly suggestions: readonly SuggestedLines[]
  readonly clock?: Clock
}

export type SuggestOutcome =
  | { readonly kind: 'suggested'; readonly comments: number }
  /** `notice`: somebody should hear of it. */
  | { readonly kind: 'skipped'; readonly reason: string; readonly notice: boolean }

const BUDGET_MS = 20_000
const PAGE_SIZE = 100
/** A review of more is not read by anybody. */
const MOST_COMMENTS = 20

/** Never rejects for what GitHub or the network does. A review that was sent is not sent again: it may be there. */
export const reviewWithSuggestions = async (wanted: SuggestionReview): Promise<SuggestOutcome> => {
  const { api, clock = realClock, suggestions } = wanted
  if (suggestions.length === 0) return skip('there is nothing to suggest')
  const session = openSession(api, clock, BUDGET_MS)
  try {
    return await review(session, wanted)
  } catch (error) {
    if (!isFailure(error)) throw error
    return { kind: 'skipped', reason: reasonOf(error), notice: true }
  }
}

const skip = (reason: string): SuggestOutcome => ({ kind: 'skipped', reason, notice: false })

const review = async (session: Session, wanted: SuggestionReview): Promise<SuggestOutcome> => {
  const shown = await readDiff(session, wanted)
  const inDiff = wanted.suggestions.filter(({ path, start, before }) => {
    const lines = shown.get(path)
    return lines !== undefined && showsLines(lines, start, before)
  })
  if (inDiff.length === 0) return skip('no line of a suggestion is in the diff of this pull request')
  const said = await readSaid(session, wanted)
  const fresh = inDiff.filter(each => !said.has(digestOf(wanted.key, each))).slice(0, MOST_COMMENTS)
  if (fresh.length === 0) return skip('all of it was suggested before')
  const thread = { repository: wanted.repository, issueNumber: wanted.issueNumber }
  if ((await readHead(session, thread)) !== wanted.headSha)
    return skip('the pull request has a newer commit, which another run reports')
  await ask(session, 'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
    ...wanted.repository,
    pull_number: wanted.issueNumber,
    commit_id: wanted.headSha,
    event: 'COMMENT',
    comments: fresh.map(each => commentOf(wanted.key, each)),
  })
  return { kind: 'suggested', comments: fresh.length }
}

const commentOf = (key: string, suggested: SuggestedLines): Readonly<Record<string, unknown>> => ({
  path: suggested.path,
  ...(suggested.end > suggested.start ? { start_line: suggested.start, start_side: 'RIGHT' } : {}),
  line: suggested.end,
  side: 'RIGHT',
  body: `${markerOf(digestOf(key, suggested))}\n${suggested.body}`,
})

/** Not the line numbers: the same change to the same text is said once, wherever it moves. */
const digestOf = (key: string, { path, before, body }: SuggestedLines): string =>
  createHash('sha256')
    .update(JSON.stringify([key, path, before, body]))
    .digest('hex')
    .slice(0, 32)

const markerOf = (digest: string): string => `<!-- plimsoll suggestion v=1 id=${digest} -->`
const MARKER = /^<!-- plimsoll suggestion v=1 id=([0-9a-f]{32}) -->\r?\n/

/** The lines that the diff shows of each file that is suggested for. */
const readDiff = async (session: Session, wanted: SuggestionReview): Promise<Map<string, DiffLines>> => {
  const paths = new Set(wanted.suggestions.map(({ path }) => path))
  const shown = new Map<string, DiffLines>()
  await eachItem(session, wanted, 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files', item => {
    const [path, patch] = [field(item, 'filename'), field(item, 'patch')]
    if (typeof path === 'string' && typeof patch === 'string' && paths.has(path))
      shown.set(path, diffLines(patch))
    return shown.size < paths.size
  })
  return shown
}

/** Digests of what our own comments said. Those of others may say anything. */
const readSaid = async (session: Session, wanted: SuggestionReview): Promise<ReadonlySet<string>> => {
  const found: { readonly author: string; readonly digest: string }[] = []
  await eachItem(session, wanted, 'GET /repos/{owner}/{repo}/pulls/{pull_number}/comments', item => {
    const [author, body] = [field(item, 'user', 'login'), field(item, 'body')]
    const digest = typeof body === 'string' ? MARKER.exec(body)?.[1] : undefined
    if (typeof author === 'string' && digest !== undefined) found.push({ author, digest })
    return true
  })
  if (found.length === 0) return new Set()
  const { login } = await readIdentity(session, wanted)
  return new Set(
    found.flatMap(({ author, digest }) => (author.toLowerCase() === login.toLowerCase() ? [digest] : [])),
  )
}

/** All pages of a list, until `visit` has seen enough. */
const eachItem = async (
  session: Session,
  { repository, issueNumber }: SuggestionReview,
  route: string,
  visit: (item: unknown) => boolean,
): Promise<void> => {
  for (let page = 1; ; page += 1) {
    const parameters = { ...repository, pull_number: issueNumber, per_page: PAGE_SIZE, page }
    const reply = await persist(session, route, parameters, answer =>
      Array.isArray(answer.data) ? answer : null,
    )
    for (const item of reply.data as readonly unknown[]) if (!visit(item)) return
    if (!reply.hasNext) return
  }
}
