/** What two lists have in common, in order. */

/** Pairs of indexes of a longest common subsequence; equal ends are paired first, so that the table stays small. */
export const commonSubsequence = (
  a: readonly string[],
  b: readonly string[],
): (readonly [number, number])[] => {
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end])
    end += 1
  const rows = a.length - start - end
  const columns = b.length - start - end
  const best = tableOf(a.slice(start, start + rows), b.slice(start, start + columns))
  const at = (i: number, j: number): number => best[i * (columns + 1) + j]!
  const pairs: [number, number][] = Array.from({ length: start }, (_, i) => [i, i])
  for (let i = 0, j = 0; i < rows && j < columns; ) {
    if (a[start + i] === b[start + j]) pairs.push([start + i++, start + j++])
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1
    else j += 1
  }
  for (let k = end; k > 0; k -= 1) pairs.push([a.length - k, b.length - k])
  return pairs
}

/** The length of the longest common subsequence of every two tails. */
const tableOf = (a: readonly string[], b: readonly string[]): Uint16Array => {
  const width = b.length + 1
  const best = new Uint16Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      best[i * width + j] =
        a[i] === b[j]
          ? best[(i + 1) * width + j + 1]! + 1
          : Math.max(best[(i + 1) * width + j]!, best[i * width + j + 1]!)
  return best
}
