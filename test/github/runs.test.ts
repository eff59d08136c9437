import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareRuns } from '../../src/github/runs.ts'

const rising = [
  '1.1',
  '1.2',
  '1.10',
  '2.1',
  '10.1',
  '9007199254740992.1',
  '9007199254740993.1',
  '12345678901234567890.1',
]
test('runs are ordered by id, then attempt, as numbers of any size', () => {
  for (const [i, a] of rising.entries()) {
    for (const [j, b] of rising.entries()) {
      assert.equal(Math.sign(compareRuns(a, b)), Math.sign(i - j), `${a} and ${b}`)
    }
  }
})
