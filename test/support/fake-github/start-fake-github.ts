/** A local stand-in for GitHub's API: real HTTP on 127.0.0.1, one pull request, and faults on demand. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Effect, type Fault, faultPicker, type RouteName } from './faults.ts'
import { problemsOf } from './openapi.ts'
import { carryOut, ROUTES } from './routes.ts'
import type { Answer, ChangedFile, Remark, SeedComment, State, StoredComment } from './state.ts'
import * as answers from './state.ts'

export interface FakeOptions {
  readonly repository?: string
  readonly number?: number
  readonly headSha?: string
  readonly baseSha?: string
  readonly mergeBaseSha?: string
  /** Where the head comes from; default: a branch `feature` of the repository itself. */
  readonly headRepo?: string
  readonly headRef?: string
  readonly labels?: readonly string[]
  /** More open pull requests from the same branch. */
  readonly twins?: readonly number[]
  /** What the API's paths begin with: `/api/v3` on a server of one's own, where GraphQL is at `/api/graphql`. */
  readonly basePath?: string
  /** Whose token it is. Logins that end in `[bot]` are refused by `GET /user`, as a workflow's token is. */
  readonly login?: string
  readonly comments?: readonly SeedComment[]
  readonly files?: readonly ChangedFile[]
  readonly remarks?: readonly Remark[]
  readonly faults?: readonly Fault[]
  /** Milliseconds before a request is carried out, and again before it is answered. */
  readonly delayMs?: () => number
  /** Share of requests whose connection is closed instead of answered: half before, half after they were carried out. */
  readonly dropped?: number
  readonly random?: () => number
}

export interface SeenRequest {
  readonly route: RouteName | null
  readonly method: string
  readonly path: string
  readonly body: unknown
}

export interface FakeGitHub {
  readonly url: string
  readonly requests: readonly SeenRequest[]
  readonly comments: readonly StoredComment[]
  /** Requests that were not expected, and whatever GitHub's description does not allow. Empty in a good test. */
  readonly problems: readonly string[]
  readonly state: State
  readonly stop: () => Promise<void>
}

/** Starts the server. The caller stops it, and looks at `problems`. */
export const startFakeGitHub = async (options: FakeOptions = {}): Promise<FakeGitHub> => {
  const state: State = {
    repository: options.repository ?? 'octo/app',
    number: options.number ?? 7,
    login: options.login ?? 'github-actions[bot]',
    headSha: options.headSha ?? 'a'.repeat(40),
    baseSha: options.baseSha ?? 'b'.repeat(40),
    mergeBaseSha: options.mergeBaseSha ?? 'c'.repeat(40),
    headRepo: options.headRepo ?? options.repository ?? 'octo/app',
    headRef: options.headRef ?? 'feature',
    labels: options.labels ?? [],
    twins: options.twins ?? [],
    comments: [],
    files: options.files ?? [],
    remarks: [...(options.remarks ?? [])],
    reviews: 0,
    nextId: 1001,
  }
  for (const comment of options.comments ?? []) answers.seed(state, comment)
  const requests: SeenRequest[] = []
  const problems: string[] = []
  const pickFault = faultPicker(options.faults ?? [])
  const { random = Math.random, dropped = 0, delayMs = () => 0 } = options

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
    const pathname = withoutBase(path, options.basePath ?? '')
    const method = request.method ?? ''
    const body = await readBody(request)
    const [route, , pattern, template] =
      ROUTES.find(([, verb, path]) => verb === method && path.test(pathname)) ?? []
    requests.push({ route: route ?? null, method, path: request.url ?? '', body })
    if (!request.headers.authorization) problems.push(`${method} ${pathname}: no token`)
    if (!route || !pattern || template === undefined) {
      problems.push(`unexpected request: ${method} ${request.url}`)
      return send(response, answers.refusal(404, 'Not Found'), null)
    }
    const query = Object.fromEntries(searchParams)
    const chance = random()
    const drop: Effect | null = chance < dropped ? { reset: chance < dropped / 2 ? 'before' : 'after' } : null
    const effect = pickFault(route) ?? drop
    await sleep(delayMs())
    if (effect && 'meanwhile' in effect) effect.meanwhile()
    const carriedOut = !effect || 'meanwhile' in effect || 'body' in effect || isAfter(effect)
    const [, name, id = ''] = pattern.exec(pathname) ?? []
    const known = name === undefined || name === state.repository
    const base = `http://${request.headers.host}${pathname}`
    const real =
      carriedOut && known ? carryOut(state, route, id, query, body, base) : answers.refusal(404, 'Not Found')
    const answer = effect && 'answer' in effect ? faulty(effect) : real
    if (template) {
      problems.push(
        ...problemsOf({ method, template, query, body, status: answer.status, answer: answer.json }),
      )
    }
    await sleep(delayMs())
    send(response, answer, effect)
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      problems.push(String(error))
      response.destroy()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const stop = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise<void>(resolve => server.close(() => resolve()))
  }
  const url = `http://127.0.0.1:${port}${options.basePath ?? ''}`
  return { url, requests, comments: state.comments, problems, state, stop }
}

/** The path as on github.com; one outside of the API's own part is none. */
const withoutBase = (path: string, base: string): string => {
  if (base === '') return path
  if (path === `${base.replace(/\/v3$/, '')}/graphql`) return '/graphql'
  return path.startsWith(`${base}/`) && path !== `${base}/graphql`
    ? path.slice(base.length)
    : `(outside) ${path}`
}

const isAfter = (effect: Effect): boolean =>
  ('reset' in effect && effect.reset === 'after') || ('answer' in effect && effect.applied === true)

const faulty = ({ answer, message, headers }: Extract<Effect, { answer: number }>): Answer => ({
  ...answers.refusal(answer, message ?? `status ${answer}`),
  ...(headers && { headers }),
})

const readBody = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  return text === '' ? undefined : JSON.parse(text)
}

const send = (response: ServerResponse, { status, json, headers }: Answer, effect: Effect | null): void => {
  if (effect && 'reset' in effect) {
    response.destroy()
    return
  }
  const bytes = Buffer.from(json === undefined ? '' : JSON.stringify(json))
  response.writeHead(status, {
    ...(json !== undefined && {
      'content-type': 'application/json; charset=utf-8',
      'content-length': bytes.length,
    }),
    'x-github-request-id': 'ABCD:1234',
    ...headers,
  })
  if (!effect || !('body' in effect)) {
    response.end(bytes)
    return
  }
  if (effect.body === 'slow') {
    const drip = (at: number): void => {
      if (at >= bytes.length) return void response.end()
      const size = Math.max(1, Math.ceil(bytes.length / 20))
      response.write(bytes.subarray(at, at + size))
      setTimeout(() => drip(at + size), 50)
    }
    drip(0)
    return
  }
  response.write(bytes.subarray(0, bytes.length / 2), () => {
    if (effect.body === 'cut') response.destroy()
  })
}
