/** The operations that the stand-in knows. */
import type { RouteName } from './faults.ts'
import * as reviews from './reviews.ts'
import type { Answer, State } from './state.ts'
import * as answers from './state.ts'

const ISSUE_COMMENTS = '/repos/{owner}/{repo}/issues/{issue_number}/comments'
const COMMENT = '/repos/{owner}/{repo}/issues/comments/{comment_id}'

/** `template` is the path in GitHub's description; null for what the description does not hold. */
export const ROUTES: readonly (readonly [
  RouteName,
  method: string,
  path: RegExp,
  template: string | null,
])[] = [
  ['user', 'GET', /^\/user$/, '/user'],
  ['graphql', 'POST', /^\/graphql$/, null],
  ['list', 'GET', /^\/repos\/([^/]+\/[^/]+)\/issues\/(\d+)\/comments$/, ISSUE_COMMENTS],
  ['create', 'POST', /^\/repos\/([^/]+\/[^/]+)\/issues\/(\d+)\/comments$/, ISSUE_COMMENTS],
  ['read', 'GET', /^\/repos\/([^/]+\/[^/]+)\/issues\/comments\/(\d+)$/, COMMENT],
  ['update', 'PATCH', /^\/repos\/([^/]+\/[^/]+)\/issues\/comments\/(\d+)$/, COMMENT],
  ['delete', 'DELETE', /^\/repos\/([^/]+\/[^/]+)\/issues\/comments\/(\d+)$/, COMMENT],
  ['pulls', 'GET', /^\/repos\/([^/]+\/[^/]+)\/pulls$/, '/repos/{owner}/{repo}/pulls'],
  ['pull', 'GET', /^\/repos\/([^/]+\/[^/]+)\/pulls\/(\d+)$/, '/repos/{owner}/{repo}/pulls/{pull_number}'],
  [
    'files',
    'GET',
    /^\/repos\/([^/]+\/[^/]+)\/pulls\/(\d+)\/files$/,
    '/repos/{owner}/{repo}/pulls/{pull_number}/files',
  ],
  [
    'remarks',
    'GET',
    /^\/repos\/([^/]+\/[^/]+)\/pulls\/(\d+)\/comments$/,
    '/repos/{owner}/{repo}/pulls/{pull_number}/comments',
  ],
  [
    'review',
    'POST',
    /^\/repos\/([^/]+\/[^/]+)\/pulls\/(\d+)\/reviews$/,
    '/repos/{owner}/{repo}/pulls/{pull_number}/reviews',
  ],
  [
    'compare',
    'GET',
    /^\/repos\/([^/]+\/[^/]+)\/compare\/([^/]+)$/,
    '/repos/{owner}/{repo}/compare/{basehead}',
  ],
]

const OF_THE_PULL_REQUEST: ReadonlySet<RouteName> = new Set([
  'list',
  'create',
  'pull',
  'files',
  'remarks',
  'review',
])

/** Changes the state as the request says, and answers. */
export const carryOut = (
  state: State,
  route: RouteName,
  id: string,
  query: Readonly<Record<string, string>>,
  body: unknown,
  base: string,
): Answer => {
  const text = (key: string): string => String((body as Record<string, unknown> | undefined)?.[key] ?? '')
  const here = Number(id) === state.number
  if (OF_THE_PULL_REQUEST.has(route) && !here) return answers.refusal(404, 'Not Found')
  if (route === 'user') return answers.showUser(state)
  if (route === 'graphql') return answers.runQuery(state, text('query'))
  if (route === 'list') return answers.listComments(state, query, base)
  if (route === 'create') return answers.createComment(state, text('body'))
  if (route === 'read') return answers.readComment(state, Number(id))
  if (route === 'update') return answers.updateComment(state, Number(id), text('body'))
  if (route === 'delete') return answers.deleteComment(state, Number(id))
  if (route === 'files') return reviews.listFiles(state, query, base)
  if (route === 'remarks') return reviews.listRemarks(state, query, base)
  if (route === 'review') return reviews.createReview(state, body as reviews.ReviewBody)
  if (route === 'pulls') return answers.listPulls(state, query)
  return route === 'pull' ? answers.showPull(state) : answers.compare(state)
}
