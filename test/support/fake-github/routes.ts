/** The operations that the stand-in knows. */
import type { RouteName } from './faults.ts'
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
    'compare',
    'GET',
    /^\/repos\/([^/]+\/[^/]+)\/compare\/([^/]+)$/,
    '/repos/{owner}/{repo}/compare/{basehead}',
  ],
]

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
  if ((route === 'list' || route === 'create' || route === 'pull') && !here)
    return answers.refusal(404, 'Not Found')
  if (route === 'user') return answers.showUser(state)
  if (route === 'graphql') return answers.runQuery(state, text('query'))
  if (route === 'list') return answers.listComments(state, query, base)
  if (route === 'create') return answers.createComment(state, text('body'))
  if (route === 'read') return answers.readComment(state, Number(id))
  if (route === 'update') return answers.updateComment(state, Number(id), text('body'))
  if (route === 'delete') return answers.deleteComment(state, Number(id))
  if (route === 'pulls') return answers.listPulls(state, query)
  return route === 'pull' ? answers.showPull(state) : answers.compare(state)
}
