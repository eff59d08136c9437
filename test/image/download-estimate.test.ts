/** Estimates of gzip sizes against gzip itself, on bytes that compress well, badly, and in turns. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { createEstimateThread } from '../../src/image/download-estimate.ts'
import { createRandom } from '../support/random.ts'

const estimate = async (bytes: Uint8Array, chunkBytes: number): Promise<number> => {
  const thread = createEstimateThread()
  try {
    const one = thread.create()
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      const chunk = Uint8Array.from(bytes.subarray(at, at + chunkBytes))
      const pause = one.write(chunk)
      // it may keep nothing of a chunk
      chunk.fill(0xff)
      if (pause) await pause
    }
    return await one.end()
  } finally {
    await thread.close()
  }
}

const program = readFileSync(process.execPath)
const random = createRandom(1)
const letters = Buffer.from(Array.from({ length: 1 << 20 }, () => 97 + random.below(4)))

const CASES: readonly (readonly [string, Buffer])[] = [
  ['nothing', Buffer.alloc(0)],
  ['less than one sample', letters.subarray(0, 5000)],
  ['one sample and a bit', letters.subarray(0, 17_000)],
  ['letters', letters],
  ['noise', randomBytes(9 << 20)],
  ['a program', program.subarray(0, 16 << 20)],
  [
    'a program, then noise, then letters',
    Buffer.concat([program.subarray(0, 6 << 20), randomBytes(3 << 20), letters]),
  ],
]

for (const [what, bytes] of CASES)
  test(`the estimate is near what gzip makes of ${what}, and the same in any chunks`, async t => {
    const [once, ...others] = await Promise.all(
      [1 << 18, 4097].map(chunkBytes => estimate(bytes, chunkBytes)),
    )
    for (const other of others) assert.equal(other, once)
    const exact = gzipSync(bytes).length
    t.diagnostic(`${once} for ${exact}: ${((once! / exact - 1) * 100).toFixed(2)} %`)
    if (bytes.length > 100_000) assert.ok(Math.abs(once! / exact - 1) < 0.03, `${once} for ${exact}`)
    else assert.ok(Math.abs(once! - exact) < 200, `${once} for ${exact}`)
  })

test('a thread that died fails every estimate, and nothing waits for it', async () => {
  const thread = createEstimateThread(
    "require('node:worker_threads').parentPort.on('message', () => { throw new Error('broken') })",
  )
  try {
    for (let layer = 0; layer < 2; layer += 1) {
      const one = thread.create()
      for (let i = 0; i < 200; i += 1) await one.write(letters.subarray(0, 1 << 18))
      await assert.rejects(one.end(), /broken/)
    }
  } finally {
    await thread.close()
  }
})

test('a thread that is closed in the middle of its work ends without a crash, and soon', async () => {
  // stopped from outside, Node itself gives up now and then: "close before init"
  for (let round = 0; round < 40; round += 1) {
    const thread = createEstimateThread()
    const one = thread.create()
    for (let i = 0; i < 12; i += 1) await one.write(letters.subarray(0, 1 << 17))
    await new Promise(resolve => setTimeout(resolve, round % 5))
    const started = performance.now()
    await thread.close()
    assert.ok(performance.now() - started < 1500)
  }
})
