import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderJson } from '../../src/render/json.ts'
import { naughtyStrings } from '../support/strings.ts'
import { EXAMPLES, HOSTILE } from './reviews.ts'

test('JSON has two blanks of indentation, the order of the value and a line end', () => {
  assert.equal(
    renderJson({ b: 1, a: ['ü'], n: null }),
    '{\n  "b": 1,\n  "a": [\n    "ü"\n  ],\n  "n": null\n}\n',
  )
})

test('characters that do not show are escapes, and read back', () => {
  assert.equal(
    renderJson(`a\u202eb\u007f\n${'\ud800'}${'\u{e0041}'}`),
    '"a\\u202eb\\u007f\\n\\ud800\\udb40\\udc41"\n',
  )
})

test('naughty strings read back and bring no control character', t => {
  const strings = naughtyStrings(t)
  if (strings === null) return
  const value = { strings: [...strings, ...HOSTILE] }
  const text = renderJson(value)
  assert.deepEqual(JSON.parse(text), value)
  assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
})

test('a review reads back as it was', () => {
  const { review } = EXAMPLES['grew-over-budget']!()
  assert.deepEqual(JSON.parse(renderJson(review)), review)
})
