/**
 * The layers of two images as pairs: instructions are paired by what they say, not by where they stand, so that an
 * inserted, edited or moved one does not shift the rest.
 */
import { commonSubsequence } from './common-subsequence.ts'
import type { ReportLayer } from './types.ts'

/** Two layers of the same or an edited instruction, or one that only one side has. */
export interface LayerPair {
  readonly base: ReportLayer | null
  readonly head: ReportLayer | null
}

/** In the order of head; what only base has stands where it stood there. */
export const pairLayers = (base: readonly ReportLayer[], head: readonly ReportLayer[]): LayerPair[] => {
  const baseWords = base.map(wording)
  const headWords = head.map(wording)
  const anchors = commonSubsequence(baseWords, headWords)
  const partners = new Map<number, number>(anchors.map(([i, j]) => [j, i]))
  const free = {
    base: new Set(base.keys()),
    head: new Set(head.keys()),
  }
  const take = (i: number, j: number): void => {
    partners.set(j, i)
    free.base.delete(i)
    free.head.delete(j)
  }
  for (const [i, j] of anchors) take(i, j)
  // an instruction that moved past another, then one that was worded anew and made the same layer
  pairEqual(free, baseWords, headWords, take)
  const contents = (layers: readonly ReportLayer[]): (string | null)[] =>
    layers.map(layer => (layer.content > 0 ? layer.diffId : null))
  pairEqual(free, contents(base), contents(head), take)
  for (const [from, to] of gaps(anchors, base.length, head.length))
    pairSimilar(
      [...free.base].filter(i => i >= from[0] && i < to[0]).map(i => [i, baseWords[i]!]),
      [...free.head].filter(j => j >= from[1] && j < to[1]).map(j => [j, headWords[j]!]),
      take,
    )
  return inOrder(base, head, partners, free.base)
}

/** White space apart, the same words are the same instruction; without words only the same content is. */
const wording = (layer: ReportLayer): string =>
  layer.instruction
    ? layer.instruction
        .replace(/\\\s*\n/g, ' ')
        .replace(/\s+/g, ' ')
        .trim()
    : layer.diffId

type Take = (base: number, head: number) => void

/** Pairs what is left on both sides and equal, in order. */
const pairEqual = (
  free: { readonly base: ReadonlySet<number>; readonly head: ReadonlySet<number> },
  base: readonly (string | null)[],
  head: readonly (string | null)[],
  take: Take,
): void => {
  for (const j of [...free.head]) {
    if (head[j] === null) continue
    const i = [...free.base].find(i => base[i] === head[j])
    if (i !== undefined) take(i, j)
  }
}

type Place = readonly [base: number, head: number]

/** The stretches between neighbouring anchors: where an edited instruction has its predecessor. */
const gaps = (
  anchors: readonly Place[],
  baseLength: number,
  headLength: number,
): (readonly [Place, Place])[] => {
  const ends: Place[] = [...anchors, [baseLength, headLength]]
  return ends.map((end, k) => {
    const before = anchors[k - 1]
    return [before ? [before[0] + 1, before[1] + 1] : [0, 0], end]
  })
}

/** Instructions of one keyword that share this much of their words are one that was edited. */
const SIMILAR = 0.5
/** Where each side has but one left, there is nothing else that it could be. */
const SIMILAR_ALONE = 0.25

/** The most alike first, and never crossing. */
const pairSimilar = (
  base: readonly (readonly [number, string])[],
  head: readonly (readonly [number, string])[],
  take: Take,
): void => {
  const least = base.length === 1 && head.length === 1 ? SIMILAR_ALONE : SIMILAR
  const candidates = base
    .flatMap(([i, a]) => head.map(([j, b]) => ({ i, j, score: similarity(a, b) })))
    .filter(({ score }) => score >= least)
    .sort((a, b) => b.score - a.score || a.i - b.i || a.j - b.j)
  const taken: Place[] = []
  for (const { i, j } of candidates) {
    if (taken.some(([x, y]) => x === i || y === j || x < i !== y < j)) continue
    taken.push([i, j])
    take(i, j)
  }
}

/** Twice the words in common over all words, 0 to 1; 0 for different keywords. */
export const similarity = (a: string, b: string): number => {
  const [keywordA, ...wordsA] = a.split(/[\s=:,;&|]+/)
  const [keywordB, ...wordsB] = b.split(/[\s=:,;&|]+/)
  if (keywordA?.toUpperCase() !== keywordB?.toUpperCase()) return 0
  const left = new Map<string, number>()
  for (const word of wordsA) left.set(word, (left.get(word) ?? 0) + 1)
  let common = 0
  for (const word of wordsB) {
    const count = left.get(word) ?? 0
    if (count === 0) continue
    left.set(word, count - 1)
    common += 1
  }
  const all = wordsA.length + wordsB.length
  return all === 0 ? 1 : (2 * common) / all
}

const inOrder = (
  base: readonly ReportLayer[],
  head: readonly ReportLayer[],
  partners: ReadonlyMap<number, number>,
  baseOnly: ReadonlySet<number>,
): LayerPair[] => {
  const headOf = new Map([...partners].map(([j, i]) => [i, j]))
  // what only base has follows the nearest instruction above it that head has too
  const after = new Map<number, ReportLayer[]>()
  let place = -1
  for (const [i, layer] of base.entries()) {
    if (baseOnly.has(i)) after.set(place, [...(after.get(place) ?? []), layer])
    else place = headOf.get(i)!
  }
  const gone = (j: number): LayerPair[] => (after.get(j) ?? []).map(layer => ({ base: layer, head: null }))
  return [
    ...gone(-1),
    ...head.flatMap((layer, j) => {
      const i = partners.get(j)
      return [{ base: i === undefined ? null : base[i]!, head: layer }, ...gone(j)]
    }),
  ]
}
