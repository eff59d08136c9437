/** Reviews of the pull request, and the lines that they stand at. */
import { sampleOf } from './openapi.ts'
import { type Answer, pageOf, type Remark, refusal, type State, url, user } from './state.ts'

type Query = Readonly<Record<string, string>>

export const listFiles = (state: State, query: Query, base: string): Answer => {
  const { items, headers } = pageOf(state.files, query, base)
  const json = items.map(({ filename, patch }) => ({
    ...sampleOf('diff-entry'),
    filename,
    status: 'modified',
    ...(patch === undefined ? {} : { patch }),
  }))
  return { status: 200, json, headers }
}

export const listRemarks = (state: State, query: Query, base: string): Answer => {
  const { items, headers } = pageOf(state.remarks, query, base)
  const json = items.map(({ author, path, line, body }) => ({
    ...sampleOf('pull-request-review-comment'),
    path,
    line,
    body,
    ...(author === null ? {} : { user: user(author) }),
  }))
  return { status: 200, json, headers }
}

export interface ReviewBody {
  readonly commit_id: string
  readonly event: string
  readonly comments: readonly {
    readonly path: string
    readonly start_line?: number
    readonly line: number
    readonly side: string
    readonly body: string
  }[]
}

/** GitHub takes a review whole or not at all: a line that its diff does not show is refused. */
export const createReview = (state: State, body: ReviewBody): Answer => {
  for (const { path, start_line: start, line } of body.comments) {
    const patch = state.files.find(({ filename }) => filename === path)?.patch
    if (patch === undefined) return refusal(422, 'Path could not be resolved')
    for (let at = start ?? line; at <= line; at += 1)
      if (!isShown(patch, at)) return refusal(422, 'Line could not be resolved')
  }
  state.reviews += 1
  state.remarks.push(
    ...body.comments.map(
      (each): Remark => ({
        author: state.login,
        path: each.path,
        startLine: each.start_line ?? null,
        line: each.line,
        commit: body.commit_id,
        body: each.body,
      }),
    ),
  )
  const json = {
    ...sampleOf('pull-request-review'),
    state: 'COMMENTED',
    html_url: url(state, `/pull/${state.number}#pullrequestreview-${state.reviews}`),
  }
  return { status: 200, json }
}

/** Counts the head's lines of a patch, hunk by hunk. */
const isShown = (patch: string, wanted: number): boolean => {
  let line = 0
  for (const text of patch.split('\n')) {
    const [, start] = /^@@ .* \+(\d+)/.exec(text) ?? []
    if (start !== undefined) line = Number(start) - 1
    else if (!text.startsWith('-') && !text.startsWith('\\')) {
      line += 1
      if (line === wanted) return true
    }
  }
  return false
}
