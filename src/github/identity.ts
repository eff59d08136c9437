/** Who the token is, and where the pull request stands. */

import type { Thread } from './comments.ts'
import { field, shaOf } from './event.ts'
import { persist, RefusedError, type Session } from './persist.ts'

export interface Identity {
  readonly login: string
  /** The pull request's head at the same moment, when the answer held it. */
  readonly headSha: string | null
}

/** What the token of a workflow comments as, where GitHub will not say. */
const WORKFLOW_LOGIN = 'github-actions[bot]'

const QUERY = `query($owner: String!, $repo: String!, $number: Int!) {
  viewer { login }
  repository(owner: $owner, name: $repo) { pullRequest(number: $number) { headRefOid } }
}`

/**
 * The login that our comments carry. GraphQL's `viewer` answers every kind of token, `GET /user` refuses a workflow's;
 * the head comes in the same request, which saves one.
 */
export const readIdentity = async (session: Session, thread: Thread): Promise<Identity> => {
  const variables = { ...thread.repository, number: thread.issueNumber }
  const identity = await unlessRefused(
    persist(session, 'POST /graphql', { query: QUERY, variables }, ({ data }) => {
      if (typeof data !== 'object') return null
      const login = field(data, 'data', 'viewer', 'login')
      const headSha = shaOf(field(data, 'data', 'repository', 'pullRequest', 'headRefOid'))
      return { login: typeof login === 'string' ? login : null, headSha }
    }),
  )
  const login = identity?.login ?? (await readUser(session)) ?? WORKFLOW_LOGIN
  return { login, headSha: identity?.headSha ?? null }
}

const readUser = async (session: Session): Promise<string | null> =>
  unlessRefused(
    persist(session, 'GET /user', {}, ({ data }) => {
      const login = field(data, 'login')
      return typeof login === 'string' ? login : null
    }),
  )

/** The pull request's head commit now. */
export const readHead = async (session: Session, { repository, issueNumber }: Thread): Promise<string> => {
  const parameters = { ...repository, pull_number: issueNumber }
  return persist(session, 'GET /repos/{owner}/{repo}/pulls/{pull_number}', parameters, ({ data }) =>
    shaOf(field(data, 'head', 'sha')),
  )
}

const unlessRefused = async <T>(request: Promise<T>): Promise<T | null> => {
  try {
    return await request
  } catch (error) {
    if (error instanceof RefusedError) return null
    throw error
  }
}
