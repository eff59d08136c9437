/** Changes of files that packages own, one cause for each package, with the versions on both sides. */
import type { GrossCause } from './causes.ts'
import { largestLayerLine } from './layer-line.ts'
import type { CauseChange, ImageReport, PathRow } from './types.ts'

export const packageCauses = (
  base: ImageReport,
  head: ImageReport,
  baseRows: readonly PathRow[],
  headRows: readonly PathRow[],
): GrossCause[] => {
  const before = changesByOwner(baseRows)
  const after = changesByOwner(headRows)
  const [baseVersions, headVersions] = [versionsOf(base), versionsOf(head)]
  const causes: GrossCause[] = []
  for (const owner of new Set([...before.keys(), ...after.keys()])) {
    const from = before.get(owner) ?? NOTHING
    const to = after.get(owner) ?? NOTHING
    const bytes = to.bytes - from.bytes
    if (bytes === 0) continue
    const versions = { from: baseVersions.get(owner) ?? null, to: headVersions.get(owner) ?? null }
    const change = changeOf(from.bytes, to.bytes, versions)
    const colon = owner.indexOf(':')
    causes.push({
      kind: 'package',
      manager: owner.slice(0, colon),
      name: owner.slice(colon + 1),
      change,
      ...versions,
      bytes,
      line:
        to.bytes === 0 || change === 'removed'
          ? largestLayerLine(from.layers, base)
          : largestLayerLine(to.layers, head),
      parts: [],
      gross: grossOf(from, to),
    })
  }
  return causes
}

/** By what the databases say; a package that no database lists on a side is there if its bytes are. */
const changeOf = (
  from: number,
  to: number,
  versions: { readonly from: string | null; readonly to: string | null },
): CauseChange => {
  if (from === 0 && versions.from === null) return 'added'
  if (to === 0 && versions.to === null) return 'removed'
  if (versions.from && versions.to && versions.from !== versions.to) return 'upgraded'
  return to > from ? 'grew' : 'shrank'
}

interface OwnerBytes {
  bytes: number
  readonly layers: Map<number, number>
  /** By row: what is compared with the other side. */
  readonly rows: Map<string, number>
}

const NOTHING: OwnerBytes = { bytes: 0, layers: new Map(), rows: new Map() }

const changesByOwner = (rows: readonly PathRow[]): Map<string, OwnerBytes> => {
  const result = new Map<string, OwnerBytes>()
  for (const row of rows) {
    if (row.owner === null) continue
    const entry = result.get(row.owner) ?? { bytes: 0, layers: new Map(), rows: new Map() }
    entry.bytes += row.bytes
    entry.layers.set(row.layer, (entry.layers.get(row.layer) ?? 0) + row.bytes)
    const key = `${row.kind} ${row.path}`
    entry.rows.set(key, (entry.rows.get(key) ?? 0) + row.bytes)
    result.set(row.owner, entry)
  }
  return result
}

/** What was added and removed, path by path: an upgrade may exchange much and weigh the same. */
const grossOf = (from: OwnerBytes, to: OwnerBytes): number => {
  let gross = 0
  for (const key of new Set([...from.rows.keys(), ...to.rows.keys()]))
    gross += Math.abs((to.rows.get(key) ?? 0) - (from.rows.get(key) ?? 0))
  return gross
}

const versionsOf = ({ packages }: ImageReport): ReadonlyMap<string, string> =>
  // of one name in several versions or architectures the largest comes first
  new Map([...packages].reverse().map(pkg => [`${pkg.manager}:${pkg.name}`, pkg.version]))
