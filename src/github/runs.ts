/** Orders two runs, `<id>.<attempt>` each: negative when `a` is the earlier one. Ids only grow, and attempts within an id. */
export const compareRuns = (a: string, b: string): number => {
  const [idA = '0', attemptA = '0'] = a.split('.')
  const [idB = '0', attemptB = '0'] = b.split('.')
  return compareNumerals(idA, idB) || compareNumerals(attemptA, attemptB)
}

/** Numerals without leading zeros, of any length. */
const compareNumerals = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
