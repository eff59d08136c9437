import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEvent } from '../../src/github/event.ts'

const headSha = '1'.repeat(40)
const baseSha = '2'.repeat(40)
const environment = {
  GITHUB_EVENT_NAME: 'pull_request',
  GITHUB_REPOSITORY: 'octo/app',
  GITHUB_SERVER_URL: 'https://github.example.com/',
  GITHUB_API_URL: 'https://github.example.com/api/v3',
  GITHUB_RUN_ID: '9876543210',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_SHA: '3'.repeat(40),
  GITHUB_WORKSPACE: '/home/runner/work/app/app',
}
const pullRequest = {
  number: 7,
  head: { sha: headSha, ref: 'feature', repo: { full_name: 'octo/app' } },
  base: { sha: baseSha, ref: 'main', repo: { full_name: 'octo/app' } },
}

test('a pull request’s event is read from the runner’s variables and the payload', () => {
  assert.deepEqual(readEvent(environment, { pull_request: pullRequest }), {
    name: 'pull_request',
    repository: { owner: 'octo', repo: 'app' },
    serverUrl: 'https://github.example.com',
    apiUrl: 'https://github.example.com/api/v3',
    runId: '9876543210',
    runAttempt: '2',
    run: '9876543210.2',
    runUrl: 'https://github.example.com/octo/app/actions/runs/9876543210/attempts/2',
    sha: '3'.repeat(40),
    pullRequest: {
      number: 7,
      headSha,
      baseSha,
      headRepo: 'octo/app',
      baseRef: 'main',
      fork: false,
      labels: [],
    },
    mergeGroup: null,
    workflowRun: null,
    beforeSha: null,
    workspace: '/home/runner/work/app/app',
  })
})

const forks: readonly (readonly [string, unknown, boolean, string | null])[] = [
  ['the same repository', { full_name: 'octo/app' }, false, 'octo/app'],
  ['another repository', { full_name: 'mallory/app' }, true, 'mallory/app'],
  ['a deleted repository', null, true, null],
  ['a repository without a proper name', { full_name: 'a b' }, true, null],
]
for (const [what, repo, fork, headRepo] of forks) {
  test(`a head in ${what} is ${fork ? 'a fork' : 'no fork'}`, () => {
    const payload = { pull_request: { ...pullRequest, head: { ...pullRequest.head, repo } } }
    const event = readEvent(environment, payload)
    assert.equal(event.pullRequest?.fork, fork)
    assert.equal(event.pullRequest?.headRepo, headRepo)
  })
}

const broken: readonly (readonly [string, unknown])[] = [
  ['no number', { ...pullRequest, number: undefined }],
  ['a number in a string', { ...pullRequest, number: '7' }],
  ['a number below 1', { ...pullRequest, number: 0 }],
  ['a fraction', { ...pullRequest, number: 1.5 }],
  ['a branch name for a head', { ...pullRequest, head: { ...pullRequest.head, sha: 'main' } }],
  ['an option for a base', { ...pullRequest, base: { ...pullRequest.base, sha: '--upload-pack=x' } }],
  ['a short base', { ...pullRequest, base: { ...pullRequest.base, sha: 'abc1234' } }],
  ['no base branch', { ...pullRequest, base: { sha: baseSha } }],
  ['an array', []],
  ['a string', 'x'],
  ['null', null],
]
for (const [what, value] of broken) {
  test(`a payload whose pull request has ${what} has no pull request`, () => {
    assert.equal(readEvent(environment, { pull_request: value }).pullRequest, null)
  })
}

test('fields that come from a prototype are no fields', () => {
  const payload = { pull_request: Object.create(pullRequest) }
  assert.equal(readEvent(environment, payload).pullRequest, null)
})

test('a merge group has its two commits', () => {
  const payload = { merge_group: { head_sha: headSha, base_sha: baseSha, base_ref: 'refs/heads/main' } }
  assert.deepEqual(readEvent(environment, payload).mergeGroup, { headSha, baseSha })
})

test('SHA-256 commits are commits', () => {
  const sha = 'e'.repeat(64)
  const payload = { merge_group: { head_sha: sha, base_sha: sha } }
  assert.deepEqual(readEvent({ GITHUB_SHA: sha }, payload).mergeGroup, { headSha: sha, baseSha: sha })
  assert.equal(readEvent({ GITHUB_SHA: sha }, null).sha, sha)
})

for (const name of [
  'push',
  'schedule',
  'workflow_dispatch',
  'release',
  'issue_comment',
  'never_heard_of',
  '',
]) {
  test(`the event "${name}" is read politely`, () => {
    const event = readEvent({ ...environment, GITHUB_EVENT_NAME: name }, { anything: [1] })
    assert.equal(event.name, name)
    assert.equal(event.pullRequest, null)
    assert.equal(event.mergeGroup, null)
  })
}

test('outside a runner everything is missing or GitHub’s default', () => {
  assert.deepEqual(readEvent({}, null), {
    name: '',
    repository: null,
    serverUrl: 'https://github.com',
    apiUrl: 'https://api.github.com',
    runId: null,
    runAttempt: '1',
    run: null,
    runUrl: null,
    sha: null,
    pullRequest: null,
    mergeGroup: null,
    workflowRun: null,
    beforeSha: null,
    workspace: null,
  })
})

test('variables that are not what GitHub documents are missing', () => {
  const odd = {
    GITHUB_REPOSITORY: 'a/b/c',
    GITHUB_SERVER_URL: 'javascript:alert(1)',
    GITHUB_API_URL: 'not a url',
    GITHUB_RUN_ID: '12x',
    GITHUB_SHA: 'HEAD',
  }
  const event = readEvent(odd, { repository: { full_name: 'octo/app' } })
  assert.deepEqual(event.repository, { owner: 'octo', repo: 'app' })
  assert.equal(event.serverUrl, 'https://github.com')
  assert.equal(event.apiUrl, 'https://api.github.com')
  assert.equal(event.run, null)
  assert.equal(event.runUrl, null)
  assert.equal(event.sha, null)
})
