/** Which Dockerfile line each layer of base and head belongs to: the columns of the map by line. */
import { pairLayers } from '../../report/pair-layers.ts'
import type { ImageReport, ReportLayer } from '../../report/types.ts'
import { cut, oneLine, visible } from '../escape/visible.ts'
import { lineText } from '../model/lines.ts'
import type { MapLine } from './page-types.ts'

export interface MapLines {
  readonly lines: readonly MapLine[]
  /** Index into `lines` by the layer's index. */
  readonly base: ReadonlyMap<number, number>
  readonly head: ReadonlyMap<number, number>
}

const TEXT_MAX = 240

/** The same pairs as the review's lines; what came with the base image is one line, where that is known. */
export const mapLines = (base: ImageReport | null, head: ImageReport): MapLines => {
  const lines: MapLine[] = []
  const found = { base: new Map<number, number>(), head: new Map<number, number>() }
  const add = (line: MapLine): number => lines.push(line) - 1
  const known = head.image.base !== null && (base === null || base.image.base !== null)
  const inherited = (layer: ReportLayer): boolean => known && layer.inherited === true
  if (known) {
    const index = add({ label: 'base image', text: spelled(head.image.base?.name ?? '') })
    for (const layer of head.layers.filter(inherited)) found.head.set(layer.index, index)
    for (const layer of base?.layers.filter(inherited) ?? []) found.base.set(layer.index, index)
  }
  const own = (report: ImageReport | null): ReportLayer[] =>
    report?.layers.filter(layer => !inherited(layer)) ?? []
  for (const pair of pairLayers(own(base), own(head))) {
    const index = add(lineOf((pair.head ?? pair.base)!, pair.head === null))
    if (pair.head) found.head.set(pair.head.index, index)
    if (pair.base) found.base.set(pair.base.index, index)
  }
  return { lines, ...found }
}

const lineOf = ({ line, index, instruction }: ReportLayer, inBase: boolean): MapLine => ({
  label: `${line ? spelled(lineText(line)) : `layer ${index}`}${inBase ? ' (base)' : ''}`,
  text: spelled(instruction ?? ''),
})

const spelled = (text: string): string => visible(cut(oneLine(text), TEXT_MAX))
