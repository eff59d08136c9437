/** Hundreds of small packages in few rows: what no reader would read one by one is counted together. */
import { groupBy } from '../group-by.ts'
import type { GrossCause } from './causes.ts'

/** So many packages of one manager are named, the largest. */
const NAMED = 100
const PARTS_SHOWN = 5

/** Packages below `minChangeBytes` or beyond the largest are one cause for each manager and kind of change. */
export const groupPackages = (causes: readonly GrossCause[], minChangeBytes: number): GrossCause[] => {
  const named: GrossCause[] = []
  const small: GrossCause[] = []
  const counts = new Map<string, number>()
  for (const cause of [...causes].sort((a, b) => b.gross - a.gross)) {
    const manager = cause.manager ?? ''
    const count = (counts.get(manager) ?? 0) + 1
    if (cause.kind !== 'package' || (cause.gross >= minChangeBytes && count <= NAMED)) named.push(cause)
    else small.push(cause)
    if (cause.kind === 'package') counts.set(manager, count)
  }
  const groups = groupBy(small, ({ manager, change }) => `${manager}\0${change}`)
  return [...named, ...[...groups.values()].map(group => (group.length === 1 ? group[0]! : together(group)))]
}

const together = (group: readonly GrossCause[]): GrossCause => {
  const first = group[0]!
  return {
    ...first,
    packages: group.length,
    name: `${group.length} smaller ${first.manager} packages`,
    from: null,
    to: null,
    bytes: group.reduce((sum, cause) => sum + cause.bytes, 0),
    parts: group.slice(0, PARTS_SHOWN).map(({ name, bytes }) => ({ name, bytes })),
    gross: group.reduce((sum, cause) => sum + cause.gross, 0),
  }
}
