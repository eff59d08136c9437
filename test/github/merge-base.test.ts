import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mergeBaseFromApi } from '../../src/github/merge-base.ts'
import { apiOf, HEAD, startFake, virtualClock } from './publishing.ts'

const base = 'b'.repeat(40)
const repository = { owner: 'octo', repo: 'app' }

test('the merge base comes from the compare API, without the list of commits', async t => {
  const fake = await startFake(t, { mergeBaseSha: 'd'.repeat(40) })
  const question = { api: apiOf(fake), repository, base, head: HEAD, clock: virtualClock() }
  assert.equal(await mergeBaseFromApi(question), 'd'.repeat(40))
  assert.deepEqual(
    fake.requests.map(({ path }) => path),
    [`/repos/octo/app/compare/${base}...${HEAD}?per_page=1`],
  )
})

for (const answer of [403, 404, 429, 500]) {
  test(`no merge base is known where GitHub answers ${answer}`, async t => {
    const fake = await startFake(t, { faults: [{ on: 'compare', does: { answer } }] })
    const question = { api: apiOf(fake), repository, base, head: HEAD, clock: virtualClock() }
    assert.equal(await mergeBaseFromApi(question), null)
    assert.ok(fake.requests.length <= 3)
  })
}
