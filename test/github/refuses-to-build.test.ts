import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEvent } from '../../src/github/event.ts'
import { refusesToBuild } from '../../src/github/refuses-to-build.ts'

const head = 'a'.repeat(40)
const base = 'b'.repeat(40)
const tip = 'c'.repeat(40)
const merge = 'd'.repeat(40)
const payload = {
  pull_request: { number: 7, head: { sha: head, repo: null }, base: { sha: base, ref: 'main', repo: null } },
}
const event = (name: string, body: unknown = payload) =>
  readEvent({ GITHUB_EVENT_NAME: name, GITHUB_SHA: tip }, body)

const cases: readonly (readonly [string, string, unknown, boolean])[] = [
  ['the head', head, payload, true],
  ['a merge of the head', merge, payload, true],
  ['the base commit of the event', base, payload, false],
  ['the commit the workflow came from', tip, payload, false],
  ['a commit it cannot place, without a payload', head, null, true],
]
for (const [what, commit, body, refused] of cases) {
  test(`pull_request_target with ${what} checked out is ${refused ? 'refused' : 'built'}`, () => {
    assert.equal(refusesToBuild(event('pull_request_target', body), commit) !== null, refused)
  })
}

test('what lies in no repository is refused with the token at hand, whatever the event leaves out', () => {
  const bare = readEvent({ GITHUB_EVENT_NAME: 'pull_request_target' }, null)
  assert.notEqual(refusesToBuild(bare, null), null)
  assert.match(
    refusesToBuild(event('pull_request_target'), null, '"pr"') ?? '',
    /because "pr" is not the base/,
  )
  const run = { id: 5, event: 'pull_request', head_sha: head }
  assert.notEqual(refusesToBuild(event('workflow_run', { workflow_run: run }), null), null)
  assert.equal(refusesToBuild(event('workflow_run', { workflow_run: { ...run, event: 'push' } }), null), null)
  assert.equal(refusesToBuild(event('pull_request'), null), null)
})

test('the refusal says why in one line and what to do in the next', () => {
  const lines = refusesToBuild(event('pull_request_target'), head)?.split('\n') ?? []
  assert.equal(lines.length, 2)
  assert.match(lines[0] ?? '', /^pull_request_target: not built/)
  assert.match(lines[1] ?? '', /on: pull_request/)
})

for (const name of ['pull_request', 'push', 'merge_group', 'workflow_dispatch']) {
  test(`${name} builds what is checked out`, () => assert.equal(refusesToBuild(event(name), head), null))
}
