import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createResponseReader } from '../../src/image/http-response.ts'

const read = (text: string, chunkBytes: number): { status: number; body: string; complete: boolean } => {
  let status = 0
  let body = ''
  const reader = createResponseReader({
    head: code => {
      status = code
    },
    body: chunk => {
      body += Buffer.from(chunk).toString('latin1')
    },
  })
  const bytes = Buffer.from(text, 'latin1')
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const chunk = Buffer.from(bytes.subarray(at, at + chunkBytes))
    reader.write(chunk)
    chunk.fill(0)
  }
  return { status, body, complete: reader.end() }
}

const CHUNKED =
  'HTTP/1.1 200 OK\r\nContent-Type: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nTrailer: y\r\n\r\n'
const SIZED = 'HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\n\r\nnone'
const CLOSED = 'HTTP/1.0 200 OK\r\n\r\nall of it'

for (const chunkBytes of [1, 2, 3, 7, 64, 1000])
  test(`a response is read in chunks of ${chunkBytes}`, () => {
    assert.deepEqual(read(CHUNKED, chunkBytes), { status: 200, body: 'hello world', complete: true })
    assert.deepEqual(read(SIZED, chunkBytes), { status: 404, body: 'none', complete: true })
    assert.deepEqual(read(CLOSED, chunkBytes), { status: 200, body: 'all of it', complete: true })
  })

test('a response that was cut off is not complete, wherever it was cut', () => {
  for (let length = 0; length < CHUNKED.length; length += 1)
    assert.equal(read(CHUNKED.slice(0, length), 1000).complete, false, `${length}`)
  assert.equal(read(SIZED.slice(0, -1), 1000).complete, false)
})

test('what is not HTTP is refused', () => {
  assert.throws(() => read('SSH-2.0-OpenSSH\r\n\r\n\r\n', 1000), /not HTTP/)
  assert.throws(() => read('x'.repeat(100_000), 1000), /not HTTP/)
  assert.throws(() => read('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 1000), /no size/)
  assert.throws(
    () => read('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n', 1000),
    /longer than it says/,
  )
})
