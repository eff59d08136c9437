/** Runs cases one after the other until there are enough, the time is over, or one fails. */
import { BLOCK_CASES, casesOf } from './cases.ts'
import type { Target } from './target.ts'

export interface RunOptions {
  readonly seed: number
  readonly cases: number
  readonly seconds: number
  readonly before?: (number: number) => void
  readonly afterBlock?: (progress: RunResult) => void
}

export interface RunResult {
  readonly cases: number
  readonly slowestMs: number
  /** What was thrown, with its stack; absent while all is well. */
  readonly failure?: string
}

const BLOCKS_BETWEEN = 16

export const runCases = async (target: Target, options: RunOptions): Promise<RunResult> => {
  const { seed, cases, seconds, before, afterBlock } = options
  const seeds = target.seeds()
  const until = performance.now() + seconds * 1000
  let slowestMs = 0
  let number = 0
  for (let block = 0; number < cases && performance.now() < until; block += 1) {
    for (const bytes of casesOf(target, seeds, seed, block).slice(0, cases - number)) {
      before?.(number)
      const start = performance.now()
      try {
        await target.run(bytes)
      } catch (error) {
        const failure = String((error as Error).stack)
        return { cases: number, slowestMs, failure: `case ${number} of seed ${seed}: ${failure}` }
      }
      slowestMs = Math.max(slowestMs, performance.now() - start)
      number += 1
    }
    if (block % BLOCKS_BETWEEN === 0) afterBlock?.({ cases: number, slowestMs })
    // one that never waits would leave no room for messages
    if (block % (BLOCKS_BETWEEN * BLOCK_CASES) === 0) await new Promise(resolve => setImmediate(resolve))
  }
  return { cases: number, slowestMs }
}
