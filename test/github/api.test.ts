import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect, NoReplyError } from '../../src/github/api.ts'
import type { Effect } from '../support/fake-github/faults.ts'
import { startFakeGitHub } from '../support/fake-github/start-fake-github.ts'
import { apiOf, startFake, TOKEN } from './publishing.ts'

const pull = { owner: 'octo', repo: 'app', pull_number: 7 }
const GET_PULL = 'GET /repos/{owner}/{repo}/pulls/{pull_number}'

const replies: readonly (readonly [string, Effect, object])[] = [
  [
    'a refusal',
    { answer: 403, message: 'Resource not accessible' },
    { status: 403, limited: false, locked: false },
  ],
  [
    'a locked pull request',
    { answer: 403, message: 'issue is locked' },
    { status: 403, limited: false, locked: true },
  ],
  ['too many requests', { answer: 429 }, { status: 429, limited: true, retryAfterS: null }],
  [
    'a secondary limit',
    { answer: 403, message: 'secondary rate limit' },
    { limited: true, retryAfterS: null },
  ],
  [
    'a limit with a wait',
    { answer: 403, headers: { 'retry-after': '60' } },
    { limited: true, retryAfterS: 60 },
  ],
  [
    'a wait that is no number',
    { answer: 429, headers: { 'retry-after': 'soon' } },
    { limited: true, retryAfterS: null },
  ],
  ['a fault of GitHub’s', { answer: 502 }, { status: 502, limited: false, requestId: 'ABCD:1234' }],
  [
    'an odd request id',
    { answer: 500, headers: { 'x-github-request-id': '::x::\u00e9' } },
    { requestId: null },
  ],
]
for (const [what, does, expected] of replies) {
  test(`${what} is an answer, not an error`, async t => {
    const fake = await startFake(t, { faults: [{ on: 'pull', does }] })
    const reply = await apiOf(fake).send(GET_PULL, pull, 5_000)
    assert.deepEqual({ ...reply, ...expected }, reply)
  })
}

test('a reset, a silence and a missing server are the lack of an answer', async t => {
  const fake = await startFake(t, { faults: [{ on: 'pull', does: { reset: 'before' } }] })
  await assert.rejects(apiOf(fake).send(GET_PULL, pull, 5_000), NoReplyError)
  const slow = await startFake(t, { delayMs: () => 300 })
  await assert.rejects(apiOf(slow).send(GET_PULL, pull, 50), /no answer in time/)
  await fake.stop()
  await assert.rejects(apiOf(fake).send(GET_PULL, pull, 5_000), NoReplyError)
})

test('an answer that breaks off is no object', async t => {
  const fake = await startFake(t, { faults: [{ on: 'pull', does: { body: 'cut' } }] })
  const { status, data } = await apiOf(fake).send(GET_PULL, pull, 5_000)
  assert.equal(status, 200)
  assert.equal(typeof data, 'string')
})

test('errors and answers hold no token', async t => {
  const fake = await startFake(t, { faults: [{ on: 'pull', times: 1, does: { reset: 'before' } }] })
  const error = await apiOf(fake)
    .send(GET_PULL, pull, 5_000)
    .catch((thrown: unknown) => thrown)
  assert.ok(error instanceof NoReplyError)
  assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`, /canary/)
  assert.doesNotMatch(JSON.stringify(await apiOf(fake).send(GET_PULL, pull, 5_000)), /canary/)
})

test('a token is needed to connect', () => {
  assert.throws(() => connect({ token: '', apiUrl: 'https://api.github.com' }), /token/)
  assert.doesNotThrow(() => connect({ token: TOKEN, apiUrl: 'https://ghe.example.com/api/v3' }))
})

for (const [base, path] of [
  ['', '/graphql'],
  ['/api/v3', '/api/graphql'],
]) {
  test(`GraphQL of an API at "${base}" is at ${path}`, async t => {
    const fake = await startFakeGitHub()
    t.after(fake.stop)
    await connect({ token: TOKEN, apiUrl: `${fake.url}${base}` }).send(
      'POST /graphql',
      { query: '{}' },
      5_000,
    )
    assert.deepEqual(
      fake.requests.map(request => request.path),
      [path],
    )
  })
}
