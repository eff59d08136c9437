/** What stands around the map: the way to here, the line about one tile, the table of contents. */
import type { PageData } from '../src/render/html/page-types.ts'
import { formatBytes, formatDelta } from '../src/units.ts'
import { byId, make, makeButton } from './elements.ts'
import { areaOf, fullWords, type Show } from './measure.ts'
import { ancestry, type Node } from './tree.ts'

const MAX_ROWS = 100

export const drawBreadcrumb = (root: Node, open: (node: Node) => void): void => {
  const steps = ancestry(root).map((node, i, all) => {
    const here = i === all.length - 1
    const step = here ? make('span', 'here', node.name) : makeButton('step', () => open(node), node.name)
    if (here) step.setAttribute('aria-current', 'location')
    return make('li', '', step)
  })
  byId('path').replaceChildren(...steps)
}

/** The path, its bytes, and where they come from. */
export const drawDetails = (node: Node, { lines, hasBase }: PageData): void => {
  const path = ancestry(node)
    .map(({ name }) => name)
    .join('/')
    .replace(/^\/+/, '/')
  const from = [...node.lines].slice(0, 3).map(index => {
    const { label, text } = lines[index] ?? { label: '', text: '' }
    return text === '' ? label : `${label} ${text}`
  })
  const facts = [fullWords(node, hasBase), ...[...node.owners].slice(0, 3), ...from].filter(
    fact => fact !== '',
  )
  byId('details').replaceChildren(
    make('strong', '', path),
    ...facts.map(fact => make('span', 'fact', fact)),
    ...(node.note === '' ? [] : [make('span', 'fact', node.note)]),
  )
}

export interface TableOptions {
  readonly caption: string
  readonly show: Show
  readonly hasBase: boolean
  readonly whole: boolean
  readonly open: (node: Node) => void
}

/** The largest first; what does not fit is counted. */
export const drawTable = (nodes: readonly Node[], options: TableOptions): void => {
  const { caption, show, hasBase, whole, open } = options
  const sorted = nodes
    .filter(node => areaOf(node, show) > 0)
    .sort((a, b) => areaOf(b, show) - areaOf(a, show))
  const rows = sorted.slice(0, MAX_ROWS).map(node => {
    const name = whole
      ? ancestry(node)
          .slice(1)
          .map(each => each.name)
          .join('/')
      : node.name
    const cells = hasBase
      ? [formatBytes(node.base), formatBytes(node.head), formatDelta(node.head - node.base)]
      : [formatBytes(node.head)]
    const row = make(
      'tr',
      '',
      make(
        'th',
        '',
        makeButton('link', () => open(node), name),
      ),
    )
    row.firstElementChild?.setAttribute('scope', 'row')
    if (node.note !== '') row.firstElementChild?.append(make('span', 'note', node.note))
    row.append(...cells.map(cell => make('td', '', cell)))
    if (hasBase) row.lastElementChild?.classList.add(changeClass(node))
    return row
  })
  byId('contents-caption').textContent = caption
  byId('contents').replaceChildren(...rows)
  const left = sorted.length - rows.length
  byId('contents-more').textContent = left > 0 ? `${left} smaller ones are not listed.` : ''
}

const changeClass = ({ base, head }: Node): string => (head > base ? 'grew' : head < base ? 'shrank' : 'same')
