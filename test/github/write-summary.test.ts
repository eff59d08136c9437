import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { SUMMARY_LIMIT_BYTES, writeSummary } from '../../src/github/write-summary.ts'

const emptyFile = (t: TestContext, content = ''): string => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'summary.md')
  writeFileSync(path, content)
  return path
}

test('a summary is appended and ends with its line', t => {
  const path = emptyFile(t, 'earlier\n')
  assert.equal(writeSummary('## Image\n\ntext', { GITHUB_STEP_SUMMARY: path }), 'written')
  assert.equal(readFileSync(path, 'utf8'), 'earlier\n## Image\n\ntext\n')
})

test('where there is no summary nothing is written', () => {
  assert.equal(writeSummary('text', {}), 'none')
  assert.equal(writeSummary('text', { GITHUB_STEP_SUMMARY: '' }), 'none')
})

test('a file that is not there yet is made', t => {
  const path = `${emptyFile(t)}.new`
  assert.equal(writeSummary('text', { GITHUB_STEP_SUMMARY: path }), 'written')
  assert.equal(readFileSync(path, 'utf8'), 'text\n')
})

for (const [what, held] of [
  ['an empty file', ''],
  ['a file that holds something', 'x'.repeat(5_000)],
] as const) {
  test(`in ${what} a long summary of wide characters is cut at a line, within GitHub’s bytes`, t => {
    const path = emptyFile(t, held)
    const line = `${'\u{1f40b}'.repeat(24)}|\n`
    assert.equal(writeSummary(line.repeat(20_000), { GITHUB_STEP_SUMMARY: path }), 'shortened')
    const bytes = readFileSync(path)
    assert.ok(bytes.length <= SUMMARY_LIMIT_BYTES && bytes.length > SUMMARY_LIMIT_BYTES - 300)
    const text = bytes.toString('utf8')
    assert.doesNotMatch(text, /\ufffd/)
    assert.match(text, /\|\n\n\*The summary is longer[^\n]*\*\n$/)
  })
}

test('a summary of just the limit is whole', t => {
  const path = emptyFile(t)
  const text = 'x'.repeat(SUMMARY_LIMIT_BYTES - 1)
  assert.equal(writeSummary(text, { GITHUB_STEP_SUMMARY: path }), 'written')
  assert.equal(readFileSync(path).length, SUMMARY_LIMIT_BYTES)
})
