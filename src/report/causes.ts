/**
 * Why the size changed: packages first, then directories and files that no package owns, the base image, hidden
 * bytes, and an honest rest. Every byte goes to exactly one cause, so the causes add up to the delta (CONTRACT).
 */
import { compareNames } from '../tree/path-bytes.ts'
import { explainPaths } from './path-causes.ts'
import type { Cause, CauseChange, HiddenPathRow, ImageReport, LineRange, PathRow } from './types.ts'

/** The rest may hold this share of the gross change (additions plus removals). */
const REST_SHARE = 0.02

/** A cause with its gross change: what was added and removed, which the net figure may hide. */
export interface GrossCause extends Cause {
  readonly gross: number
}

export const explainCauses = (base: ImageReport, head: ImageReport, minChangeBytes: number): Cause[] => {
  const basesKnown = base.image.base !== null && head.image.base !== null
  const own = (report: ImageReport): PathRow[] =>
    report.paths.filter(row => !(basesKnown && report.layers[row.layer]?.inherited === true))
  const [baseRows, headRows] = foldAlike(own(base), own(head))
  const causes = [
    ...packageCauses(base, head, baseRows, headRows),
    ...explainPaths(
      baseRows.filter(row => row.owner === null),
      headRows.filter(row => row.owner === null),
      layer => head.layers[layer]?.line ?? null,
    ),
    ...(basesKnown ? baseImageCause(base, head) : []),
    ...hiddenCause(base, head),
  ]
  const sorted = withRest(causes, minChangeBytes).filter(cause => cause.bytes !== 0)
  assertSum(sorted, head.size.content - base.size.content)
  return sorted.map(({ gross: _, ...cause }) => cause)
}

const assertSum = (causes: readonly Cause[], delta: number): void => {
  const sum = causes.reduce((total, cause) => total + cause.bytes, 0)
  if (sum !== delta) throw new Error(`causes add up to ${sum}, the delta is ${delta}`)
}

/** Where one report folded rows into a directory, the other's rows below it are folded too. */
const foldAlike = (base: readonly PathRow[], head: readonly PathRow[]): [PathRow[], PathRow[]] => {
  const folded = new Set([...base, ...head].filter(row => row.folded).map(row => row.path))
  if (folded.size === 0) return [[...base], [...head]]
  const coarser = (row: PathRow): PathRow => {
    for (let at = row.path; at !== ''; at = at.slice(0, at.lastIndexOf('/')))
      if (folded.has(at)) return { ...row, path: at, kind: 'directory' }
    return row
  }
  return [base.map(coarser), head.map(coarser)]
}

const packageCauses = (
  base: ImageReport,
  head: ImageReport,
  baseRows: readonly PathRow[],
  headRows: readonly PathRow[],
): GrossCause[] => {
  const before = bytesByOwner(baseRows)
  const after = bytesByOwner(headRows)
  const causes: GrossCause[] = []
  for (const owner of new Set([...before.keys(), ...after.keys()])) {
    const from = before.get(owner)
    const to = after.get(owner)
    const bytes = (to?.bytes ?? 0) - (from?.bytes ?? 0)
    if (bytes === 0) continue
    const versions = { from: versionOf(base, owner), to: versionOf(head, owner) }
    const side = to ?? from!
    const report = to ? head : base
    causes.push({
      kind: 'package',
      name: owner.slice(owner.indexOf(':') + 1),
      change: changeOf(from?.bytes ?? 0, to?.bytes ?? 0, versions),
      ...versions,
      bytes,
      line: largestLayerLine(side.layers, report),
      parts: [],
      gross: Math.abs(bytes),
    })
  }
  return causes
}

const changeOf = (
  from: number,
  to: number,
  versions: { readonly from: string | null; readonly to: string | null },
): CauseChange => {
  if (from === 0) return 'added'
  if (to === 0) return 'removed'
  if (versions.from && versions.to && versions.from !== versions.to) return 'upgraded'
  return to > from ? 'grew' : 'shrank'
}

interface OwnerBytes {
  bytes: number
  readonly layers: Map<number, number>
}

const bytesByOwner = (rows: readonly PathRow[]): Map<string, OwnerBytes> => {
  const result = new Map<string, OwnerBytes>()
  for (const row of rows) {
    if (row.owner === null) continue
    const entry = result.get(row.owner) ?? { bytes: 0, layers: new Map() }
    entry.bytes += row.bytes
    entry.layers.set(row.layer, (entry.layers.get(row.layer) ?? 0) + row.bytes)
    result.set(row.owner, entry)
  }
  return result
}

const versionOf = (report: ImageReport, owner: string): string | null =>
  report.packages.find(pkg => `${pkg.manager}:${pkg.name}` === owner)?.version ?? null

/** The line of the layer that holds most of it. */
const largestLayerLine = (layers: ReadonlyMap<number, number>, report: ImageReport): LineRange | null => {
  const [layer] = [...layers].sort(([a, x], [b, y]) => y - x || a - b)[0] ?? [-1]
  return report.layers[layer]?.line ?? null
}

const baseImageCause = (base: ImageReport, head: ImageReport): GrossCause[] => {
  const visible = (report: ImageReport): number =>
    (report.size.inherited ?? 0) -
    sum(report.layers.filter(layer => layer.inherited).map(layer => layer.hidden))
  const from = visible(base)
  const to = visible(head)
  if (from === to) return []
  return [
    {
      kind: 'base-image',
      name: head.image.base?.name ?? base.image.base?.name ?? 'base image',
      change: from === 0 ? 'added' : to === 0 ? 'removed' : to > from ? 'grew' : 'shrank',
      from: base.image.base?.name ?? null,
      to: head.image.base?.name ?? null,
      bytes: to - from,
      line: null,
      parts: [],
      gross: Math.abs(to - from),
    },
  ]
}

const hiddenCause = (base: ImageReport, head: ImageReport): GrossCause[] => {
  const bytes = head.size.hidden - base.size.hidden
  if (bytes === 0) return []
  const side = bytes > 0 ? head : base
  const byLayer = new Map<number, number>()
  for (const row of side.hiddenPaths) byLayer.set(row.layer, (byLayer.get(row.layer) ?? 0) + row.bytes)
  return [
    {
      kind: 'hidden',
      name: 'deleted or overwritten in a later layer',
      change:
        base.size.hidden === 0 ? 'added' : head.size.hidden === 0 ? 'removed' : bytes > 0 ? 'grew' : 'shrank',
      from: null,
      to: null,
      bytes,
      line: largestLayerLine(byLayer, side),
      parts: largestHidden(side.hiddenPaths),
      gross: Math.abs(bytes),
    },
  ]
}

const largestHidden = (rows: readonly HiddenPathRow[]): { name: string; bytes: number }[] =>
  rows.slice(0, 5).map(row => ({ name: row.path, bytes: row.bytes }))

/** The smallest causes, each below `minChangeBytes`, go into the rest as long as it stays within its share. */
const withRest = (causes: readonly GrossCause[], minChangeBytes: number): GrossCause[] => {
  const gross = sum(causes.map(cause => cause.gross))
  const rest: GrossCause[] = []
  const shown: GrossCause[] = []
  let restGross = 0
  for (const cause of [...causes].sort((a, b) => a.gross - b.gross || compareNames(a.name, b.name))) {
    if (cause.gross < minChangeBytes && restGross + cause.gross <= gross * REST_SHARE) {
      restGross += cause.gross
      rest.push(cause)
    } else shown.push(cause)
  }
  const bytes = sum(rest.map(cause => cause.bytes))
  if (bytes !== 0)
    shown.push({
      kind: 'rest',
      name: `${rest.length} smaller ${rest.length === 1 ? 'change' : 'changes'}`,
      change: bytes > 0 ? 'grew' : 'shrank',
      from: null,
      to: null,
      bytes,
      line: null,
      parts: [],
      gross: restGross,
    })
  return shown.sort(
    (a, b) =>
      Number(a.kind === 'rest') - Number(b.kind === 'rest') ||
      Math.abs(b.bytes) - Math.abs(a.bytes) ||
      compareNames(a.name, b.name),
  )
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
