import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { reviewWithSuggestions, type SuggestedLines } from '../../src/github/suggest-review.ts'
import type { FakeGitHub, FakeOptions } from '../support/fake-github/start-fake-github.ts'
import { apiOf, HEAD, OTHER_HEAD, startFake, TOKEN, virtualClock } from './publishing.ts'

const PATCH = `@@ -1,2 +1,4 @@
 FROM debian
+RUN apt-get update
+RUN a \\
+  && b
@@ -30 +32 @@
-x
+RUN pip install flask`
const FILES = [
  { filename: 'README.md', patch: '@@ -0,0 +1 @@\n+x' },
  { filename: 'Dockerfile', patch: PATCH },
]

const suggested = (start: number, before: readonly string[], body = 'why'): SuggestedLines => ({
  path: 'Dockerfile',
  start,
  end: start + before.length - 1,
  before,
  body: `${body}\n\n\`\`\`suggestion\nRUN better\n\`\`\``,
})
const LISTS = suggested(2, ['RUN apt-get update'])
const SEVERAL = suggested(3, ['RUN a \\', '  && b'])

const suggest = async (fake: FakeGitHub, suggestions: readonly SuggestedLines[], key = 'default') =>
  reviewWithSuggestions({
    api: apiOf(fake),
    repository: { owner: 'octo', repo: 'app' },
    issueNumber: 7,
    key,
    headSha: HEAD,
    suggestions,
    clock: virtualClock(),
  })

const start = (t: TestContext, options: FakeOptions = {}) => startFake(t, { files: FILES, ...options })

test('suggestions are one review, each at its lines of the head', async t => {
  const fake = await start(t)
  assert.deepEqual(await suggest(fake, [LISTS, SEVERAL]), { kind: 'suggested', comments: 2 })
  assert.equal(fake.state.reviews, 1)
  assert.deepEqual(
    fake.state.remarks.map(({ path, startLine, line, commit }) => [path, startLine, line, commit]),
    [
      ['Dockerfile', null, 2, HEAD],
      ['Dockerfile', 3, 4, HEAD],
    ],
  )
  const [first] = fake.state.remarks
  assert.match(
    first!.body,
    /^<!-- plimsoll suggestion v=1 id=[0-9a-f]{32} -->\nwhy\n\n```suggestion\nRUN better\n```$/,
  )
  const sent = fake.requests.find(({ route }) => route === 'review')!.body as { event: string }
  assert.equal(sent.event, 'COMMENT')
})

test('what was suggested is not suggested again, though its lines move; what is new is', async t => {
  const fake = await start(t)
  await suggest(fake, [LISTS])
  fake.state.files = [
    {
      filename: 'Dockerfile',
      patch: `@@ -1 +1,3 @@\n FROM debian\n+# more\n+RUN apt-get update\n+RUN a \\\n+  && b`,
    },
  ]
  const moved = { ...LISTS, start: 3, end: 3 }
  assert.deepEqual(await suggest(fake, [moved]), {
    kind: 'skipped',
    reason: 'all of it was suggested before',
    notice: false,
  })
  assert.deepEqual(await suggest(fake, [moved, { ...SEVERAL, start: 4, end: 5 }]), {
    kind: 'suggested',
    comments: 1,
  })
  assert.deepEqual(await suggest(fake, [moved], 'another'), { kind: 'suggested', comments: 1 })
  assert.equal(fake.state.reviews, 3)
})

test('a marker that somebody else wrote keeps nothing back', async t => {
  const fake = await start(t)
  await suggest(fake, [LISTS])
  const { body } = fake.state.remarks[0]!
  const other = await start(t, {
    remarks: [{ author: 'maria', path: 'Dockerfile', startLine: null, line: 2, commit: HEAD, body }],
  })
  assert.deepEqual(await suggest(other, [LISTS]), { kind: 'suggested', comments: 1 })
})

for (const [why, files, suggestion] of [
  ['the file is not changed', [{ filename: 'README.md', patch: PATCH }], LISTS],
  ['the line is not in the diff', FILES, suggested(20, ['RUN apt-get update'])],
  ['the line says something else there', FILES, suggested(2, ['RUN apt-get update -q'])],
  ['the lines are of two places', FILES, suggested(4, ['  && b', 'RUN pip install flask'])],
  ['GitHub shows no diff of the file', [{ filename: 'Dockerfile' }], LISTS],
] as const)
  test(`nothing is written where ${why}`, async t => {
    const fake = await start(t, { files })
    const outcome = await suggest(fake, [suggestion])
    assert.deepEqual(outcome, {
      kind: 'skipped',
      reason: 'no line of a suggestion is in the diff of this pull request',
      notice: false,
    })
    assert.equal(fake.state.reviews, 0)
  })

test('nothing to suggest asks GitHub for nothing', async t => {
  const fake = await start(t)
  assert.equal((await suggest(fake, [])).kind, 'skipped')
  assert.deepEqual(fake.requests, [])
})

test('a file far down a long list of changes, and comments on many pages, are found', async t => {
  const files = [...Array.from({ length: 250 }, (_, i) => ({ filename: `f${i}`, patch: '' })), ...FILES]
  const remarks = Array.from({ length: 150 }, () => ({
    author: 'maria',
    path: 'f',
    startLine: null,
    line: 1,
    commit: HEAD,
    body: 'hm',
  }))
  const fake = await start(t, { files, remarks })
  assert.equal((await suggest(fake, [LISTS])).kind, 'suggested')
  assert.equal((await suggest(fake, [LISTS])).kind, 'skipped')
})

test('an older run, whose commit is no longer the head, writes nothing', async t => {
  const fake = await start(t, { headSha: OTHER_HEAD })
  const outcome = await suggest(fake, [LISTS])
  assert.match(outcome.kind === 'skipped' ? outcome.reason : '', /newer commit/)
  assert.equal(fake.state.reviews, 0)
})

for (const status of [401, 403, 404, 422])
  test(`a review that is refused with ${status} is a reason in words, and no token in them`, async t => {
    const fake = await start(t, {
      faults: [{ on: 'review', does: { answer: status, message: `no ${TOKEN}` } }],
    })
    const outcome = await suggest(fake, [LISTS])
    assert.equal(outcome.kind === 'skipped' && outcome.notice, true)
    assert.match(outcome.kind === 'skipped' ? outcome.reason : '', new RegExp(`HTTP status ${status}`))
    assert.doesNotMatch(JSON.stringify(outcome), new RegExp(TOKEN))
  })

test('an answer that does not arrive is no reason to send the review twice', async t => {
  const fake = await start(t, { faults: [{ on: 'review', does: { reset: 'after' } }] })
  const outcome = await suggest(fake, [LISTS])
  assert.equal(outcome.kind === 'skipped' && outcome.notice, true)
  assert.equal(fake.state.reviews, 1)
  assert.equal((await suggest(fake, [LISTS])).kind, 'skipped')
  assert.equal(fake.state.reviews, 1)
})

test('lists are asked for again where GitHub stumbles', async t => {
  const fake = await start(t, {
    faults: [
      { on: 'files', times: 2, does: { answer: 502 } },
      { on: 'remarks', times: 1, does: { reset: 'before' } },
    ],
  })
  assert.equal((await suggest(fake, [LISTS])).kind, 'suggested')
})
