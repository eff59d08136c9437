/** Which pull request a finished run measured: from GitHub alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GitHubEvent } from '../../src/github/event.ts'
import { readEvent } from '../../src/github/event.ts'
import { type PullOfRun, pullOfRun } from '../../src/github/pull-of-run.ts'
import type { FakeGitHub } from '../support/fake-github/start-fake-github.ts'
import { apiOf, HEAD, OTHER_HEAD, routesOf, startFake, virtualClock } from './publishing.ts'

const REPOSITORY_ID = 35129377

interface Given {
  readonly sha?: string
  readonly headRepo?: string | null
  readonly branch?: string | null
  readonly pulls?: readonly object[]
  readonly event?: string
}

const payloadOf = ({ sha = HEAD, headRepo = 'fork/app', branch = 'feature', pulls = [], event }: Given) => ({
  action: 'completed',
  repository: { id: REPOSITORY_ID, full_name: 'octo/app' },
  workflow_run: {
    id: 9876543210,
    run_attempt: 2,
    event: event ?? 'pull_request',
    head_sha: sha,
    head_branch: branch,
    head_repository: headRepo === null ? null : { full_name: headRepo, owner: { login: 'ignored' } },
    pull_requests: pulls,
  },
})

const eventOf = (given: Given = {}): GitHubEvent =>
  readEvent(
    { GITHUB_EVENT_NAME: 'workflow_run', GITHUB_REPOSITORY: 'octo/app', GITHUB_RUN_ID: '1' },
    payloadOf(given),
  )

const ask = async (fake: FakeGitHub, given: Given = {}): Promise<PullOfRun> =>
  pullOfRun({
    api: apiOf(fake),
    repository: { owner: 'octo', repo: 'app' },
    run: eventOf(given).workflowRun!,
    clock: virtualClock(),
  })

const listed = (number: number, sha = HEAD, id = REPOSITORY_ID) => ({
  number,
  head: { sha, ref: 'feature' },
  base: { ref: 'main', repo: { id } },
})

test('the measuring run is read from the event: id, attempt, commit, and where its page is', () => {
  assert.deepEqual(eventOf({ pulls: [listed(7)] }).workflowRun, {
    run: '9876543210.2',
    url: 'https://github.com/octo/app/actions/runs/9876543210/attempts/2',
    event: 'pull_request',
    headSha: HEAD,
    headBranch: 'feature',
    headRepo: 'fork/app',
    headOwner: 'fork',
    pullNumbers: [7],
  })
})

test('a payload that is not what GitHub documents is no run', () => {
  for (const bad of [
    null,
    {},
    { workflow_run: {} },
    { workflow_run: { id: '1', head_sha: HEAD, event: 'push' } },
  ])
    assert.equal(readEvent({}, bad).workflowRun, null)
})

test('where GitHub names the pull request there is nothing to ask', async t => {
  const fake = await startFake(t)
  assert.deepEqual(await ask(fake, { pulls: [listed(12)] }), { kind: 'found', number: 12, labels: null })
  assert.deepEqual(routesOf(fake), [])
})

test('pull requests of other repositories, or at another commit, are not taken from the event', async t => {
  const fake = await startFake(t, { headRepo: 'fork/app' })
  const pulls = [listed(12, OTHER_HEAD), listed(13, HEAD, 1)]
  const found = await ask(fake, { pulls })
  assert.deepEqual(found, { kind: 'found', number: 7, labels: [] })
})

test('a fork’s pull request is found by its branch, and its labels with it', async t => {
  const fake = await startFake(t, { headRepo: 'fork/app', headRef: 'a/b c', labels: ['size-ok'] })
  assert.deepEqual(await ask(fake, { branch: 'a/b c' }), { kind: 'found', number: 7, labels: ['size-ok'] })
  assert.deepEqual(routesOf(fake), ['pulls'])
  assert.match(fake.requests[0]!.path, /state=open&head=fork(:|%3A)a%2Fb%20c&per_page=100$/)
})

const none: readonly (readonly [string, Parameters<typeof startFake>[1], Given, RegExp, boolean])[] = [
  ['a newer commit', { headRepo: 'fork/app', headSha: OTHER_HEAD }, {}, /newer one/, false],
  ['another repository of the same owner', { headRepo: 'fork/other' }, {}, /newer one/, false],
  ['two pull requests of one branch', { headRepo: 'fork/app', twins: [8] }, {}, /does not say which/, true],
  ['no open pull request', { headRepo: 'stranger/app' }, {}, /closed/, false],
  ['a fork that is gone', {}, { headRepo: null }, /closed/, false],
]
for (const [what, options, given, reason, notice] of none) {
  test(`with ${what} no pull request is taken`, async t => {
    const fake = await startFake(t, options)
    const found = await ask(fake, given)
    assert.equal(found.kind, 'none')
    if (found.kind !== 'none') return
    assert.match(found.reason, reason)
    assert.equal(found.notice, notice)
  })
}

test('a token that may not read pull requests is told which permission is missing', async t => {
  const fake = await startFake(t, { faults: [{ on: 'pulls', does: { answer: 403 } }] })
  const found = await ask(fake)
  assert.equal(found.kind === 'none' && found.notice, true)
  assert.match(found.kind === 'none' ? found.reason : '', /pull-requests: write/)
})

test('a GitHub that fails is asked three times and no more', async t => {
  const fake = await startFake(t, { faults: [{ on: 'pulls', does: { answer: 502 } }] })
  assert.equal((await ask(fake)).kind, 'none')
  assert.deepEqual(routesOf(fake), ['pulls', 'pulls', 'pulls'])
})
