import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { createHashThread } from '../../src/image/hash-thread.ts'

test('streams that come in turns have the digests of their own bytes, small ones without a thread', async () => {
  for (const [streams, chunks, chunkBytes] of [
    [3, 4, 100],
    [3, 40, 100_000],
    [2, 3, 3_000_000],
  ] as const) {
    const hashes = createHashThread()
    const expected = Array.from({ length: streams }, () => createHash('sha256'))
    const offloaded = Array.from({ length: streams }, () => hashes.create())
    const chunk = Buffer.alloc(chunkBytes)
    for (let i = 0; i < chunks; i += 1)
      for (let stream = 0; stream < streams; stream += 1) {
        chunk.fill(i * streams + stream)
        expected[stream]!.update(chunk)
        await offloaded[stream]!.update(chunk)
      }
    const digests = await Promise.all(offloaded.map(stream => stream.digest()))
    assert.deepEqual(
      digests,
      expected.map(hash => hash.digest('hex')),
    )
    await hashes.close()
  }
})

test('a stream without bytes has the digest of nothing', async () => {
  const hashes = createHashThread()
  assert.equal(await hashes.create().digest(), createHash('sha256').digest('hex'))
  await hashes.close()
})

test('what was read into lent memory is hashed as it was, whoever reads into it next', async () => {
  const hashes = createHashThread()
  const expected: string[] = []
  const found: Promise<string>[] = []
  let seed = 7
  const next = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31
    return seed % below
  }
  const whole = hashes.create()
  const wholeExpected = createHash('sha256')
  for (let file = 0; file < 60; file += 1) {
    const stream = hashes.create()
    const hash = createHash('sha256')
    for (let chunk = next(4); chunk >= 0; chunk -= 1) {
      const { bytes, release } = hashes.lend()
      const length = 1 + next(bytes.length)
      const read = bytes.subarray(0, length).fill(next(256))
      // a file begins and ends anywhere in what is read, and some of it comes from elsewhere
      const part = chunk === 1 ? Buffer.from(read) : read.subarray(next(length))
      hash.update(part)
      wholeExpected.update(read)
      stream.update(part)
      const pause = whole.update(read)
      release(length)
      if (pause) await pause
    }
    expected.push(hash.digest('hex'))
    found.push(stream.digestLater())
  }
  hashes.flush()
  assert.deepEqual(await Promise.all(found), expected)
  assert.equal(await whole.digest(), wholeExpected.digest('hex'))
  await hashes.close()
})

test('two readers at the same time are lent different memory, and the rest of it is lent again', async () => {
  const hashes = createHashThread()
  const first = hashes.lend()
  const second = hashes.lend()
  assert.notEqual(first.bytes.byteOffset, second.bytes.byteOffset)
  second.release(10)
  assert.equal(hashes.lend().bytes.byteOffset, second.bytes.byteOffset + 10)
  await hashes.close()
})
