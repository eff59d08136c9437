/** A publication to the stand-in API, with everything a test does not care about filled in. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type GitHubApi } from '../../src/github/api.ts'
import type { Clock } from '../../src/github/persist.ts'
import type { Publication, PublishOutcome } from '../../src/github/publication.ts'
import { publishComment } from '../../src/github/sticky-comment.ts'
import { formatMarker, withoutMarker } from '../../src/report/marker.ts'
import {
  type FakeGitHub,
  type FakeOptions,
  startFakeGitHub,
} from '../support/fake-github/start-fake-github.ts'
import type { SeedComment } from '../support/fake-github/state.ts'

export const HEAD = 'a'.repeat(40)
export const OTHER_HEAD = 'f'.repeat(40)
export const BOT = 'github-actions[bot]'
export const TOKEN = 'ghs_canary0123456789'

/** A body of ours. */
export const bodyOf = (run: string, text: string, { key = 'default', head = HEAD } = {}): string =>
  `${formatMarker({ key, run, head })}\n${text}`

/** `count` comments of people and other tools. */
export const chatter = (count: number): readonly SeedComment[] =>
  Array.from({ length: count }, (_, i) => ({
    author: i % 3 ? 'maria' : 'other-tool[bot]',
    body: `comment ${i}`,
  }))

/** A stand-in that is stopped with the test and must have seen nothing unexpected. */
export const startFake = async (t: TestContext, options: FakeOptions = {}): Promise<FakeGitHub> => {
  const fake = await startFakeGitHub({ headSha: HEAD, ...options })
  t.after(async () => {
    await fake.stop()
    assert.deepEqual(fake.problems, [])
  })
  return fake
}

/** Time that passes only by waiting, in no time. */
export const virtualClock = (): Clock & { readonly waitedMs: readonly number[] } => {
  let nowMs = 0
  const waitedMs: number[] = []
  return {
    waitedMs,
    now: () => nowMs,
    wait: async ms => {
      nowMs += ms
      waitedMs.push(ms)
    },
  }
}

/** Real time with no wait longer than a test can bear. */
export const hastyClock = (longestMs: number): Clock => ({
  now: () => performance.now(),
  wait: async ms => {
    await sleep(Math.min(ms, longestMs))
  },
})

/** The API with requests that time out sooner. */
export const hastyApi = (api: GitHubApi, timeoutMs: number): GitHubApi => ({
  send: (route, parameters, ms) => api.send(route, parameters, Math.min(ms, timeoutMs)),
})

export const apiOf = (fake: FakeGitHub): GitHubApi => connect({ token: TOKEN, apiUrl: fake.url })

type Wanted = Partial<Publication> & { readonly text?: string }

/** Publishes as run `runId` (1000.1, unless said) with mode `always`. */
export const publish = async (fake: FakeGitHub, wanted: Wanted = {}): Promise<PublishOutcome> => {
  const { runId = '1000.1', key = 'default', headSha = HEAD, text = 'report' } = wanted
  return publishComment({
    api: apiOf(fake),
    repository: { owner: 'octo', repo: 'app' },
    issueNumber: 7,
    key,
    runId,
    headSha,
    body: bodyOf(runId, text, { key, head: headSha }),
    mode: 'always',
    worthCreating: true,
    failed: false,
    same: (a, b) => withoutMarker(a) === withoutMarker(b),
    clock: virtualClock(),
    ...wanted,
  })
}

export const routesOf = (fake: FakeGitHub): readonly (string | null)[] =>
  fake.requests.map(({ route }) => route)

/** Comments with a marker that the token itself wrote. */
export const ours = (fake: FakeGitHub) =>
  fake.comments.filter(({ author, body }) => author === fake.state.login && body.startsWith('<!-- plimsoll'))
