/** Names that hold what was typed. */
import type { Node } from './tree.ts'

export interface Matches {
  /** Nodes whose own name matches. */
  readonly found: readonly Node[]
  /** Those, what is in them, and what they are in. */
  readonly lit: ReadonlySet<Node>
}

/** Null where nothing is asked for. A blank parts words, and each of them must be somewhere in the path. */
export const searchTree = (root: Node, query: string): Matches | null => {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '')
  if (words.length === 0) return null
  const found: Node[] = []
  const lit = new Set<Node>()
  const visit = (node: Node, path: string, inside: boolean): boolean => {
    const here = `${path}/${node.name} ${node.note}`.toLowerCase()
    const own = node.name.toLowerCase() + node.note.toLowerCase()
    const matches =
      node !== root && words.every(word => here.includes(word)) && words.some(word => own.includes(word))
    if (matches && !inside) found.push(node)
    let any = matches || inside
    for (const each of node.children) any = visit(each, here, matches || inside) || any
    if (any) lit.add(node)
    return any
  }
  visit(root, '', false)
  return { found: found.sort((a, b) => Math.max(b.head, b.base) - Math.max(a.head, a.base)), lit }
}
