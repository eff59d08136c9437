/** The map: one button for each tile, one of which takes part in the tab order. */
import { byId, make } from './elements.ts'
import { areaOf, fullWords, isLeftover, type Show, sizeWords } from './measure.ts'
import { type Direction, HEAD_HEIGHT, layTiles, neighbour, type Tile } from './tiles.ts'
import type { Node } from './tree.ts'

export interface MapView {
  draw(root: Node, options: DrawOptions): void
  focus(): void
  /** The node of the tile that is in the tab order. */
  current(): Node | null
}

export interface DrawOptions {
  readonly show: Show
  readonly hasBase: boolean
  readonly lit: ReadonlySet<Node> | null
  /** Whose tile the keyboard goes on from. */
  readonly focus: Node | null
}

export interface MapEvents {
  readonly open: (node: Node) => void
  readonly close: () => void
  readonly look: (node: Node) => void
}

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
}

export const makeMapView = (events: MapEvents): MapView => {
  const area = byId('map')
  let tiles: readonly Tile[] = []
  let buttons: readonly HTMLButtonElement[] = []
  let current = 0

  const moveTo = (index: number): void => {
    buttons[current]?.setAttribute('tabindex', '-1')
    current = index
    buttons[index]?.setAttribute('tabindex', '0')
  }
  const indexOf = (target: EventTarget | null): number =>
    buttons.indexOf((target as Element | null)?.closest('button') as HTMLButtonElement)
  const nextIndex = (key: string): number => {
    if (key === 'Home') return 0
    if (key === 'End') return tiles.length - 1
    const direction = ARROWS[key]
    const from = tiles[current]
    const next = direction && from ? neighbour(tiles, from, direction) : null
    return next ? tiles.indexOf(next) : current
  }

  area.addEventListener('click', event => {
    const tile = tiles[indexOf(event.target)]
    if (tile) events.open(tile.node)
  })
  for (const name of ['focusin', 'mouseover'] as const)
    area.addEventListener(name, event => {
      const index = indexOf(event.target)
      if (index < 0) return
      if (name === 'focusin') moveTo(index)
      events.look(tiles[index]!.node)
    })
  area.addEventListener('keydown', event => {
    if (event.key in ARROWS || event.key === 'Home' || event.key === 'End') {
      event.preventDefault()
      moveTo(nextIndex(event.key))
      buttons[current]?.focus()
    } else if (event.key === 'Escape' || event.key === 'Backspace') {
      event.preventDefault()
      events.close()
    }
  })

  return {
    draw: (root, options) => {
      const hadFocus = area.contains(document.activeElement)
      tiles = layTiles(root, options.show, area.clientWidth, area.clientHeight)
      buttons = tiles.map(tile => makeTile(tile, options))
      area.replaceChildren(
        ...(buttons.length > 0 ? buttons : [make('p', 'nothing', 'Nothing to show here.')]),
      )
      moveTo(
        Math.max(
          0,
          tiles.findIndex(({ node }) => node === options.focus),
        ),
      )
      if (hadFocus) buttons[current]?.focus()
    },
    focus: () => buttons[current]?.focus(),
    current: () => tiles[current]?.node ?? null,
  }
}

const NAME_WIDTH = 44
/** Pixels, about: a size that is cut tells less than none. */
const widthOf = (text: string): number => text.length * 7 + 14

const makeTile = (tile: Tile, options: DrawOptions): HTMLButtonElement => {
  const { node, x, y, width, height, isFrame, depth } = tile
  const button = make('button', `tile ${isFrame ? `frame frame-${depth}` : 'leaf'}`)
  button.type = 'button'
  button.tabIndex = -1
  const hint = node.children.length > 0 ? ', opens' : ''
  button.setAttribute('aria-label', `${node.name}, ${fullWords(node, options.hasBase)}${hint}`)
  button.style.left = `${x}px`
  button.style.top = `${y}px`
  button.style.width = `${width}px`
  button.style.height = `${height}px`
  if (node.hidden) button.classList.add('hidden-bytes')
  if (isLeftover(node)) button.classList.add('leftover')
  if (options.lit && !options.lit.has(node)) button.classList.add('dim')
  if (!isFrame) button.append(...changeParts(node, options))
  if (width >= NAME_WIDTH && height >= HEAD_HEIGHT - 3) button.append(label(tile, options))
  return button
}

/** Three strips, as wide as their share: kept, added, removed. */
const changeParts = (node: Node, { show, hasBase }: DrawOptions): Element[] => {
  const whole = areaOf(node, show)
  if (!hasBase || whole === 0) return []
  const strip = (kind: 'added' | 'removed', bytes: number): Element[] => {
    if (bytes === 0) return []
    const element = make('span', `part ${kind}`)
    element.style.width = `${Math.min(100, (bytes / whole) * 100)}%`
    return [element]
  }
  return [
    ...(show === 'base' ? [] : strip('added', node.added)),
    ...(show === 'head' ? [] : strip('removed', node.removed)),
  ]
}

const label = ({ node, height, width, isFrame }: Tile, { hasBase }: DrawOptions): Element => {
  const words = sizeWords(node, hasBase)
  const name = make('span', 'name', node.name)
  const size = make('span', 'size', words)
  if (isFrame) {
    const note = node.note !== '' && width > 260 ? [make('span', 'note', node.note)] : []
    const isWide = width > Math.min(widthOf(node.name), 90) + widthOf(words)
    return make('span', 'label row', name, ...(isWide ? [size] : []), ...note)
  }
  const lines = height > 34 && width >= widthOf(words) ? [name, size] : [name]
  if (isLeftover(node) && height > 52 && width >= widthOf('leftover'))
    lines.push(make('span', 'mark', 'leftover'))
  return make('span', 'label', ...lines)
}
