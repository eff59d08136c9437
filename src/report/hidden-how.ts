/** What a later layer did to bytes that it hid, as far as the rows of a report tell. */
import type { HiddenHow, HiddenPathRow, ImageReport, PathRow } from './types.ts'

/** One word for rows of one pair of layers: that of most of the bytes; null where the rows do not tell. */
export const hiddenHow = (report: ImageReport): ((rows: readonly HiddenPathRow[]) => HiddenHow | null) => {
  const contents = new Set<string>()
  const paths = new Set<string>()
  for (const row of [...report.paths, ...report.hiddenPaths]) {
    contents.add(contentKey(row.layer, row))
    contents.add(placedKey(row.layer, row))
    paths.add(`${row.layer}\0${row.path}`)
  }
  const howOf = (row: HiddenPathRow): HiddenHow | null => {
    // one path twice in one layer
    if (row.hiddenBy === row.layer) return 'overwritten'
    if (contents.has(placedKey(row.hiddenBy, row))) return 'rewritten'
    if (contents.has(contentKey(row.hiddenBy, row))) return 'moved'
    if (row.kind === 'file' && paths.has(`${row.hiddenBy}\0${row.path}`)) return 'overwritten'
    // small files of the later layer in this place may have taken its name, or may not
    const directory =
      row.kind === 'directory' ? row.path : row.path.slice(0, row.path.lastIndexOf('/')) || '/'
    return paths.has(`${row.hiddenBy}\0${directory}`) ? null : 'deleted'
  }
  return rows => {
    const bytes = new Map<HiddenHow | null, number>()
    for (const row of rows) {
      const how = howOf(row)
      bytes.set(how, (bytes.get(how) ?? 0) + row.bytes)
    }
    const all = rows.reduce((total, row) => total + row.bytes, 0)
    const [most] = [...bytes].sort(([, a], [, b]) => b - a)
    return most && most[1] * 10 >= all * 9 ? most[0] : null
  }
}

const contentKey = (layer: number, row: PathRow): string => `${layer}\0${row.kind}\0${row.digest}`
const placedKey = (layer: number, row: PathRow): string => `${contentKey(layer, row)}\0${row.path}`
