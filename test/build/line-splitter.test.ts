import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitLines } from '../../src/build/line-splitter.ts'
import { LINE_CAP_BYTES } from '../../src/build/neutralise-log.ts'

const linesOf = (chunks: readonly Buffer[]): string[] => {
  const lines: string[] = []
  const splitter = splitLines(line => lines.push(line))
  for (const chunk of chunks) splitter.push(chunk)
  splitter.end()
  return lines
}

test('lines come out whole however the bytes were cut, characters too', () => {
  const bytes = Buffer.from('één\n\ntwee😀\nrest')
  for (let size = 1; size <= bytes.length; size++) {
    const chunks: Buffer[] = []
    for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size))
    assert.deepEqual(linesOf(chunks), ['één', '', 'twee😀', 'rest'])
  }
})

test('output that ends with a newline has no empty last line, and no output has no line', () => {
  assert.deepEqual(linesOf([Buffer.from('a\n')]), ['a'])
  assert.deepEqual(linesOf([]), [])
})

test('a line without end takes no more memory than the cap', () => {
  const lines: string[] = []
  const splitter = splitLines(line => lines.push(line))
  const chunk = Buffer.alloc(64 * 1024, 0x61)
  const before = process.memoryUsage().rss
  for (let count = 0; count < 4096; count++) splitter.push(chunk) // 256 MiB
  const grown = process.memoryUsage().rss - before
  splitter.push(Buffer.from('\nnext\n'))
  assert.deepEqual(
    lines.map(line => line.length),
    [LINE_CAP_BYTES + 1, 4],
  )
  assert.ok(grown < 64 * 1024 * 1024, `${grown} bytes`)
})
