/** The name a person may have meant. */

/** The closest of `names` within a third of its length in edits, or null. */
export const nearestName = (word: string, names: readonly string[]): string | null => {
  let best: string | null = null
  let bestEdits = Math.max(2, Math.floor(word.length / 3)) + 1
  for (const name of names) {
    const edits = editDistance(word.toLowerCase(), name.toLowerCase())
    if (edits < bestEdits) {
      best = name
      bestEdits = edits
    }
  }
  return best
}

/** Insertions, deletions and replacements from `a` to `b` (Levenshtein). Both are short: names of options. */
const editDistance = (a: string, b: string): number => {
  if (a.length > 64 || b.length > 64) return Number.POSITIVE_INFINITY
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}
