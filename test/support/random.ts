/** Random choices that are the same in every run. */

export interface Random {
  /** A number from 0 to below `limit`. */
  below(limit: number): number
  /** So many different items, in random order; all of them where there are fewer. */
  sample<T>(items: readonly T[], count: number): T[]
}

/** mulberry32, a 32-bit generator. */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }
  return {
    below,
    sample: (items, count) => {
      const left = [...items]
      return Array.from({ length: Math.min(count, left.length) }, () => {
        const at = below(left.length)
        const [item] = left.splice(at, 1, left.at(-1)!)
        left.pop()
        return item!
      })
    },
  }
}
