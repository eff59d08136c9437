/** The program of report.html: reads the page's data, draws, and answers mouse and keyboard. No network, no storage. */
import type { PageData } from '../src/render/html/page-types.ts'
import { byId } from './elements.ts'
import { makeMapView } from './map-view.ts'
import { areaOf, SHOW_WORDS, type Show } from './measure.ts'
import { unpackRows } from './rows.ts'
import { type Matches, searchTree } from './search.ts'
import { drawBreadcrumb, drawDetails, drawTable } from './side-views.ts'
import { buildTree, type Grouping, type Node } from './tree.ts'

const start = (): void => {
  const data = JSON.parse(byId('data').textContent ?? '') as PageData
  const rows = unpackRows(data)
  const trees = new Map<Grouping, Node>()
  const treeOf = (grouping: Grouping): Node => {
    const known = trees.get(grouping) ?? buildTree(rows, data.lines, grouping)
    trees.set(grouping, known)
    return known
  }
  const { hasBase } = data
  let show: Show = hasBase ? 'both' : 'head'
  let top = treeOf('directory')
  let root = top
  let matches: Matches | null = null
  const search = byId('search') as HTMLInputElement

  const openMatch = (node: Node): void => {
    if (node.children.length > 0) go(node, null)
    else go(node.parent ?? top, node)
    map.focus()
  }
  const draw = (focus: Node | null): void => {
    map.draw(root, { show, hasBase, lit: matches?.lit ?? null, focus })
    drawBreadcrumb(root, node => go(node, root))
    drawDetails(root, data)
    drawTable(matches ? matches.found : root.children, {
      caption: matches
        ? `${matches.found.length} found for “${search.value.trim()}”`
        : `Contents of ${root.name}, ${SHOW_WORDS[show]}`,
      show,
      hasBase,
      whole: matches !== null,
      open: openMatch,
    })
  }
  /** Makes `node` the whole map; the tile of `focus` is where the keyboard goes on. */
  const go = (node: Node, focus: Node | null): void => {
    root = node
    draw(focus)
    byId('status').textContent = `${node.name}: ${node.children.length} inside`
  }
  const map = makeMapView({
    open: node => {
      if (node.children.length > 0 && areaOf(node, show) > 0) go(node, null)
      else drawDetails(node, data)
    },
    close: () => {
      if (root.parent) go(root.parent, root)
    },
    look: node => drawDetails(node, data),
  })

  for (const choice of document.querySelectorAll<HTMLInputElement>('input[name="group"]'))
    choice.addEventListener('change', () => {
      top = treeOf(choice.value as Grouping)
      root = top
      matches = searchTree(top, search.value)
      draw(null)
    })
  for (const choice of document.querySelectorAll<HTMLInputElement>('input[name="show"]'))
    choice.addEventListener('change', () => {
      show = choice.value as Show
      while (root.parent && areaOf(root, show) === 0) root = root.parent
      draw(null)
    })
  search.addEventListener('input', () => {
    matches = searchTree(top, search.value)
    draw(null)
    byId('status').textContent = matches ? `${matches.found.length} found` : ''
  })
  search.addEventListener('keydown', event => {
    const [first] = matches?.found ?? []
    if (event.key === 'Enter' && first) openMatch(first)
    if (event.key === 'Escape') {
      search.value = ''
      matches = null
      draw(null)
    }
  })
  document.addEventListener('keydown', event => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.target instanceof HTMLInputElement && event.target.type === 'search') return
    event.preventDefault()
    search.focus()
  })
  new ResizeObserver(() => draw(map.current())).observe(byId('map'))
  document.documentElement.dataset.ready = 'true'
}

start()
