/** Two reports, or one, as the rows of a map that fits into a page. */
import { isLeftover, subjectOf } from '../../report/finding.ts'
import type { Finding, HiddenPathRow, ImageReport, PathRow } from '../../report/types.ts'
import { scriptJson } from '../escape/script-json.ts'
import { shorten, visible } from '../escape/visible.ts'
import { foldRows } from './fold-rows.ts'
import { type MapLines, mapLines } from './map-lines.ts'
import { DIRECTORY, HIDDEN, LEFTOVER, type MapRow, type PackedRow, type PageData } from './page-types.ts'

const MAX_ROWS = 4000
/** Of the data, in bytes: with program, style and findings the page stays below 500 kB. */
const MAX_DATA = 330_000
const LEAST_ROWS = 50
const MAX_LINES = 300
/** A finding names no more paths; from here on its subject, which may hold other files too, stands for them. */
const PATHS_MAX = 20

/**
 * The page's JSON. Bytes are content bytes: the rows' sums are the sizes of base and head, exactly. Rows are folded
 * until the text is short enough.
 */
export const pageJson = (base: ImageReport | null, head: ImageReport, maxData: number = MAX_DATA): string => {
  const map = withinLimit(mapLines(base, head))
  const all = [...rowsOf(head, 'head', map), ...(base ? rowsOf(base, 'base', map) : [])]
  let limit = MAX_ROWS
  for (let rows = foldRows(all, limit); ; rows = foldRows(rows, limit)) {
    const text = scriptJson(pack(rows, map, base !== null))
    const length = byteLength(text)
    if (length <= maxData || limit < LEAST_ROWS) return text
    limit = Math.floor(limit * Math.min(0.9, (maxData / length) * 0.9))
  }
}

const byteLength = (text: string): number => new TextEncoder().encode(text).length

/** Layers beyond any reader's patience are one line. */
const withinLimit = (map: MapLines): MapLines => {
  if (map.lines.length <= MAX_LINES) return map
  const clamp = (indexes: ReadonlyMap<number, number>): ReadonlyMap<number, number> =>
    new Map([...indexes].map(([layer, index]) => [layer, Math.min(index, MAX_LINES - 1)]))
  const last = { label: `${map.lines.length - MAX_LINES + 1} more layers`, text: '' }
  return {
    lines: [...map.lines.slice(0, MAX_LINES - 1), last],
    base: clamp(map.base),
    head: clamp(map.head),
  }
}

const rowsOf = (report: ImageReport, side: 'base' | 'head', map: MapLines): MapRow[] => {
  const leftovers = report.findings.filter(isLeftover)
  // one path may have a part that is seen and one that is hidden: a finding of the one says nothing of the other
  const isVisibleMarked = leftoverMark(leftovers.filter(({ visible }) => visible > 0))
  const isHiddenMarked = leftoverMark(leftovers.filter(({ hidden }) => hidden > 0))
  const rowOf = (row: PathRow | HiddenPathRow): MapRow => ({
    path: row.path,
    kind: row.kind,
    hidden: 'hiddenBy' in row,
    leftover: 'hiddenBy' in row ? isHiddenMarked(row) : isVisibleMarked(row),
    owner: row.owner,
    line: map[side].get(row.layer) ?? 0,
    base: side === 'base' ? row.bytes : 0,
    head: side === 'head' ? row.bytes : 0,
  })
  return [...report.paths, ...report.hiddenPaths].map(rowOf)
}

/** Whether a finding claims a row: by its package, else by a path at or above it. */
const leftoverMark = (findings: readonly Finding[]): ((row: PathRow) => boolean) => {
  const packages = new Set(findings.flatMap(finding => finding.packages))
  const paths = new Set(
    findings.flatMap(finding =>
      finding.packages.length > 0
        ? []
        : [...finding.paths, ...(finding.paths.length < PATHS_MAX ? [] : [subjectOf(finding)])],
    ),
  )
  return ({ path, owner }) => {
    if (owner !== null && packages.has(owner.slice(owner.indexOf(':') + 1))) return true
    for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) if (paths.has(at)) return true
    return false
  }
}

/** page/rows.ts reads what is written here. */
const pack = (rows: readonly MapRow[], map: MapLines, hasBase: boolean): PageData => {
  const owners = [...new Set(rows.flatMap(({ owner }) => (owner === null ? [] : [owner])))].sort()
  const ownerIndexes = new Map(owners.map((owner, index) => [owner, index]))
  const spelled = rows
    .map(row => ({ ...row, path: visible(row.path) }))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
  const packed = spelled.map(({ path, kind, hidden, leftover, owner, line, base, head }, i): PackedRow => {
    const shared = sharedLength(spelled[i - 1]?.path ?? '', path)
    const flags = (kind === 'directory' ? DIRECTORY : 0) | (hidden ? HIDDEN : 0) | (leftover ? LEFTOVER : 0)
    const index = owner === null ? -1 : ownerIndexes.get(owner)!
    return [shared, path.slice(shared), flags, index, line, base, head]
  })
  return {
    hasBase,
    lines: map.lines,
    owners: owners.map(owner => visible(shorten(owner, 120))),
    rows: packed,
  }
}

const sharedLength = (before: string, path: string): number => {
  let length = 0
  while (length < before.length && before[length] === path[length]) length += 1
  return length
}
