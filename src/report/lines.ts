/**
 * The delta by Dockerfile instruction, and by what the base image brought. The rows' deltas add up to the whole
 * delta, exactly.
 */
import { type LayerPair, pairLayers } from './pair-layers.ts'
import type { ImageReport, LineRow, ReportLayer } from './types.ts'

export const explainLines = (base: ImageReport, head: ImageReport): LineRow[] => {
  const basesKnown = areBasesKnown(base, head)
  const inherited = basesKnown ? [baseImageRow(base, head)] : []
  const rows = pairLayers(ownLayers(base, basesKnown), ownLayers(head, basesKnown)).map(rowOf)
  return [...inherited, ...rows].filter(row => row.base !== 0 || row.head !== 0)
}

/** Only then can what came with it be told apart; if either side's is unknown, neither side's is used (CONTRACT). */
export const areBasesKnown = (base: ImageReport, head: ImageReport): boolean =>
  base.image.base !== null && head.image.base !== null

export const ownLayers = (report: ImageReport, basesKnown: boolean): ReportLayer[] =>
  report.layers.filter(layer => !(basesKnown && layer.inherited === true))

const baseImageRow = (base: ImageReport, head: ImageReport): LineRow => {
  const before = base.size.inherited ?? 0
  const after = head.size.inherited ?? 0
  const [from, to] = [fromOf(base), fromOf(head)]
  return {
    kind: 'base-image',
    side: 'both',
    file: null,
    start: null,
    end: null,
    instruction: to,
    ...(from !== null && from !== to ? { baseInstruction: from } : {}),
    base: before,
    head: after,
    delta: after - before,
  }
}

const fromOf = ({ image }: ImageReport): string | null =>
  image.base?.name ? `FROM ${image.base.name}` : null

const rowOf = ({ base, head }: LayerPair): LineRow => {
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
    ...(base?.instruction && head && base.instruction !== head.instruction
      ? { baseInstruction: base.instruction }
      : {}),
    base: before,
    head: after,
    delta: after - before,
  }
}
