/**
 * The delta by Dockerfile instruction. Instructions of base and head are paired by what they say, not by where they
 * stand, so that an inserted one does not shift the rest. The rows' deltas add up to the whole delta, exactly.
 */
import type { ImageReport, LineRow, ReportLayer } from './types.ts'

export const explainLines = (base: ImageReport, head: ImageReport): LineRow[] => {
  const basesKnown = base.image.base !== null && head.image.base !== null
  const inherited = basesKnown ? [baseImageRow(base, head)] : []
  const ownOf = (report: ImageReport): ReportLayer[] =>
    report.layers.filter(layer => !(basesKnown && layer.inherited === true))
  return [...inherited, ...align(ownOf(base), ownOf(head))].filter(row => row.base !== 0 || row.head !== 0)
}

const baseImageRow = (base: ImageReport, head: ImageReport): LineRow => {
  const before = base.size.inherited ?? 0
  const after = head.size.inherited ?? 0
  const name = head.image.base?.name
  return {
    kind: 'base-image',
    side: 'both',
    file: null,
    start: null,
    end: null,
    instruction: name ? `FROM ${name}` : null,
    base: before,
    head: after,
    delta: after - before,
  }
}

const align = (base: readonly ReportLayer[], head: readonly ReportLayer[]): LineRow[] => {
  const rows: LineRow[] = []
  let i = 0
  let j = 0
  for (const [x, y] of [
    ...commonSubsequence(base.map(wording), head.map(wording)),
    [base.length, head.length] as const,
  ]) {
    while (i < x) rows.push(row(base[i++]!, null))
    while (j < y) rows.push(row(null, head[j++]!))
    if (x < base.length && y < head.length) rows.push(row(base[i++]!, head[j++]!))
  }
  return rows
}

/** White space apart, the same words are the same instruction; without words only the same content is. */
const wording = (layer: ReportLayer): string =>
  layer.instruction
    ? layer.instruction
        .replace(/\\\s*\n/g, ' ')
        .replace(/\s+/g, ' ')
        .trim()
    : layer.diffId

const row = (base: ReportLayer | null, head: ReportLayer | null): LineRow => {
  const shown = head ?? base!
  const before = base?.content ?? 0
  const after = head?.content ?? 0
  return {
    kind: shown.line ? 'instruction' : 'unmapped',
    side: base && head ? 'both' : base ? 'base' : 'head',
    file: shown.line?.file ?? null,
    start: shown.line?.start ?? null,
    end: shown.line?.end ?? null,
    instruction: shown.instruction,
    base: before,
    head: after,
    delta: after - before,
  }
}

/** Pairs of indexes of a longest common subsequence; equal ends are paired first, so that the table stays small. */
const commonSubsequence = (a: readonly string[], b: readonly string[]): (readonly [number, number])[] => {
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end])
    end += 1
  const rows = a.length - start - end
  const columns = b.length - start - end
  const width = columns + 1
  const best = new Uint16Array((rows + 1) * width)
  for (let i = rows - 1; i >= 0; i -= 1)
    for (let j = columns - 1; j >= 0; j -= 1)
      best[i * width + j] =
        a[start + i] === b[start + j]
          ? best[(i + 1) * width + j + 1]! + 1
          : Math.max(best[(i + 1) * width + j]!, best[i * width + j + 1]!)
  const pairs: [number, number][] = Array.from({ length: start }, (_, i) => [i, i])
  for (let i = 0, j = 0; i < rows && j < columns; ) {
    if (a[start + i] === b[start + j]) pairs.push([start + i++, start + j++])
    else if (best[(i + 1) * width + j]! >= best[i * width + j + 1]!) i += 1
    else j += 1
  }
  for (let k = end; k > 0; k -= 1) pairs.push([a.length - k, b.length - k])
  return pairs
}
