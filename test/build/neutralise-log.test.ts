import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LINE_CAP_BYTES, neutraliseLine } from '../../src/build/neutralise-log.ts'
import { looksLikeCommand } from './support/runner-commands.ts'

const ESC = '\x1b'

const TABLE: readonly (readonly [line: string, shown: string, why: string])[] = [
  ['plain text, ünïcode', 'plain text, ünïcode', 'leaves plain text'],
  ['#5 0.1 a::b', '#5 0.1 a::b', 'leaves :: inside a line'],
  ['::error::x', ': :error::x', 'breaks a command at the start'],
  [
    ' \t\u00a0\u3000::add-mask::e',
    ' \t\u00a0\u3000: :add-mask::e',
    'breaks it after white space of any kind',
  ],
  ['a ##[error]x ##[add-mask]y', 'a ## [error]x ## [add-mask]y', 'breaks the old form anywhere'],
  ['###[x', '### [x', 'breaks it after more hashes'],
  [`${ESC}[31mred${ESC}[0m`, 'red', 'strips colours'],
  [`${ESC}]0;title\x07text`, 'text', 'strips a title'],
  [`${ESC}]8;;http://x${ESC}\\link${ESC}]8;;${ESC}\\`, 'link', 'strips a hyperlink'],
  [`${ESC}(Btext`, 'text', 'strips a character set'],
  [`#${ESC}[1m#${ESC}[0m[error]x`, '## [error]x', 'breaks what stripping joined'],
  [`:${ESC}[1m:error::x`, ': :error::x', 'breaks what stripping joined at the start'],
  ['10%\r20%\r::error::x', '10%20%::error::x', 'strips carriage returns, which start a line for the runner'],
  [':\r:error::x', ': :error::x', 'breaks what that joined'],
  ['\u200b::error::x', ': :error::x', 'sees through zero-width characters'],
  ['#\u00ad#\u2060[error]', '## [error]', 'sees through soft hyphens and joiners'],
  ['a\u202eb', 'ab', 'drops characters that turn the text round'],
  ['a\x00b\x07c\x85d', 'a\\x00b\\x07c\\x85d', 'shows control characters'],
  ['\u2028::error::', '\\u2028::error::', 'shows line separators'],
  [`${ESC}${ESC}[0m[31m`, '\\x1b[31m', 'does not build a sequence by stripping another'],
  [`${ESC}[`, '\\x1b[', 'shows half a sequence'],
  ['\ud800x', '\ufffdx', 'replaces half a character'],
]

for (const [line, shown, why] of TABLE)
  test(`a log line: ${why}`, () => {
    assert.equal(neutraliseLine(line), shown)
    assert.equal(looksLikeCommand(neutraliseLine(line)), false)
  })

test('no line that can be made becomes a command of the runner', () => {
  const parts = [
    ':',
    '::',
    '#',
    '##',
    '[',
    '##[',
    ESC,
    `${ESC}[0m`,
    '\r',
    ' ',
    '\t',
    '\x85',
    '\u200d',
    '\ufe0f',
    '\ufeff',
    '\u00a0',
  ]
  const line = fc.array(
    fc.oneof(fc.constantFrom(...parts, 'error', ']', 'x'), fc.string({ maxLength: 3, unit: 'binary' })),
  )
  fc.assert(
    fc.property(line, pieces => {
      const shown = neutraliseLine(pieces.join('').replaceAll('\n', ''))
      assert.equal(looksLikeCommand(shown), false, JSON.stringify(shown))
      assert.equal(/[\x00-\x08\x0a-\x1f\x7f-\x9f]/.test(shown), false)
    }),
    { numRuns: 2000 },
  )
})

test('a line is never longer than the cap, and says when it was cut', () => {
  for (const [character, count] of [
    ['a', 70_000],
    ['\x01', 60_000],
    ['é', 65_000],
    ['😀', 40_000],
  ] as const) {
    const shown = neutraliseLine(character.repeat(count))
    assert.ok(Buffer.byteLength(shown) <= LINE_CAP_BYTES, `${character}: ${Buffer.byteLength(shown)}`)
    assert.match(shown, /\(cut: the line is longer than 64 KiB\)$/)
    assert.equal(shown.includes('\ufffd'), false)
  }
  assert.equal(neutraliseLine('a'.repeat(LINE_CAP_BYTES)), 'a'.repeat(LINE_CAP_BYTES))
})
