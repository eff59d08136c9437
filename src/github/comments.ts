/** The comments of a pull request, as far as finding our own again needs them. */
import { type Marker, markerOf } from '../report/marker.ts'
import { field, type Repository } from './event.ts'
import { ask, isFailure, persist, RefusedError, type Session } from './persist.ts'

export interface Comment {
  readonly id: number
  readonly url: string
  readonly author: string | null
  readonly body: string
  readonly marker: Marker
}

export interface Thread {
  readonly repository: Repository
  readonly issueNumber: number
}

const PAGE_SIZE = 100

/** All comments that begin with a marker of Plimsoll's, whoever wrote them, oldest first. Hidden ones are left alone. */
export const listMarked = async (
  session: Session,
  { repository, issueNumber }: Thread,
): Promise<readonly Comment[]> => {
  const found = new Map<number, Comment>()
  for (let page = 1, more = true; more; page++) {
    const parameters = { ...repository, issue_number: issueNumber, per_page: PAGE_SIZE, page }
    const reply = await persist(
      session,
      'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
      parameters,
      reply => (Array.isArray(reply.data) ? reply : null),
    )
    for (const item of reply.data as readonly unknown[]) {
      const comment = commentOf(item)
      if (comment) found.set(comment.id, comment)
    }
    more = reply.hasNext
  }
  return [...found.values()].sort((a, b) => a.id - b.id)
}

/** Writes a new comment, once: after a TryAgainError it may be there. Null when the answer was cut off. */
export const createComment = async (
  session: Session,
  thread: Thread,
  body: string,
): Promise<Comment | null> => {
  const parameters = { ...thread.repository, issue_number: thread.issueNumber, body }
  const reply = await ask(session, 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments', parameters)
  return commentOf(reply.data)
}

/** Replaces a comment's body, once: after a TryAgainError it may be replaced. */
export const updateComment = async (
  session: Session,
  thread: Thread,
  id: number,
  body: string,
): Promise<void> => {
  const parameters = { ...thread.repository, comment_id: id, body }
  await ask(session, 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', parameters)
}

/** The marker a comment has now; null when the comment is gone or no longer begins with one. */
export const readMarker = async (session: Session, thread: Thread, id: number): Promise<Marker | null> => {
  const parameters = { ...thread.repository, comment_id: id }
  const route = 'GET /repos/{owner}/{repo}/issues/comments/{comment_id}'
  try {
    const body = await persist(session, route, parameters, ({ data }) => {
      const text = field(data, 'body')
      return typeof text === 'string' ? text : null
    })
    return markerOf(body)
  } catch (error) {
    if (isGone(error)) return null
    throw error
  }
}

/** Deletes a duplicate. That it fails is no error: the next run folds again. */
export const removeComment = async (session: Session, thread: Thread, id: number): Promise<void> => {
  const parameters = { ...thread.repository, comment_id: id }
  try {
    await persist(
      session,
      'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}',
      parameters,
      reply => reply,
    )
  } catch (error) {
    if (!isFailure(error)) throw error
  }
}

/** Whether GitHub knows no such comment, or none that this token may change. */
export const isGone = (error: unknown): boolean => error instanceof RefusedError && error.reply.status === 404

const commentOf = (item: unknown): Comment | null => {
  const id = field(item, 'id')
  const body = field(item, 'body')
  const url = field(item, 'html_url')
  const author = field(item, 'user', 'login')
  if (!Number.isSafeInteger(id) || typeof body !== 'string' || typeof url !== 'string') return null
  const marker = markerOf(body)
  if (!marker || (field(item, 'minimized') ?? null) !== null) return null
  return { id: id as number, url, author: typeof author === 'string' ? author : null, body, marker }
}
