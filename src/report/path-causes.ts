/**
 * Changes of files that no package owns, as the fewest directories and files that explain most of them. A directory
 * is taken apart only where its parts tell more than the whole.
 */
import { compareNames } from '../tree/path-bytes.ts'
import type { GrossCause } from './causes.ts'
import { parentOf } from './path-rows.ts'
import type { LineRange, PathRow } from './types.ts'

/** A part that holds this share of its directory's change is named instead of it. */
const NARROW_SHARE = 0.8
/** A large file is named for itself when it is this share of the whole change. */
const FILE_SHARE = 0.1
const PARTS_SHOWN = 5

interface Leaf {
  readonly path: string
  readonly kind: 'file' | 'directory'
  base: number
  head: number
  baseDigest: string
  headDigest: string
  layer: number
}

interface Node {
  readonly path: string
  readonly children: Map<string, Node>
  readonly leaves: Leaf[]
  /** Net and gross change of everything below. */
  delta: number
  gross: number
  base: number
  head: number
}

export const explainPaths = (
  base: readonly PathRow[],
  head: readonly PathRow[],
  lineOf: (layer: number) => LineRange | null,
): GrossCause[] => {
  const leaves = withoutCrossings(withoutMoves(leavesOf(base, head)))
  const root = treeOf(leaves)
  if (root.gross === 0) return []
  return explain(root, root.gross).map(part => causeOf(part, lineOf))
}

const leavesOf = (base: readonly PathRow[], head: readonly PathRow[]): Leaf[] => {
  const leaves = new Map<string, Leaf>()
  const at = (row: PathRow): Leaf => {
    const key = `${row.kind} ${row.path}`
    let leaf = leaves.get(key)
    if (!leaf) {
      leaf = { path: row.path, kind: row.kind, base: 0, head: 0, baseDigest: '', headDigest: '', layer: -1 }
      leaves.set(key, leaf)
    }
    return leaf
  }
  // several layers may each hold small files of one directory: their rows are one leaf here
  for (const row of base) {
    const leaf = at(row)
    leaf.base += row.bytes
    leaf.baseDigest += row.digest
  }
  for (const row of head) {
    const leaf = at(row)
    leaf.head += row.bytes
    leaf.headDigest += row.digest
    leaf.layer = row.layer
  }
  return [...leaves.values()].filter(leaf => leaf.base !== leaf.head)
}

/** A file that moved unchanged is a move, not +x and −x: both ends go, and the sum stays. */
const withoutMoves = (leaves: readonly Leaf[]): Leaf[] => {
  const gone = new Map<string, Leaf[]>()
  for (const leaf of leaves)
    if (leaf.head === 0) gone.set(leaf.baseDigest, [...(gone.get(leaf.baseDigest) ?? []), leaf])
  const moved = new Set<Leaf>()
  for (const leaf of leaves) {
    if (leaf.base !== 0) continue
    const from = gone.get(leaf.headDigest)?.find(each => !moved.has(each) && each.base === leaf.head)
    if (from) moved.add(from).add(leaf)
  }
  return leaves.filter(leaf => !moved.has(leaf))
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
    directory.layer = Math.max(directory.layer, leaf.layer)
    return false
  })
}

const treeOf = (leaves: readonly Leaf[]): Node => {
  const root = emptyNode('/')
  for (const leaf of leaves) {
    const directory = leaf.kind === 'directory' ? leaf.path : parentOf(leaf.path)
    let node = root
    add(node, leaf)
    for (const name of directory.split('/')) {
      if (name === '') continue
      let child = node.children.get(name)
      if (!child) {
        child = emptyNode(node.path === '/' ? `/${name}` : `${node.path}/${name}`)
        node.children.set(name, child)
      }
      node = child
      add(node, leaf)
    }
    node.leaves.push(leaf)
  }
  return root
}

const emptyNode = (path: string): Node => ({
  path,
  children: new Map(),
  leaves: [],
  delta: 0,
  gross: 0,
  base: 0,
  head: 0,
})

const add = (node: Node, leaf: Leaf): void => {
  node.delta += leaf.head - leaf.base
  node.gross += Math.abs(leaf.head - leaf.base)
  node.base += leaf.base
  node.head += leaf.head
}

/** A cause in the making: a directory with what of it is not named elsewhere, or one file. */
interface Part {
  readonly path: string
  readonly kind: 'directory' | 'file'
  readonly delta: number
  readonly gross: number
  readonly base: number
  readonly head: number
  readonly leaves: readonly Leaf[]
}

const explain = (node: Node, total: number): Part[] => {
  const children = [...node.children.values()].filter(child => child.gross > 0)
  const files = node.leaves.filter(leaf => leaf.kind === 'file' && grossOf(leaf) >= total * FILE_SHARE)
  const dominant = children.find(child => child.gross >= node.gross * NARROW_SHARE)
  const opposite = children.some(child => child.delta > 0) && children.some(child => child.delta < 0)
  const isTop = node.path === '/' || parentOf(node.path) === '/'
  const split = dominant
    ? [dominant]
    : isTop || opposite
      ? children.filter(child => child.gross >= total * 0.05)
      : []
  const named = [...split.flatMap(child => explain(child, total)), ...files.map(filePart)]
  const taken = new Set(named.flatMap(part => part.leaves))
  const left = leavesBelow(node).filter(leaf => !taken.has(leaf))
  return left.length === 0 ? named : [...named, directoryPart(node.path, left)]
}

const grossOf = (leaf: Leaf): number => Math.abs(leaf.head - leaf.base)

const filePart = (leaf: Leaf): Part => ({
  path: leaf.path,
  kind: 'file',
  delta: leaf.head - leaf.base,
  gross: grossOf(leaf),
  base: leaf.base,
  head: leaf.head,
  leaves: [leaf],
})

const directoryPart = (path: string, leaves: readonly Leaf[]): Part => {
  if (leaves.length === 1 && leaves[0]!.kind === 'file') return filePart(leaves[0]!)
  return {
    path: commonDirectory(leaves) ?? path,
    kind: 'directory',
    delta: total(leaves, leaf => leaf.head - leaf.base),
    gross: total(leaves, grossOf),
    base: total(leaves, leaf => leaf.base),
    head: total(leaves, leaf => leaf.head),
    leaves,
  }
}

const total = (leaves: readonly Leaf[], of: (leaf: Leaf) => number): number =>
  leaves.reduce((all, leaf) => all + of(leaf), 0)

const leavesBelow = (node: Node): Leaf[] => {
  const found: Leaf[] = []
  const pending = [node]
  for (let at = pending.pop(); at; at = pending.pop()) {
    found.push(...at.leaves)
    pending.push(...at.children.values())
  }
  return found
}

/** The deepest directory that holds all of them. */
const commonDirectory = (leaves: readonly Leaf[]): string | null => {
  const paths = leaves.map(leaf => (leaf.kind === 'directory' ? leaf.path : parentOf(leaf.path)).split('/'))
  const first = paths[0]
  if (!first) return null
  let depth = first.length
  for (const path of paths) {
    let same = 0
    while (same < depth && same < path.length && path[same] === first[same]) same += 1
    depth = same
  }
  return first.slice(0, depth).join('/') || '/'
}

const causeOf = (part: Part, lineOf: (layer: number) => LineRange | null): GrossCause => {
  const largest = [...part.leaves].sort((a, b) => grossOf(b) - grossOf(a) || compareNames(a.path, b.path))
  const source = largest.find(leaf => leaf.head > 0)
  return {
    kind: part.kind,
    name: part.path,
    change: part.base === 0 ? 'added' : part.head === 0 ? 'removed' : part.delta >= 0 ? 'grew' : 'shrank',
    from: null,
    to: null,
    bytes: part.delta,
    line: source ? lineOf(source.layer) : null,
    parts:
      part.kind === 'file'
        ? []
        : largest.slice(0, PARTS_SHOWN).map(leaf => ({ name: leaf.path, bytes: leaf.head - leaf.base })),
    gross: part.gross,
  }
}
