/**
 * Bytes that a later layer hid and that are shipped all the same: one cause, made of the pairs of lines that added
 * and hid them.
 */
import { compareNames } from '../tree/path-bytes.ts'
import type { GrossCause } from './causes.ts'
import { hiddenHow } from './hidden-how.ts'
import { areBasesKnown, ownLayers } from './lines.ts'
import { mainPath } from './main-path.ts'
import { pairLayers } from './pair-layers.ts'
import type { CausePart, HiddenPathRow, ImageReport } from './types.ts'

export const hiddenCause = (base: ImageReport, head: ImageReport): GrossCause[] => {
  const parts = hiddenParts(base, head)
  const bytes = head.size.hidden - base.size.hidden
  if (bytes === 0) return []
  // a change that goes the way of the whole explains it
  const main = parts.find(part => part.bytes > 0 === bytes > 0)
  return [
    {
      kind: 'hidden',
      name: 'deleted or overwritten in a later layer',
      change:
        base.size.hidden === 0 ? 'added' : head.size.hidden === 0 ? 'removed' : bytes > 0 ? 'grew' : 'shrank',
      from: null,
      to: null,
      bytes,
      line: main?.line ?? main?.hiddenBy ?? null,
      parts,
      gross: Math.abs(bytes),
    },
  ]
}

interface PairOfLayers {
  readonly base: HiddenPathRow[]
  readonly head: HiddenPathRow[]
}

/** One part for each pair of instructions whose hidden bytes changed; they add up to the cause. */
const hiddenParts = (base: ImageReport, head: ImageReport): CausePart[] => {
  const names = layerNames(base, head)
  const pairs = new Map<string, PairOfLayers>()
  for (const side of ['base', 'head'] as const)
    for (const row of (side === 'base' ? base : head).hiddenPaths) {
      const key = `${names[side][row.layer]} ${names[side][row.hiddenBy]}`
      const pair = pairs.get(key) ?? { base: [], head: [] }
      pair[side].push(row)
      pairs.set(key, pair)
    }
  const how = { base: hiddenHow(base), head: hiddenHow(head) }
  return [...pairs.values()]
    .map(pair => ({ pair, bytes: sum(pair.head) - sum(pair.base) }))
    .filter(({ bytes }) => bytes !== 0)
    .map(({ pair, bytes }) =>
      bytes > 0 ? partOf(pair.head, bytes, head, how.head) : partOf(pair.base, bytes, base, how.base),
    )
    .sort((a, b) => Math.abs(b.bytes) - Math.abs(a.bytes) || compareNames(a.name, b.name))
}

/** Layers of one instruction have one name on both sides; those of the base image share theirs. */
const layerNames = (base: ImageReport, head: ImageReport): Record<'base' | 'head', readonly string[]> => {
  const basesKnown = areBasesKnown(base, head)
  const names = { base: base.layers.map(() => 'base'), head: head.layers.map(() => 'base') }
  for (const [i, pair] of pairLayers(ownLayers(base, basesKnown), ownLayers(head, basesKnown)).entries()) {
    if (pair.base) names.base[pair.base.index] = String(i)
    if (pair.head) names.head[pair.head.index] = String(i)
  }
  return names
}

const partOf = (
  rows: readonly HiddenPathRow[],
  bytes: number,
  report: ImageReport,
  how: ReturnType<typeof hiddenHow>,
): CausePart => {
  const { layer, hiddenBy } = rows[0]!
  const source = report.layers[layer]!
  return {
    name: mainPath(rows),
    bytes,
    line: source.line,
    hiddenBy: report.layers[hiddenBy]?.line ?? null,
    how: how(rows),
    ...(source.inherited ? { inherited: true as const } : {}),
  }
}

const sum = (rows: readonly HiddenPathRow[]): number => rows.reduce((total, row) => total + row.bytes, 0)
