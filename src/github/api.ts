/**
 * One request to GitHub's API and what came back, without a decision: statuses are values, and only the lack of a whole
 * answer is an error. Headers, tokens and error texts of the API never leave this file.
 */
import { getOctokit } from '@actions/github'

export interface ApiReply {
  readonly status: number
  /** The parsed JSON; a string when the body was cut off or is no JSON. */
  readonly data: unknown
  /** Whether the `link` header names a next page. */
  readonly hasNext: boolean
  /** Seconds to wait as `retry-after` says, or as `x-ratelimit-reset` does when nothing remains; else null. */
  readonly retryAfterS: number | null
  /** The answer is about how often we asked, not about what we asked. */
  readonly limited: boolean
  readonly locked: boolean
  readonly requestId: string | null
}

/** No whole answer: refused, reset or timed out. What was asked for may have been done all the same. */
export class NoReplyError extends Error {
  override readonly name = 'NoReplyError'
}

export interface GitHubApi {
  /** What is left of the time that a whole run may spend on failures and waits, whoever asks. */
  readonly patience?: { leftMs: number }
  readonly send: (route: string, parameters: Parameters, timeoutMs: number) => Promise<ApiReply>
}

export type Parameters = Readonly<Record<string, unknown>>

export interface Connection {
  readonly token: string
  /** `GITHUB_API_URL`: https://api.github.com or https://HOST/api/v3. Proxies are taken from the standard variables. */
  readonly apiUrl: string
}

/** The API behind a token. Sends nothing yet. Throws on an empty token. */
export const connect = ({ token, apiUrl }: Connection): GitHubApi => {
  const octokit = getOctokit(token, { baseUrl: apiUrl, userAgent: 'plimsoll', log: SILENT })
  return {
    patience: { leftMs: PATIENCE_MS },
    send: async (route, parameters, timeoutMs) => {
      const signal = AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs)))
      const url = route === 'POST /graphql' ? `POST ${graphqlUrl(apiUrl)}` : route
      try {
        return replyOf(await octokit.request(url, { ...parameters, request: { signal } }))
      } catch (error) {
        const response = responseOf(error)
        if (response) return replyOf(response)
        throw new NoReplyError(signal.aborted ? 'no answer in time' : 'the connection broke')
      }
    },
  }
}

/** A run is never longer by more than this because of GitHub. */
const PATIENCE_MS = 55_000

/** GitHub Enterprise Server has its GraphQL beside the REST API, not below it. */
const graphqlUrl = (apiUrl: string): string =>
  apiUrl.endsWith('/api/v3') ? `${apiUrl.slice(0, -'/v3'.length)}/graphql` : `${apiUrl}/graphql`

interface Response {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly data: unknown
}

const responseOf = (error: unknown): Response | null => {
  const response = error instanceof Error && 'response' in error ? error.response : null
  return response ? (response as Response) : null
}

const replyOf = ({ status, headers, data }: Response): ApiReply => {
  const message = textOf(data, 'message')
  const exhausted = headers['x-ratelimit-remaining'] === '0'
  return {
    status,
    data,
    hasNext: /<[^>]*>;\s*rel="next"/.test(String(headers.link ?? '')),
    retryAfterS: secondsOf(headers, exhausted),
    limited:
      status === 429 ||
      (status === 403 && (exhausted || 'retry-after' in headers || /rate limit/i.test(message))),
    locked: status === 403 && /\block/i.test(message),
    requestId: plain(headers['x-github-request-id']),
  }
}

/** The server's own clock is used, so that a wrong one here does not lengthen the wait. */
const secondsOf = (headers: Response['headers'], exhausted: boolean): number | null => {
  const after = Number(headers['retry-after'] ?? Number.NaN)
  if (after >= 0) return after
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN)
  const now = Date.parse(String(headers.date ?? ''))
  const left = reset - now / 1000
  return exhausted && !Number.isNaN(left) ? Math.max(0, Math.ceil(left)) : null
}

const textOf = (data: unknown, key: string): string => {
  const value = typeof data === 'object' && data !== null ? (data as Record<string, unknown>)[key] : null
  return typeof value === 'string' ? value : ''
}

const plain = (value: unknown): string | null =>
  typeof value === 'string' && /^[\w:.-]{1,80}$/.test(value) ? value : null

const nothing = (): void => {}
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing }
