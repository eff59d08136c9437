import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Base, type Checkout, chooseBase } from '../../src/github/base-rule.ts'
import { readEvent } from '../../src/github/event.ts'

const [merge, head, tip, older, other] = ['a', 'b', 'c', 'd', 'e'].map(digit => digit.repeat(40)) as [
  string,
  string,
  string,
  string,
  string,
]
const pullRequest = {
  number: 7,
  head: { sha: head, ref: 'feature', repo: null },
  base: { sha: tip, ref: 'main', repo: null },
}
const event = (name: string, payload: unknown, sha = merge) =>
  readEvent({ GITHUB_EVENT_NAME: name, GITHUB_SHA: sha }, payload)
const onPullRequest = event('pull_request', { pull_request: pullRequest })

const firstParent: Base = { kind: 'commit', sha: older, how: 'first parent of the merge commit' }
const mergeBase: Base = { kind: 'merge-base', with: tip, how: 'merge base with main' }

const cases: readonly (readonly [string, Partial<Checkout>, Base])[] = [
  ['the merge commit of the event', { headCommit: merge, headParents: [older, head] }, firstParent],
  [
    'a merge commit that is newer than the event',
    { headCommit: other, headParents: [older, head] },
    firstParent,
  ],
  [
    'the merge commit of the event for an earlier head',
    { headCommit: merge, headParents: [older, other] },
    firstParent,
  ],
  ['the head itself', { headCommit: head, headParents: [older] }, mergeBase],
  [
    'a head that merged the base branch into itself',
    { headCommit: head, headParents: [other, tip] },
    mergeBase,
  ],
  [
    'the same, where GITHUB_SHA is the head',
    {
      event: event('pull_request', { pull_request: pullRequest }, head),
      headCommit: head,
      headParents: [other, tip],
    },
    mergeBase,
  ],
  ['some other merge', { headCommit: other, headParents: [older, tip] }, mergeBase],
  ['an ordinary commit that GITHUB_SHA names', { headCommit: merge, headParents: [older] }, mergeBase],
  ['a commit without parents', { headCommit: merge, headParents: [] }, mergeBase],
  [
    'the merge commit, with base-ref set',
    { headCommit: merge, headParents: [older, head], baseRefOption: 'release/1' },
    { kind: 'merge-base', with: 'release/1', how: 'merge base with release/1' },
  ],
  [
    'a merge group',
    { event: event('merge_group', { merge_group: { head_sha: merge, base_sha: tip } }) },
    { kind: 'commit', sha: tip, how: 'base of the merge group' },
  ],
  [
    'pull_request_target on a base commit that is a merge',
    {
      event: event('pull_request_target', { pull_request: pullRequest }, tip),
      headCommit: tip,
      headParents: [older, other],
    },
    { kind: 'none', why: 'on pull_request_target only the base commit itself is built' },
  ],
  [
    'a push',
    { event: event('push', { before: tip }) },
    {
      kind: 'saved',
      commits: [
        { sha: older, how: 'first parent of the pushed commit' },
        { sha: tip, how: 'the branch before the push' },
      ],
    },
  ],
  [
    'a push of one commit',
    { event: event('push', { before: older }) },
    { kind: 'saved', commits: [{ sha: older, how: 'first parent of the pushed commit' }] },
  ],
  [
    'the first push of a branch without history',
    { event: event('push', { before: '0'.repeat(40) }), headParents: [] },
    { kind: 'none', why: 'this is the first commit' },
  ],
  [
    'a review of a pull request',
    { event: event('pull_request_review', { pull_request: pullRequest }) },
    { kind: 'none', why: 'the event pull_request_review has no base to compare with' },
  ],
  [
    'a schedule',
    { event: event('schedule', null) },
    { kind: 'none', why: 'the event schedule has no base to compare with' },
  ],
  [
    'a push with base-ref set',
    { event: event('push', {}), baseRefOption: 'v1.0' },
    { kind: 'merge-base', with: 'v1.0', how: 'merge base with v1.0' },
  ],
  [
    'an event with an odd name',
    { event: event('x y', {}) },
    { kind: 'none', why: 'this event has no base to compare with' },
  ],
  [
    'pull_request without a usable payload',
    { event: event('pull_request', { pull_request: { number: 7 } }) },
    { kind: 'none', why: 'the event does not say which pull request this is' },
  ],
  ['a desk', { event: null }, { kind: 'none', why: 'no base-ref is given' }],
  [
    'a desk with base-ref set',
    { event: null, baseRefOption: 'main' },
    { kind: 'merge-base', with: 'main', how: 'merge base with main' },
  ],
]
for (const [what, given, expected] of cases) {
  test(`base of ${what}`, () => {
    const checkout = {
      event: onPullRequest,
      headCommit: merge,
      headParents: [older],
      baseRefOption: null,
      ...given,
    }
    assert.deepEqual(chooseBase(checkout), expected)
  })
}
