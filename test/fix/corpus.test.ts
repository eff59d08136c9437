/** Rewrites of real Dockerfiles, by their text alone: what comes out is a Dockerfile, and what was not meant is untouched. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { needShared } from '../support/need.ts'
import { planText, readable } from './support/corpus.ts'

const files = (t: TestContext): readonly string[] => {
  const folder = needShared(t, 'corpora', 'dockerfiles')
  if (!folder) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(path => join(folder, path))
    .filter(path => statSync(path).isFile())
}

const commentsOf = (text: string): string[] => text.split('\n').filter(line => /^\s*#/.test(line))

test('every real Dockerfile that can be read is rewritten in place to one that can', t => {
  let changed = 0
  for (const path of files(t)) {
    const text = readFileSync(path, 'utf8')
    const result = planText(text, 'in-place')
    if (result === null) continue
    if (result.text !== text) changed += 1
    assert.ok(readable(result.text), path)
    assert.deepEqual(commentsOf(result.text), commentsOf(text), path)
    assert.deepEqual(untouched(text, result), result.kept, path)
    assert.equal(
      planText(result.text, 'in-place')!.text,
      result.text,
      `${path}: a second time changes nothing`,
    )
  }
  if (!t.signal.aborted) t.diagnostic(`${changed} changed`)
})

test('every real Dockerfile that can be read becomes two stages that can be read', t => {
  for (const path of files(t)) {
    const text = readFileSync(path, 'utf8')
    const result = planText(text, 'stages')
    if (result === null) continue
    assert.ok(readable(result.text), path)
    assert.deepEqual(untouched(text, result), result.kept, path)
    const comments = commentsOf(result.text)
    for (const comment of commentsOf(text)) assert.ok(comments.includes(comment), `${path}: ${comment}`)
  }
})

/** The lines, with their ends, that no edit names. What follows a last line without an end gives it one. */
const untouched = (
  text: string,
  { edits, text: result }: NonNullable<ReturnType<typeof planText>>,
): string[] =>
  ((result.endsWith('\n') ? text.replace(/[^\n]$/, '$&\n') : text).match(/[^\n]*\n|[^\n]+$/g) ?? []).filter(
    (_, index) => !edits.some(edit => index + 1 >= edit.start && index + 1 <= edit.end),
  )
