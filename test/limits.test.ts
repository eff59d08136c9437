/** The limits, and the page that tells them. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { LIMITS } from '../src/limits.ts'

test('docs/limits.md has every limit with its value, in this order, and no other', () => {
  const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'limits.md'), 'utf8')
  const rows = [...page.matchAll(/^\| `(\w+)` \| ([\d ]+) \|/gm)]
  assert.deepEqual(
    rows.map(([, name, value]) => [name, Number(value!.replaceAll(' ', ''))]),
    Object.entries(LIMITS),
  )
})
