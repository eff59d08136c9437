/**
 * What the base image has to do with the change: its tag stands for another image, the Dockerfile names another one,
 * or own layers overwrite or delete files of it. Together they are the difference of its visible bytes.
 */
import type { GrossCause } from './causes.ts'
import { largestLayerLine } from './layer-line.ts'
import type { CauseChange, HiddenPathRow, ImageReport } from './types.ts'

/** The name of the cause that is the Dockerfile's doing, not the base image's. */
export const OVERWRITTEN = 'files of the base image that the Dockerfile overwrites or deletes'

export const baseImageCauses = (base: ImageReport, head: ImageReport): GrossCause[] => [
  ...exchanged(base, head),
  ...overwritten(base, head),
]

/** Another base image, measured by itself: what its own layers leave visible. */
const exchanged = (base: ImageReport, head: ImageReport): GrossCause[] => {
  const own = (report: ImageReport): number =>
    (report.size.inherited ?? 0) - sum(hiddenOfBase(report).filter(row => isInherited(report, row.hiddenBy)))
  const [before, after] = [own(base), own(head)]
  if (before === after) return []
  const [from, to] = [base.image.base?.name ?? null, head.image.base?.name ?? null]
  return [
    {
      kind: 'base-image',
      name: to ?? from ?? 'base image',
      change: from !== null && from === to ? 'moved' : sizeChange(before, after),
      from,
      to,
      bytes: after - before,
      line: null,
      parts: [],
      gross: Math.abs(after - before),
    },
  ]
}

const overwritten = (base: ImageReport, head: ImageReport): GrossCause[] => {
  const own = (report: ImageReport): HiddenPathRow[] =>
    hiddenOfBase(report).filter(row => !isInherited(report, row.hiddenBy))
  const [before, after] = [own(base), own(head)]
  const bytes = sum(before) - sum(after)
  if (bytes === 0) return []
  const [side, rows] = bytes < 0 ? [head, after] : [base, before]
  const byLayer = new Map<number, number>()
  for (const row of rows) byLayer.set(row.hiddenBy, (byLayer.get(row.hiddenBy) ?? 0) + row.bytes)
  return [
    {
      kind: 'base-image',
      name: OVERWRITTEN,
      change: bytes < 0 ? 'shrank' : 'grew',
      from: null,
      to: null,
      bytes,
      // the line of the base's Dockerfile is not head's: only what head does is pointed at
      line: bytes < 0 ? largestLayerLine(byLayer, side) : null,
      parts: [],
      gross: Math.abs(bytes),
    },
  ]
}

const hiddenOfBase = (report: ImageReport): HiddenPathRow[] =>
  report.hiddenPaths.filter(row => isInherited(report, row.layer))

const isInherited = ({ layers }: ImageReport, layer: number): boolean => layers[layer]?.inherited === true

const sizeChange = (from: number, to: number): CauseChange =>
  from === 0 ? 'added' : to === 0 ? 'removed' : to > from ? 'grew' : 'shrank'

const sum = (rows: readonly { readonly bytes: number }[]): number =>
  rows.reduce((total, row) => total + row.bytes, 0)
