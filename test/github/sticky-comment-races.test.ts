import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodyOf, chatter, hastyClock, ours, publish, startFake } from './publishing.ts'

/** A small generator with a seed (mulberry32), so that a round that fails can be played again. */
const randomFrom = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const PUBLISHERS = 10
const ROUNDS = 10
const newest = `${1000 + PUBLISHERS - 1}.1`

for (const [what, held, dropped] of [
  ['creating', false, 0],
  ['updating', true, 0],
  ['creating, with lost answers', false, 0.05],
  ['updating, with lost answers', true, 0.05],
] as const) {
  test(`${PUBLISHERS} runs at once, ${what}, ${ROUNDS} times: one comment, with the newest run’s data`, async t => {
    for (let round = 0; round < ROUNDS; round++) {
      const random = randomFrom(round * 7919 + (held ? 1 : 0))
      const delayMs = (): number => random() * 5
      const comments = [...chatter(3), ...(held ? [{ body: bodyOf('1.1', 'earlier') }] : [])]
      const fake = await startFake(t, { comments, delayMs, dropped, random })
      const runs = Array.from({ length: PUBLISHERS }, (_, i) => `${1000 + ((i * 7 + round) % PUBLISHERS)}.1`)
      await Promise.all(
        runs.map(runId => publish(fake, { runId, text: `data of ${runId}`, clock: hastyClock(150) })),
      )
      assert.deepEqual(
        ours(fake).map(({ body }) => body),
        [bodyOf(newest, `data of ${newest}`)],
        `round ${round}`,
      )
      assert.equal(fake.comments.length, 4)
    }
  })
}

test('runs of different keys at once do not touch each other’s comments', async t => {
  const fake = await startFake(t, { delayMs: () => Math.random() * 5 })
  const keys = ['api', 'worker', 'migrate', 'a--b', '-->']
  await Promise.all(keys.map(key => publish(fake, { key, text: key, clock: hastyClock(100) })))
  assert.deepEqual(
    ours(fake)
      .map(({ body }) => body)
      .sort(),
    keys.map(key => bodyOf('1000.1', key, { key })).sort(),
  )
})
