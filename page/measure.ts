/** What a tile's area means. */
import { formatBytes, formatDelta } from '../src/units.ts'
import type { Node } from './tree.ts'

export type Show = 'both' | 'head' | 'base' | 'change'

export const SHOW_WORDS: Readonly<Record<Show, string>> = {
  both: 'base and head',
  head: 'head',
  base: 'base',
  change: 'what changed',
}

/** Bytes: an area of the map. */
export const areaOf = (node: Node, show: Show): number => {
  switch (show) {
    case 'both':
      return node.kept + node.added + node.removed
    case 'head':
      return node.head
    case 'base':
      return node.base
    case 'change':
      return node.added + node.removed
  }
}

/** Marks are for the eye: the table of findings has the bytes. */
export const isLeftover = ({ leftover, head }: Node): boolean => leftover * 2 > head

/** What a tile says below its name. */
export const sizeWords = (node: Node, hasBase: boolean): string => {
  if (!hasBase) return formatBytes(node.head)
  if (node.base === 0) return `+${formatBytes(node.head)}`
  if (node.head === 0) return `−${formatBytes(node.base)}`
  const delta = node.head - node.base
  return delta === 0 ? formatBytes(node.head) : `${formatBytes(node.head)} (${formatDelta(delta)})`
}

/** The whole of it, for a screen reader and for the line below the map. */
export const fullWords = (node: Node, hasBase: boolean): string => {
  const words = hasBase
    ? [
        `head ${formatBytes(node.head)}`,
        `base ${formatBytes(node.base)}`,
        ...(node.added > 0 ? [`added ${formatBytes(node.added)}`] : []),
        ...(node.removed > 0 ? [`removed ${formatBytes(node.removed)}`] : []),
      ]
    : [formatBytes(node.head)]
  if (isLeftover(node)) words.push(node.children.length > 0 ? 'mostly build leftovers' : 'build leftover')
  if (node.hidden) words.push('hidden: a later layer deletes or replaces it, and it is still shipped')
  return words.join(', ')
}
