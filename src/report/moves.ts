/**
 * Files that are in both images under different paths: a move, not +x and −x. Whoever moves a directory moves many
 * rows alike, so moves between the same two places are told as one.
 */

import { groupBy } from '../group-by.ts'
import { lastPart } from '../path-parts.ts'
import { compareNames } from '../tree/path-bytes.ts'
import type { GrossCause } from './causes.ts'
import type { LineRange, PathRow } from './types.ts'

export interface WithoutMoves {
  readonly base: readonly PathRow[]
  readonly head: readonly PathRow[]
  /** Causes of no bytes, the largest move first. */
  readonly moves: readonly GrossCause[]
}

interface Pair {
  readonly from: PathRow
  readonly to: PathRow
}

/**
 * Takes what is the same on both sides out of the rows: what stayed at its path, and what moved. Between packages, or
 * into or out of one, only moves of `minChangeBytes` or more count: licences are alike everywhere.
 */
export const withoutMoves = (
  base: readonly PathRow[],
  head: readonly PathRow[],
  minChangeBytes: number,
  lineOf: (layer: number) => LineRange | null,
): WithoutMoves => {
  const stayed = pairRows(base, head, row => `${row.kind}\0${row.path}\0${row.owner ?? ''}\0${row.digest}`)
  const within = pairMoved(stayed, row => `${row.kind}\0${row.owner ?? ''}\0${row.digest}`)
  const isLarge = (row: PathRow): boolean => row.bytes >= minChangeBytes
  const across = pairMoved(
    { base: within.base.filter(isLarge), head: within.head.filter(isLarge) },
    row => `${row.kind}\0${row.digest}`,
  )
  const isSmall = (row: PathRow): boolean => !isLarge(row)
  // what moves within a package is its upgrade's affair
  const moved = [...within.pairs.filter(({ to }) => to.owner === null), ...across.pairs]
  return {
    base: [...across.base, ...within.base.filter(isSmall)],
    head: [...across.head, ...within.head.filter(isSmall)],
    moves: movesOf(
      moved.filter(({ from, to }) => from.path !== to.path),
      minChangeBytes,
      lineOf,
    ),
  }
}

interface Paired {
  readonly pairs: readonly Pair[]
  /** What found no partner. */
  readonly base: readonly PathRow[]
  readonly head: readonly PathRow[]
}

/** What kept its last name is paired first: of two copies it is the one that moved. */
const pairMoved = (rows: Omit<Paired, 'pairs'>, keyOf: (row: PathRow) => string): Paired => {
  const lastName = (row: PathRow): string => lastPart(row.path)
  const named = pairRows(rows.base, rows.head, row => `${keyOf(row)}\0${lastName(row)}`)
  const others = pairRows(named.base, named.head, keyOf)
  return { ...others, pairs: [...named.pairs, ...others.pairs] }
}

/** Rows of one key and size on both sides, one with one: of several, first those with the most alike paths. */
const pairRows = (
  base: readonly PathRow[],
  head: readonly PathRow[],
  keyOf: (row: PathRow) => string,
): {
  readonly pairs: readonly Pair[]
  readonly base: readonly PathRow[]
  readonly head: readonly PathRow[]
} => {
  const key = (row: PathRow): string => `${keyOf(row)}\0${row.bytes}`
  const waiting = groupBy(base, key)
  const pairs: Pair[] = []
  const paired = new Set<PathRow>()
  for (const to of head) {
    const rows = waiting.get(key(to))
    if (!rows || rows.length === 0) continue
    const at = mostAlike(rows, to)
    const [from] = rows.splice(at, 1)
    pairs.push({ from: from!, to })
    paired.add(from!).add(to)
  }
  const isFree = (row: PathRow): boolean => !paired.has(row)
  return { pairs, base: base.filter(isFree), head: head.filter(isFree) }
}

/** Beyond this many the first will do: they are copies of one another. */
const COMPARED = 20

const mostAlike = (rows: readonly PathRow[], to: PathRow): number => {
  let best = 0
  let length = -1
  for (const [i, row] of rows.slice(0, COMPARED).entries()) {
    const common = commonEnd(row.path, to.path)
    if (common > length) [best, length] = [i, common]
  }
  return best
}

/** How many of the last names of two paths are the same. */
const commonEnd = (a: string, b: string): number => {
  const [x, y] = [a.split('/').slice(1), b.split('/').slice(1)]
  let same = 0
  while (same < x.length && same < y.length && x[x.length - 1 - same] === y[y.length - 1 - same]) same += 1
  return same
}

const withoutEnd = (path: string, names: number): string =>
  names === 0 ? path : path.split('/').slice(0, -names).join('/') || '/'

/** Pairs that left and reached the same two directories are one move. */
const movesOf = (
  pairs: readonly Pair[],
  minChangeBytes: number,
  lineOf: (layer: number) => LineRange | null,
): GrossCause[] => {
  const groups = groupBy(pairs, ({ from, to }) => {
    const names = commonEnd(from.path, to.path)
    return `${withoutEnd(from.path, names)}\0${withoutEnd(to.path, names)}`
  })
  return [...groups.values()]
    .map(group => ({ group, bytes: group.reduce((sum, { to }) => sum + to.bytes, 0) }))
    .filter(({ bytes }) => bytes > 0 && bytes >= minChangeBytes)
    .sort((a, b) => b.bytes - a.bytes || compareNames(a.group[0]!.to.path, b.group[0]!.to.path))
    .map(({ group, bytes }) => moveOf(group, bytes, lineOf))
}

const moveOf = (
  group: readonly Pair[],
  bytes: number,
  lineOf: (layer: number) => LineRange | null,
): GrossCause => {
  const first = group[0]!
  const isFile = group.length === 1 && first.to.kind === 'file'
  const from = isFile ? first.from.path : commonPath(group.map(pair => pair.from.path))
  const to = isFile ? first.to.path : commonPath(group.map(pair => pair.to.path))
  const largest = group.reduce((most, pair) => (pair.to.bytes > most.to.bytes ? pair : most))
  return {
    kind: isFile ? 'file' : 'directory',
    name: to,
    change: 'moved',
    from,
    to,
    bytes: 0,
    line: lineOf(largest.to.layer),
    parts: [
      { name: to, bytes },
      { name: from, bytes: -bytes },
    ],
    gross: 0,
  }
}

/** The deepest directory of all. */
export const commonPath = (paths: readonly string[]): string => {
  let common = paths[0]!.split('/')
  for (const path of paths) {
    const other = path.split('/')
    let same = 0
    while (same < common.length && common[same] === other[same]) same += 1
    common = common.slice(0, same)
  }
  return common.join('/') || '/'
}
