/** Rows as a tree: by directory, by package or by Dockerfile line. */
import type { MapLine, MapRow } from '../src/render/html/page-types.ts'

export type Grouping = 'directory' | 'package' | 'line'

/** Bytes in base and head, and what happened to them: `base = kept + removed`, `head = kept + added`. */
export interface Node {
  name: string
  /** What stands beside the name: an instruction. */
  readonly note: string
  readonly parent: Node | null
  readonly byName: Map<string, Node>
  children: Node[]
  readonly hidden: boolean
  /** A package or a line: it keeps its name for itself. */
  isGroup: boolean
  base: number
  head: number
  kept: number
  added: number
  removed: number
  leftover: number
  readonly owners: Set<string>
  readonly lines: Set<number>
}

export const makeNode = (name: string, parent: Node | null, note = '', hidden = false): Node => ({
  name,
  note,
  parent,
  byName: new Map(),
  children: [],
  hidden,
  isGroup: false,
  base: 0,
  head: 0,
  kept: 0,
  added: 0,
  removed: 0,
  leftover: 0,
  owners: new Set(),
  lines: new Set(),
})

export const buildTree = (rows: readonly MapRow[], lines: readonly MapLine[], grouping: Grouping): Node => {
  const root = makeNode(ROOTS[grouping], null)
  for (const row of rows) {
    let node = groupOf(root, row, lines, grouping)
    const steps = row.path.split('/').filter(step => step !== '')
    const last = row.kind === 'file' ? steps.pop() : SMALL_FILES
    for (const step of steps) node = child(node, step)
    put(child(node, row.hidden ? `${last} (hidden)` : (last ?? '/'), '', row.hidden), row)
  }
  add(root)
  shorten(root, true)
  return root
}

export const SMALL_FILES = 'smaller files'
const NO_PACKAGE = 'in no package'
const ROOTS: Readonly<Record<Grouping, string>> = {
  directory: '/',
  package: 'all packages',
  line: 'all lines',
}

const groupOf = (root: Node, row: MapRow, lines: readonly MapLine[], grouping: Grouping): Node => {
  if (grouping === 'directory') return root
  if (grouping === 'line') {
    const { label, text } = lines[row.line] ?? { label: 'no line', text: '' }
    // two instructions may have one label, as two stages have lines of the same number
    return asGroup(child(root, label, text, false, `${row.line}`))
  }
  if (row.owner === null) return asGroup(child(root, NO_PACKAGE))
  const colon = row.owner.indexOf(':')
  const manager = asGroup(child(root, row.owner.slice(0, colon)))
  return asGroup(child(manager, row.owner.slice(colon + 1)))
}

const asGroup = (node: Node): Node => Object.assign(node, { isGroup: true })

const child = (parent: Node, name: string, note = '', hidden = false, key = name): Node => {
  const known = parent.byName.get(key)
  if (known) return known
  const node = makeNode(name, parent, note, hidden)
  parent.byName.set(key, node)
  parent.children.push(node)
  return node
}

const put = (leaf: Node, row: MapRow): void => {
  leaf.base += row.base
  leaf.head += row.head
  if (row.leftover) leaf.leftover += row.head
  if (row.owner !== null) leaf.owners.add(row.owner)
  leaf.lines.add(row.line)
}

/** Sums from the leaves up. A leaf's own rows and its children's both count: a file of one side may be a directory of the other. */
const add = (node: Node): void => {
  node.kept = Math.min(node.base, node.head)
  node.added = node.head - node.kept
  node.removed = node.base - node.kept
  for (const each of node.children) {
    add(each)
    node.base += each.base
    node.head += each.head
    node.kept += each.kept
    node.added += each.added
    node.removed += each.removed
    node.leftover += each.leftover
  }
}

/** A directory that holds nothing but one directory is one step with it: `usr/lib`. */
const shorten = (node: Node, isRoot: boolean): void => {
  for (let only = onlyDirectory(node); !isRoot && only; only = onlyDirectory(node)) {
    node.name = `${node.name}/${only.name}`
    node.children = only.children.map(each => Object.assign(each, { parent: node }))
  }
  for (const each of node.children) shorten(each, false)
}

const onlyDirectory = ({ children, base, head, isGroup }: Node): Node | null => {
  const [only] = children
  const isAll = !isGroup && children.length === 1 && only!.base === base && only!.head === head
  return isAll && only!.children.length > 0 ? only! : null
}

/** From the root to the node. */
export const ancestry = (node: Node): Node[] => {
  const nodes: Node[] = []
  for (let at: Node | null = node; at; at = at.parent) nodes.unshift(at)
  return nodes
}
