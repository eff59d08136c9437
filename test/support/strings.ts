/** Strings that have broken programs before, from the test data beside the checkout. */
import { readFileSync } from 'node:fs'
import type { TestContext } from 'node:test'
import { needShared } from './need.ts'

/** Null after the test was skipped. */
export const naughtyStrings = (t: TestContext): readonly string[] | null => {
  const path = needShared(t, 'corpora', 'strings', 'blns.json')
  return path === null ? null : (JSON.parse(readFileSync(path, 'utf8')) as string[])
}
