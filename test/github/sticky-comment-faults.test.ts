/** What GitHub and the network may do to a publication: the outcome says it, and there is never a second comment. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PublishOutcome } from '../../src/github/publication.ts'
import type { Effect, RouteName } from '../support/fake-github/faults.ts'
import {
  apiOf,
  bodyOf,
  hastyApi,
  ours,
  publish,
  routesOf,
  startFake,
  TOKEN,
  virtualClock,
} from './publishing.ts'

const reasonOf = (outcome: PublishOutcome): string => {
  if (outcome.kind !== 'skipped') assert.fail(`expected nothing to be written, got ${outcome.kind}`)
  assert.equal(outcome.notice, true)
  return outcome.reason
}

const READ_ONLY = 'Resource not accessible by integration'
const refusals: readonly (readonly [RouteName, number, string, RegExp])[] = [
  [
    'create',
    403,
    READ_ONLY,
    /may not comment.*status 403, request ABCD:1234.*permissions: pull-requests: write/,
  ],
  ['create', 403, 'Unable to create comment because issue is locked.', /pull request is locked.*403/],
  ['create', 404, 'Not Found', /does not see.*404.*permissions: pull-requests: write/],
  [
    'create',
    410,
    'Issues are disabled for this repo',
    /switched off.*410.*permissions: pull-requests: write/,
  ],
  ['create', 422, 'Validation Failed', /did not accept.*422.*permissions: pull-requests: write/],
  ['create', 401, 'Bad credentials', /token is not valid.*401/],
  ['update', 403, READ_ONLY, /may not comment.*403.*permissions: pull-requests: write/],
  ['update', 404, 'Not Found', /does not see.*404.*permissions: pull-requests: write/],
  ['update', 422, 'Validation Failed', /did not accept.*422/],
  ['list', 403, READ_ONLY, /may not comment.*403.*permissions: pull-requests: write/],
  ['list', 404, 'Not Found', /does not see.*404/],
  ['list', 410, 'Gone', /switched off.*410/],
  ['pull', 403, READ_ONLY, /may not comment.*403/],
]
for (const [on, answer, message, reason] of refusals) {
  test(`${answer} "${message}" on ${on} is not asked again and is said once`, async t => {
    const held = on === 'update' ? [{ body: bodyOf('1.1', 'one') }] : []
    const fake = await startFake(t, { comments: held, faults: [{ on, does: { answer, message } }] })
    const clock = virtualClock()
    const said = reasonOf(await publish(fake, { clock }))
    assert.match(said, reason)
    assert.match(said, /verdict and the job summary are not affected$/)
    assert.doesNotMatch(said, /\n|integration|Validation/)
    assert.deepEqual(
      clock.waitedMs.filter(ms => ms > 0),
      [],
    )
    assert.ok(
      fake.requests.filter(request => request.route === on).length <=
        (answer === 404 && on === 'update' ? 2 : 1),
    )
    assert.equal(fake.comments.length, held.length)
  })
}

test('with mode never a refusal needs no notice', async t => {
  const fake = await startFake(t, { faults: [{ on: 'list', does: { answer: 403 } }] })
  const outcome = await publish(fake, { mode: 'never' })
  assert.equal(outcome.kind === 'skipped' && outcome.notice, false)
})

test('a body that is too long for GitHub is refused by it and not by us', async t => {
  const fake = await startFake(t)
  assert.match(reasonOf(await publish(fake, { text: 'x'.repeat(65_536) })), /did not accept.*422/)
})

/** Effects that pass: with them striking once or twice, the comment is written all the same. */
const passing: readonly (readonly [string, Effect])[] = [
  ['502', { answer: 502 }],
  ['503 with retry-after', { answer: 503, headers: { 'retry-after': '7' } }],
  ['502 after the request was carried out', { answer: 502, applied: true }],
  ['a reset before the request was carried out', { reset: 'before' }],
  ['a reset after the request was carried out', { reset: 'after' }],
  ['an answer that is cut off', { body: 'cut' }],
  ['429 with retry-after', { answer: 429, headers: { 'retry-after': '5' } }],
  [
    '403 of the secondary limit',
    { answer: 403, message: 'You have exceeded a secondary rate limit', headers: { 'retry-after': '5' } },
  ],
]
const writes: readonly (readonly [RouteName, boolean])[] = [
  ['list', false],
  ['list', true],
  ['graphql', true],
  ['pull', false],
  ['create', false],
  ['update', true],
  ['read', true],
]
for (const [what, does] of passing) {
  for (const [on, held] of writes) {
    for (const times of [1, 2]) {
      test(`${what} on ${on} (${times} x, ${held ? 'update' : 'creation'}) delays the one comment`, async t => {
        const comments = held ? [{ body: bodyOf('1.1', 'one') }] : []
        const fake = await startFake(t, { comments, faults: [{ on, times, does }] })
        const clock = virtualClock()
        const outcome = await publish(fake, { clock })
        assert.equal(outcome.kind, held ? 'updated' : 'created')
        assert.deepEqual(
          ours(fake).map(({ body }) => body),
          [bodyOf('1000.1', 'report')],
        )
        assert.ok(clock.now() < 60_000)
      })
    }
  }
}

for (const [what, does] of passing) {
  for (const on of ['list', 'create', 'update', 'pull'] as const) {
    test(`${what} on ${on} for ever is given up after three tries, within a minute, without a second comment`, async t => {
      const comments = on === 'update' ? [{ body: bodyOf('1.1', 'one') }] : []
      const fake = await startFake(t, { comments, faults: [{ on, does }] })
      const clock = virtualClock()
      const outcome = await publish(fake, { clock })
      assert.ok(fake.requests.filter(({ route }) => route === on).length <= 3)
      assert.ok(clock.now() < 60_000)
      assert.ok(ours(fake).length <= 1)
      if (outcome.kind === 'skipped') assert.match(outcome.reason, /not affected$/)
    })
  }
}

test('the wait that GitHub asks for is kept', async t => {
  const does = { answer: 429, headers: { 'retry-after': '17' } }
  const fake = await startFake(t, { faults: [{ on: 'create', times: 1, does }] })
  const clock = virtualClock()
  assert.equal((await publish(fake, { clock })).kind, 'created')
  assert.deepEqual(clock.waitedMs, [17_000])
  assert.deepEqual(routesOf(fake), ['list', 'pull', 'create', 'list', 'pull', 'create', 'list'])
})

test('a wait that is too long, or that GitHub does not tell, is not begun', async t => {
  const limits = [{ 'retry-after': '3600' }, {}, { 'x-ratelimit-remaining': '0' }]
  for (const headers of limits) {
    const fake = await startFake(t, { faults: [{ on: 'create', does: { answer: 429, headers } }] })
    const clock = virtualClock()
    assert.match(reasonOf(await publish(fake, { clock })), /rate limit/)
    assert.deepEqual(clock.waitedMs, [])
    assert.deepEqual(routesOf(fake), ['list', 'pull', 'create'])
  }
})

test('an exhausted primary limit is waited for by GitHub’s clock', async t => {
  const headers = {
    date: 'Fri, 02 Jan 2026 03:04:05 GMT',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(Date.parse('2026-01-02T03:04:25Z') / 1000),
  }
  const fake = await startFake(t, { faults: [{ on: 'list', times: 1, does: { answer: 403, headers } }] })
  const clock = virtualClock()
  assert.equal((await publish(fake, { clock })).kind, 'created')
  assert.deepEqual(clock.waitedMs, [20_000])
})

test('three long waits do not add up to more than a minute', async t => {
  const does = { answer: 429, headers: { 'retry-after': '30' } }
  const fake = await startFake(t, { faults: [{ on: 'create', does }] })
  const clock = virtualClock()
  assert.match(reasonOf(await publish(fake, { clock })), /rate limit/)
  assert.deepEqual(clock.waitedMs, [30_000])
})

test('once GitHub has confirmed the comment, nothing that fails later unsays it', async t => {
  const fake = await startFake(t, { faults: [{ on: 'list', skip: 1, does: { answer: 500 } }] })
  assert.equal((await publish(fake)).kind, 'created')
  const held = await startFake(t, {
    comments: [{ body: bodyOf('1.1', 'one') }],
    faults: [{ on: 'read', does: { reset: 'before' } }],
  })
  assert.equal((await publish(held)).kind, 'updated')
})

for (const on of ['list', 'create'] as const) {
  test(`an answer to ${on} that never ends is left behind`, async t => {
    const fake = await startFake(t, { faults: [{ on, times: 1, does: { body: 'stalled' } }] })
    const outcome = await publish(fake, { api: hastyApi(apiOf(fake), 150) })
    assert.equal(outcome.kind, 'created')
    assert.equal(ours(fake).length, 1)
  })
}

test('an API that is not there is a reason, not an error', async t => {
  const fake = await startFake(t)
  await fake.stop()
  assert.match(reasonOf(await publish(fake)), /did not answer/)
})

test('neither the token nor GitHub’s own words reach an outcome', async t => {
  const words = `token ${TOKEN} ::error::boo`
  for (const answer of [400, 401, 403, 404, 410, 422, 429, 500, 502]) {
    for (const on of ['list', 'pull', 'create'] as const) {
      const fake = await startFake(t, { faults: [{ on, does: { answer, message: words } }] })
      const said = JSON.stringify(await publish(fake))
      assert.doesNotMatch(said, /canary|boo|::/)
    }
  }
})
