/** Cases by number: the same target, seed and number give the same bytes, on any machine. */
import fc from 'fast-check'
import { createRandom } from '../support/random.ts'
import { mutate } from './mutate.ts'
import type { Target } from './target.ts'

/** Cases are made in blocks, the last few of each by the generator. */
export const BLOCK_CASES = 64
const GENERATED = 16

/** The cases of one block, in order. Case `n` is in block `n / 64`. */
export const casesOf = (
  target: Target,
  seeds: readonly Uint8Array[],
  seed: number,
  block: number,
): Buffer[] => {
  const mutated = Array.from({ length: BLOCK_CASES - GENERATED }, (_, i) => {
    const random = createRandom(seed ^ Math.imul(block * BLOCK_CASES + i + 1, 0x9e3779b1))
    // the first numbers of neighbouring seeds are alike
    random.below(2)
    const bytes = mutate(seeds, target.words, random)
    if (target.repair && random.below(4) > 0) target.repair(bytes)
    return bytes
  })
  const generated = fc.sample(target.generate, { seed: seed + block, numRuns: GENERATED })
  return [...mutated, ...generated.map(bytes => Buffer.from(bytes))]
}

export const caseOf = (target: Target, seed: number, number: number): Buffer =>
  casesOf(target, target.seeds(), seed, Math.floor(number / BLOCK_CASES))[number % BLOCK_CASES]!
