/** Every event, as GitHub sends it, on the built action and a real engine: what it compares, says and judges. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { eventsPage } from '../events/events-page.ts'
import { CASES, type EventResult, runEvents } from '../events/run-events.ts'
import { needEngine, needProgram } from '../support/need.ts'

const FIRST_PARENT = 'first parent of the merge commit'
const ALL = 'size, leftovers and increase'
const ABSOLUTE = 'size and leftovers'
const NOTICE = 'not written: one notice names the missing permission'
const REFUSED = ['not built', '–', '–', 'fails, and names the recipe'] as const
const alone = (name: string) =>
  ['HEAD', `none: the event ${name} has no base to compare with`, 'none', ABSOLUTE] as const

const expected: Readonly<
  Record<string, readonly [head: string, baseline: string, comment: string, gate: string]>
> = {
  '`pull_request`, same repository': ['HEAD', FIRST_PARENT, 'written', ALL],
  '`pull_request`, from a fork': ['HEAD', FIRST_PARENT, NOTICE, ALL],
  '`pull_request`, from Dependabot': ['HEAD', FIRST_PARENT, NOTICE, ALL],
  '`workflow_run`, with `reports`': [
    'what the run measured',
    'as measured',
    'written',
    'none: the run that measured has its own',
  ],
  '`workflow_run`, with the pull request checked out': REFUSED,
  '`pull_request_target`, with the pull request checked out': REFUSED,
  '`pull_request_target`, with the base checked out': [
    'HEAD',
    'none: on pull_request_target only the base commit itself is built',
    'none',
    ABSOLUTE,
  ],
  '`push`, nothing saved yet': [
    'HEAD, saved as a baseline',
    'none: this is the first commit',
    'none',
    ABSOLUTE,
  ],
  '`push`, after a saved one': [
    'HEAD, saved as a baseline',
    'first parent of the pushed commit, measured earlier',
    'none',
    ALL,
  ],
  '`pull_request`, `baseline: saved`': ['HEAD', `${FIRST_PARENT}, measured earlier`, 'written', ALL],
  '`merge_group`': ['HEAD', 'base of the merge group', 'none', ALL],
  '`workflow_dispatch`': alone('workflow_dispatch'),
  '`workflow_dispatch`, with `base-ref`': ['HEAD', 'merge base with main', 'none', ALL],
  '`schedule`': alone('schedule'),
  '`release`': alone('release'),
  '`issue_comment`': alone('issue_comment'),
  '`pull_request_review`': alone('pull_request_review'),
  '`repository_dispatch`': alone('repository_dispatch'),
  '`deployment`': alone('deployment'),
  '`create`': alone('create'),
}

let results: readonly EventResult[] = []
before(async () => {
  const host = process.env.PLIMSOLL_ENGINES === 'none' ? null : 'unix:///run/docker.sock'
  if (host) results = await runEvents(host)
})

for (const { event } of CASES) {
  test(`${event}: head, baseline, comment and gate`, t => {
    if (!needEngine(t, 'modern') || !needProgram(t, 'docker')) return
    const result = results.find(each => each.event === event)
    assert.ok(result)
    const { head, baseline, comment, gate, end, problems } = result
    const said = `${end.stdout.slice(-3000)}${end.stderr.slice(-1000)}`
    assert.deepEqual([head, baseline, comment, gate], expected[event], said)
    assert.deepEqual(problems, [])
    // three megabytes are over both budgets; a merge, and the feature alone, have them
    const isSmall = /push|base checked out/.test(event)
    const isGate = gate !== 'none: the run that measured has its own'
    assert.equal(end.status, isGate && !isSmall ? 1 : 0, said)
  })
}

test('docs/events.md is what the events did', t => {
  if (!needEngine(t, 'modern') || !needProgram(t, 'docker')) return
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'events.md'), 'utf8')
  assert.equal(page, eventsPage(results), 'run "npm run events"')
})
