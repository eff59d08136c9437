/** A node's part of the map: boxes in pixels, parents before what is in them. */
import { type Box, layoutLibrary } from './d3.ts'
import { areaOf, type Show } from './measure.ts'
import type { Node } from './tree.ts'

export interface Tile {
  readonly node: Node
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** Its children are drawn inside: only its head line is its own. */
  readonly isFrame: boolean
  readonly depth: number
}

/** Deeper is nothing to see, and everything to draw. */
const LEVELS = 6
export const HEAD_HEIGHT = 20
const SMALLEST = 3
/** From the third level on only boxes of this share of the map are opened. */
const OPEN_SHARE = 0.015

export const layTiles = (root: Node, show: Show, width: number, height: number): Tile[] => {
  const { hierarchy, treemap } = layoutLibrary()
  const depths = new Map<Node, number>([[root, 0]])
  const children = (node: Node): readonly Node[] | null => {
    const depth = depths.get(node) ?? 0
    if (depth >= LEVELS || node.children.length === 0) return null
    const shown = node.children.filter(each => areaOf(each, show) > 0)
    for (const each of shown) depths.set(each, depth + 1)
    return shown.length > 0 ? shown : null
  }
  const tree = hierarchy(root, children)
    .sum(node =>
      (depths.get(node) ?? 0) < LEVELS && children(node) ? ownArea(node, show) : areaOf(node, show),
    )
    .sort((a, b) => b.value - a.value)
  const laid = treemap<Node>()
    .size([width, height])
    .round(true)
    .paddingInner(2)
    .paddingOuter(2)
    .paddingTop(box => (box.depth === 0 ? 2 : HEAD_HEIGHT))(tree)
  const tiles: Tile[] = []
  const openArea = width * height * OPEN_SHARE
  for (const box of laid.children ?? []) collect(box, openArea, tiles)
  return tiles
}

/** A path that is a file on one side and a directory on the other has bytes beside its children's. */
const ownArea = (node: Node, show: Show): number =>
  Math.max(0, areaOf(node, show) - node.children.reduce((sum, each) => sum + areaOf(each, show), 0))

const collect = (box: Box<Node>, openArea: number, tiles: Tile[]): void => {
  const [width, height] = [box.x1 - box.x0, box.y1 - box.y0]
  if (width < SMALLEST || height < SMALLEST) return
  const isOpen = width >= 56 && height >= 44 && (box.depth < 3 || width * height >= openArea)
  const inside = isOpen ? (box.children ?? []) : []
  const isFrame = inside.length > 0
  tiles.push({ node: box.data, x: box.x0, y: box.y0, width, height, isFrame, depth: box.depth })
  for (const each of inside) collect(each, openArea, tiles)
}

export type Direction = 'left' | 'right' | 'up' | 'down'

/** The nearest tile that way, seen from the middle of what shows of a tile; null at the edge. */
export const neighbour = (tiles: readonly Tile[], from: Tile, direction: Direction): Tile | null => {
  const [x, y] = middle(from)
  let best: Tile | null = null
  let least = Number.POSITIVE_INFINITY
  for (const tile of tiles) {
    const [tx, ty] = middle(tile)
    const [along, across] = {
      left: [x - tx, ty - y],
      right: [tx - x, ty - y],
      up: [y - ty, tx - x],
      down: [ty - y, tx - x],
    }[direction] as [number, number]
    if (tile === from || along <= 0) continue
    const distance = along + 2 * Math.abs(across)
    if (distance < least) [best, least] = [tile, distance]
  }
  return best
}

const middle = ({ x, y, width, height, isFrame }: Tile): readonly [number, number] => [
  isFrame ? x + 20 : x + width / 2,
  isFrame ? y + HEAD_HEIGHT / 2 : y + height / 2,
]
