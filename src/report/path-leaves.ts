/** Rows of two reports as leaves: one path on both sides. */
import { parentOf } from '../path-parts.ts'
import type { PathRow } from './types.ts'

/** A large file, or the small files of one directory, on both sides. */
export interface Leaf {
  readonly path: string
  readonly kind: 'file' | 'directory'
  base: number
  head: number
  /** Where most of it is on each side; −1: nowhere. */
  baseLayer: number
  headLayer: number
}

/** What differs; several layers may each hold small files of one directory: their rows are one leaf. */
export const leavesOf = (base: readonly PathRow[], head: readonly PathRow[]): Leaf[] => {
  const leaves = new Map<string, Leaf>()
  const at = (row: PathRow): Leaf => {
    const key = `${row.kind} ${row.path}`
    let leaf = leaves.get(key)
    if (!leaf) {
      leaf = { path: row.path, kind: row.kind, base: 0, head: 0, baseLayer: -1, headLayer: -1 }
      leaves.set(key, leaf)
    }
    return leaf
  }
  // rows come largest first
  for (const row of base) {
    const leaf = at(row)
    leaf.base += row.bytes
    if (leaf.baseLayer < 0) leaf.baseLayer = row.layer
  }
  for (const row of head) {
    const leaf = at(row)
    leaf.head += row.bytes
    if (leaf.headLayer < 0) leaf.headLayer = row.layer
  }
  return withoutCrossings([...leaves.values()].filter(leaf => leaf.base !== leaf.head))
}

/** Where a directory's small files changed by this share of a large file's bytes the other way, they may be one file. */
const CROSSING_SHARE = 0.25

/**
 * A file that grew past the size from which files have rows of their own seems to appear, while the small files of
 * its directory seem to shrink (and the reverse): both are one change of the directory.
 */
const withoutCrossings = (leaves: readonly Leaf[]): Leaf[] => {
  const directories = new Map(leaves.filter(leaf => leaf.kind === 'directory').map(leaf => [leaf.path, leaf]))
  return leaves.filter(leaf => {
    if (leaf.kind === 'directory' || (leaf.base > 0 && leaf.head > 0)) return true
    const directory = directories.get(parentOf(leaf.path))
    const [own, other] = [leaf.head - leaf.base, directory ? directory.head - directory.base : 0]
    if (!directory || own * other >= 0 || Math.abs(other) < Math.abs(own) * CROSSING_SHARE) return true
    directory.base += leaf.base
    directory.head += leaf.head
    directory.baseLayer = Math.max(directory.baseLayer, leaf.baseLayer)
    directory.headLayer = Math.max(directory.headLayer, leaf.headLayer)
    return false
  })
}
