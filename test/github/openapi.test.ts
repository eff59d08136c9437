import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problemsOf, sampleOf } from '../support/fake-github/openapi.ts'
import { startFakeGitHub } from '../support/fake-github/start-fake-github.ts'
import { apiOf, HEAD, publish } from './publishing.ts'

const template = '/repos/{owner}/{repo}/issues/{issue_number}/comments'
const comment = { ...sampleOf('issue-comment'), body: 'x' }
const exchange = {
  method: 'POST',
  template,
  query: {},
  body: { body: 'x' },
  status: 201,
  answer: comment as unknown,
}

test('an exchange as GitHub describes it is right', () => assert.deepEqual(problemsOf(exchange), []))

const wrong = [
  ['a body without its text', { body: {} }],
  ['a body of the wrong type', { body: { body: 7 } }],
  ['a body with more than is described', { body: { body: 'x', text: 'y' } }],
  ['no body', { body: undefined }],
  ['an unknown query parameter', { query: { pages: '2' } }],
  ['an answer that lacks a field', { answer: { ...comment, html_url: undefined } }],
  ['an answer of the wrong type', { answer: { ...comment, id: '1001' } }],
  ['a status that is not described', { status: 200 }],
  ['an operation that is not described', { method: 'PUT' }],
] as const
for (const [what, change] of wrong) {
  test(`${what} is a problem`, () => assert.equal(problemsOf({ ...exchange, ...change }).length > 0, true))
}

test('the stand-in notes what GitHub’s description does not know', async () => {
  const fake = await startFakeGitHub({ headSha: HEAD })
  try {
    await apiOf(fake).send(
      'POST /repos/{owner}/{repo}/statuses/{sha}',
      { owner: 'octo', repo: 'app', sha: HEAD },
      5_000,
    )
    await publish(fake)
    assert.equal(fake.problems.length, 1)
    assert.match(fake.problems[0] ?? '', /unexpected request: POST .*\/statuses/)
  } finally {
    await fake.stop()
  }
})
