// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a Dockerfile writes ${X}
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expandVariables } from '../../src/dockerfile/expand-variables.ts'

const VALUES: Readonly<Record<string, string>> = { A: 'one', B: 'two', EMPTY: '', QUOTED: `it's "x"` }
const lookup = (name: string): string | undefined => VALUES[name]

const CASES: readonly (readonly [text: string, expected: string | null])[] = [
  ['plain:3', 'plain:3'],
  ['$A', 'one'],
  ['$A-$B.x', 'one-two.x'],
  ['${A}${B}', 'onetwo'],
  ['a${NONE}b', 'ab'],
  ['${NONE:-d}', 'd'],
  ['${EMPTY:-d}', 'd'],
  ['${EMPTY-d}', ''],
  ['${A:-d}', 'one'],
  ['${NONE-d}', 'd'],
  ['${A:+d}', 'd'],
  ['${NONE:+d}', ''],
  ['${EMPTY:+d}', ''],
  ['${EMPTY+d}', 'd'],
  ['${NONE:-${B}-x}', 'two-x'],
  ['${NONE:-$A}', 'one'],
  ['${NONE:-"q"}', 'q'],
  ['${A:?needed}', 'one'],
  ['${NONE:?needed}', null],
  ['"$A b"', 'one b'],
  ["'$A b'", '$A b'],
  ['\\$A', '$A'],
  ['$', '$'],
  ['a$ b', 'a$ b'],
  ['$QUOTED', `it's "x"`],
  ['${A#o}', null],
  ['${A%e}', null],
  ['${A/o/x}', null],
  ['${A', null],
  ["it's", null],
  ['"open', null],
  [`${'${NONE:-'.repeat(16)}x${'}'.repeat(16)}`, 'x'],
  [`${'${NONE:-'.repeat(20_000)}x${'}'.repeat(20_000)}`, null],
]

test('variables are substituted as builders do; what is not known here gives null', async t => {
  for (const [text, expected] of CASES)
    await t.test(text.slice(0, 40), () => assert.equal(expandVariables(text, lookup), expected))
})

test('the escape character of the file protects a variable', () => {
  assert.equal(expandVariables('`$A \\$A', lookup, '`'), '$A \\one')
})
