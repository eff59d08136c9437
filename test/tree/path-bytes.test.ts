import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareNames, pathFromBytes } from '../../src/tree/path-bytes.ts'

test('valid UTF-8 is kept, a backslash is doubled, any other byte is written as \\xNN', () => {
  const cases: readonly (readonly [readonly number[], string])[] = [
    [[0x61, 0x2f, 0x62], 'a/b'],
    [[0x5c], '\\\\'],
    [[0xff], '\\xFF'],
    [[0x61, 0xc3, 0xa9], 'a\u00e9'],
    [[0xc3], '\\xC3'],
    [[0xc0, 0xaf], '\\xC0\\xAF'],
    [[0xed, 0xa0, 0x80], '\\xED\\xA0\\x80'],
    [[0xf0, 0x9f, 0x98, 0x80, 0xfe], '\u{1f600}\\xFE'],
    [[0xf4, 0x90, 0x80, 0x80], '\\xF4\\x90\\x80\\x80'],
    [[0x5c, 0xff], '\\\\\\xFF'],
  ]
  for (const [bytes, text] of cases) assert.equal(pathFromBytes(Uint8Array.from(bytes)), text)
})

test('names that differ stay names that differ, and keep the order of their bytes when they are valid', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), fc.uint8Array({ maxLength: 12 }), (a, b) => {
      assert.equal(pathFromBytes(a) === pathFromBytes(b), Buffer.compare(a, b) === 0)
    }),
    { numRuns: 3000 },
  )
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.string({ unit: 'binary', maxLength: 8 }),
      (a, b) => {
        assert.equal(Math.sign(compareNames(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)))
      },
    ),
    { numRuns: 3000 },
  )
})

test('a megabyte of bytes that are no text is read at once', () => {
  const started = performance.now()
  assert.equal(pathFromBytes(Buffer.alloc(1 << 20, 0xff)).length, 4 << 20)
  assert.ok(performance.now() - started < 2000)
})
