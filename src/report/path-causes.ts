/**
 * Changes of files that no package owns, as the fewest directories and files that explain most of them. A directory
 * is taken apart only where its parts tell more than the whole.
 */
import { parentOf } from '../path-parts.ts'
import { compareNames } from '../tree/path-bytes.ts'
import type { GrossCause } from './causes.ts'
import { commonPath } from './moves.ts'
import { type Leaf, leavesOf } from './path-leaves.ts'
import type { LineRange, PathRow } from './types.ts'

/** A part that holds this share of its directory's change is named instead of it. */
const NARROW_SHARE = 0.8
/** A large file is named for itself when it is this share of the whole change. */
const FILE_SHARE = 0.1
/** And at least this share of all that changed, packages too. */
const FILE_SHARE_OF_ALL = 0.02
/** A directory's parts from this share of the whole change on are named by themselves. */
const SPLIT_SHARE = 0.05
const PARTS_SHOWN = 5

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

/** What rows are read for: the lines of both sides, and from which size on a change is named. */
export interface PathContext {
  readonly minChangeBytes: number
  /** Gross change of what packages own: beside it a file of little weight is not named for itself. */
  readonly packageGross: number
  readonly baseLine: (layer: number) => LineRange | null
  readonly headLine: (layer: number) => LineRange | null
  /** Is anything at or below the path, changed or not? */
  readonly inBase: (path: string) => boolean
  readonly inHead: (path: string) => boolean
}

export const explainPaths = (
  base: readonly PathRow[],
  head: readonly PathRow[],
  context: PathContext,
): GrossCause[] => {
  const root = treeOf(leavesOf(base, head))
  if (root.gross === 0) return []
  const leastFile = Math.max(
    root.gross * FILE_SHARE,
    (root.gross + context.packageGross) * FILE_SHARE_OF_ALL,
    context.minChangeBytes,
  )
  const named = explain(root, { total: root.gross, least: context.minChangeBytes, leastFile })
  const left = without(root, named)
  // changes too small to be named apart are told by the directory that holds them all
  const parts = left.length === 0 ? named : [...named, directoryPart('/', left)]
  return parts.map(part => causeOf(part, context))
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

interface Sizes {
  /** Gross change of all paths. */
  readonly total: number
  readonly least: number
  readonly leastFile: number
}

/** What is large enough to be named at or below a node; the rest is its parent's. */
const explain = (node: Node, sizes: Sizes): Part[] => {
  const { total, least, leastFile } = sizes
  if (node.gross < least) return []
  const children = [...node.children.values()].filter(child => child.gross > 0)
  const files = node.leaves.filter(leaf => leaf.kind === 'file' && grossOf(leaf) >= leastFile)
  const dominant = children.find(child => child.gross >= node.gross * NARROW_SHARE)
  const opposite = children.some(child => child.delta > 0) && children.some(child => child.delta < 0)
  const isTop = node.path === '/' || parentOf(node.path) === '/'
  const split = dominant
    ? [dominant]
    : isTop || opposite
      ? children.filter(child => child.gross >= total * SPLIT_SHARE)
      : []
  const named = [...split.flatMap(child => explain(child, sizes)), ...files.map(filePart)]
  const left = without(node, named)
  return sumOf(left, grossOf) < least || left.length === 0
    ? named
    : [...named, directoryPart(node.path, left)]
}

const without = (node: Node, parts: readonly Part[]): Leaf[] => {
  const taken = new Set(parts.flatMap(part => part.leaves))
  return leavesBelow(node).filter(leaf => !taken.has(leaf))
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
    path: leaves.length === 0 ? path : commonPath(leaves.map(directoryOf)),
    kind: 'directory',
    delta: sumOf(leaves, leaf => leaf.head - leaf.base),
    gross: sumOf(leaves, grossOf),
    base: sumOf(leaves, leaf => leaf.base),
    head: sumOf(leaves, leaf => leaf.head),
    leaves,
  }
}

const sumOf = (leaves: readonly Leaf[], of: (leaf: Leaf) => number): number =>
  leaves.reduce((all, leaf) => all + of(leaf), 0)

const leavesBelow = (node: Node): Leaf[] => {
  const found: Leaf[] = []
  const pending = [node]
  for (let at = pending.pop(); at; at = pending.pop()) {
    // one by one: a call takes only so many arguments
    for (const leaf of at.leaves) found.push(leaf)
    for (const child of at.children.values()) pending.push(child)
  }
  return found
}

const directoryOf = (leaf: Leaf): string => (leaf.kind === 'directory' ? leaf.path : parentOf(leaf.path))

const causeOf = (part: Part, { baseLine, headLine, inBase, inHead }: PathContext): GrossCause => {
  const largest = [...part.leaves].sort((a, b) => grossOf(b) - grossOf(a) || compareNames(a.path, b.path))
  const isRemoved = part.head === 0 && !inHead(part.path)
  const source = largest.find(leaf => (isRemoved ? leaf.base : leaf.head) > 0)
  return {
    kind: part.kind,
    name: part.path,
    change: isRemoved
      ? 'removed'
      : part.base === 0 && !inBase(part.path)
        ? 'added'
        : part.delta >= 0
          ? 'grew'
          : 'shrank',
    from: null,
    to: null,
    bytes: part.delta,
    line: source ? (isRemoved ? baseLine(source.baseLayer) : headLine(source.headLayer)) : null,
    parts:
      part.kind === 'file'
        ? []
        : largest.slice(0, PARTS_SHOWN).map(leaf => ({ name: leaf.path, bytes: leaf.head - leaf.base })),
    gross: part.gross,
  }
}
