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
