/** A repository with one pull request, its comments, and what GitHub would answer about them. */
import { sampleOf } from './openapi.ts'

export interface SeedComment {
  readonly body: string
  /** Absent: the token's own login. Null: a deleted user. */
  readonly author?: string | null
  readonly minimized?: true
}

export interface StoredComment {
  readonly id: number
  readonly author: string | null
  readonly minimized: boolean
  body: string
}

export interface State {
  readonly repository: string
  readonly number: number
  readonly login: string
  headSha: string
  readonly baseSha: string
  readonly mergeBaseSha: string
  /** `owner/name` and branch of the head; the repository's own `feature` unless said. */
  readonly headRepo: string
  readonly headRef: string
  labels: readonly string[]
  /** Numbers of more open pull requests from the same branch. */
  readonly twins: readonly number[]
  readonly comments: StoredComment[]
  /** What the pull request changes, with the `patch` that GitHub shows. */
  files: readonly ChangedFile[]
  /** Comments at lines of the diff. */
  readonly remarks: Remark[]
  reviews: number
  nextId: number
}

export interface ChangedFile {
  readonly filename: string
  /** Absent where it is too long for GitHub. */
  readonly patch?: string
}

export interface Remark {
  readonly author: string | null
  readonly path: string
  readonly startLine: number | null
  readonly line: number
  readonly commit: string
  readonly body: string
}

export interface Answer {
  readonly status: number
  readonly json?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export const url = (state: State, path: string): string => `https://github.com/${state.repository}${path}`

export const user = (login: string) => ({
  ...sampleOf('simple-user'),
  login,
  type: login.endsWith('[bot]') ? 'Bot' : 'User',
})

const commentJson = (state: State, { id, author, body, minimized }: StoredComment) => ({
  ...sampleOf('issue-comment'),
  id,
  html_url: url(state, `/pull/${state.number}#issuecomment-${id}`),
  user: author === null ? null : user(author),
  body,
  minimized: minimized ? { reason: 'OUTDATED' } : null,
})

export const refusal = (status: number, message: string): Answer => ({
  status,
  json:
    status === 422
      ? { message, documentation_url: 'https://docs.github.com/rest' }
      : { message, documentation_url: 'https://docs.github.com/rest', status: String(status) },
})

const NOT_FOUND = refusal(404, 'Not Found')

export const seed = (
  state: State,
  { body, author = state.login, minimized = undefined }: SeedComment,
): StoredComment => {
  const comment = { id: state.nextId++, author, body, minimized: minimized === true }
  state.comments.push(comment)
  return comment
}

export const showUser = (state: State): Answer =>
  state.login.endsWith('[bot]')
    ? refusal(403, 'Resource not accessible by integration')
    : { status: 200, json: { ...sampleOf('public-user'), login: state.login } }

export const runQuery = (state: State, query: string): Answer => {
  const pullRequest = { headRefOid: state.headSha }
  const repository = query.includes('headRefOid') ? { repository: { pullRequest } } : {}
  return { status: 200, json: { data: { viewer: { login: state.login }, ...repository } } }
}

export const listComments = (state: State, query: Readonly<Record<string, string>>, base: string): Answer => {
  const { items, headers } = pageOf(state.comments, query, base)
  return { status: 200, json: items.map(comment => commentJson(state, comment)), headers }
}

/** One page of a list, and the header that names the next. */
export const pageOf = <T>(
  all: readonly T[],
  query: Readonly<Record<string, string>>,
  base: string,
): { readonly items: readonly T[]; readonly headers: Readonly<Record<string, string>> } => {
  const size = Math.min(100, Number(query.per_page ?? 30))
  const page = Number(query.page ?? 1)
  const pages = Math.ceil(all.length / size)
  const headers: Record<string, string> =
    page < pages ? { link: `<${base}?per_page=${size}&page=${page + 1}>; rel="next"` } : {}
  return { items: all.slice((page - 1) * size, page * size), headers }
}

export const createComment = (state: State, body: string): Answer =>
  body.length > 65_536
    ? refusal(422, 'Validation Failed: body is too long (maximum is 65536 characters)')
    : { status: 201, json: commentJson(state, seed(state, { body })) }

export const readComment = (state: State, id: number): Answer => {
  const comment = state.comments.find(comment => comment.id === id)
  return comment ? { status: 200, json: commentJson(state, comment) } : NOT_FOUND
}

export const updateComment = (state: State, id: number, body: string): Answer => {
  const comment = state.comments.find(comment => comment.id === id)
  if (!comment) return NOT_FOUND
  comment.body = body
  return { status: 200, json: commentJson(state, comment) }
}

export const deleteComment = (state: State, id: number): Answer => {
  const index = state.comments.findIndex(comment => comment.id === id)
  if (index < 0) return NOT_FOUND
  state.comments.splice(index, 1)
  return { status: 204 }
}

export const showPull = (state: State): Answer => ({
  status: 200,
  json: pullJson(state, 'pull-request', state.number),
})

/** Open pull requests, by the head that is asked for: `owner:branch`. */
export const listPulls = (state: State, { head }: Readonly<Record<string, string>>): Answer => {
  const ours = `${state.headRepo.split('/')[0]}:${state.headRef}`
  const numbers = head === undefined || head === ours ? [state.number, ...state.twins] : []
  return { status: 200, json: numbers.map(number => pullJson(state, 'pull-request-simple', number)) }
}

const pullJson = (state: State, schema: string, number: number): object => {
  const pull = sampleOf(schema)
  const repo = (name: string) => ({ ...sampleOf('repository'), full_name: name })
  const head = {
    ...(pull.head as object),
    ref: state.headRef,
    sha: state.headSha,
    repo: repo(state.headRepo),
  }
  const base = { ...(pull.base as object), ref: 'main', sha: state.baseSha, repo: repo(state.repository) }
  const labels = state.labels.map(name => ({ ...LABEL, name }))
  return { ...pull, number, head, base, labels }
}

const LABEL = {
  id: 1,
  node_id: 'x',
  url: 'https://example.com/',
  description: '',
  color: 'ededed',
  default: false,
}

export const compare = (state: State): Answer => {
  const commit = { ...sampleOf('commit'), sha: state.mergeBaseSha }
  const comparison = { ...sampleOf('commit-comparison'), merge_base_commit: commit }
  return { status: 200, json: comparison }
}
