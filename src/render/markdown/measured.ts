/** How the numbers came about, so that a reader can check them. */
import type { Review, Side } from '../../report/types.ts'
import { formatBytes, formatDelta } from '../../units.ts'
import { minChangeOf } from '../context.ts'
import { code, prose } from '../escape/markdown.ts'
import { limitWords } from '../model/budgets.ts'
import { isUnchanged } from '../model/headline.ts'
import { fold, type Page } from './page.ts'
import { othersLine } from './quiet-lines.ts'
import { platformWords } from './size-table.ts'
import { table } from './table.ts'

/** Both commits and how each was chosen, what is counted, the budgets, how to silence a finding. */
export const measuredSection = (page: Page, quiet: boolean): string | null =>
  page.limits.measured ? fold(page, 'How this was measured', measuredBody(page, quiet)) : null

const measuredBody = (page: Page, quiet: boolean): string => {
  const { review } = page
  const items = [
    noiseWords(page),
    sideWords('Head', review.head),
    review.base === null ? '' : sideWords('Base', review.base),
    buildWords(page),
    'Sizes are uncompressed bytes of the files in all layers, the same on every engine and registry',
    review.budgets.length === 0 ? '' : `Budgets: ${review.budgets.slice(0, 10).map(budgetText).join(', ')}`,
    (quiet ? othersLine(page) : null) ?? '',
    review.head.size.leftovers === 0 ? '' : 'To silence a finding, add its rule or path to `ignore`',
  ].filter(item => item !== '')
  return [sizes(review), items.map(item => `- ${item.replace(/\.$/, '')}`).join('\n')]
    .filter(text => text !== '')
    .join('\n\n')
}

const noiseWords = ({ review, context }: Page): string => {
  const minimum = minChangeOf(context)
  return isUnchanged(review, minimum) && review.delta!.content !== 0
    ? `Difference: ${formatDelta(review.delta!.content)}, less than \`min-change\` (${formatBytes(minimum)})`
    : ''
}

/** A line that begins with the side's name: comments are compared without the commits in it. */
const sideWords = (name: string, { ref, how }: Side): string => {
  const commit = ref === null ? '' : ` ${code(shortCommit(ref), 60)}`
  const words = how === null ? '' : prose(how, 200)
  if (commit === '') return words === '' ? '' : `${name}: ${words}`
  return `${name}${commit}${words === '' ? '' : `: ${words}`}`
}

/** Seven digits of a commit; a ref of another kind as it is. */
export const shortCommit = (ref: string): string => (/^[0-9a-f]{40,64}$/.test(ref) ? ref.slice(0, 7) : ref)

const buildWords = ({ review, context }: Page): string => {
  const base = review.head.image.base?.name ?? null
  const { platform } = review.head.image
  const parts = [
    `image ${code(context.name, 60)}${platform === null ? '' : ` for ${platformWords(platform, code)}`}`,
    context.dockerfile === null ? '' : `built from ${code(context.dockerfile, 80)}`,
    context.target === null ? '' : `target ${code(context.target, 60)}`,
    base === null ? '' : `base image ${code(base, 80)}`,
  ].filter(part => part !== '')
  const text = parts.join(', ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const budgetText = (budget: Review['budgets'][number]): string =>
  `\`${budget.name}\` ${limitWords(budget, text => code(text, 40)).replace(/^max |^warn above /, '')}`

/** Empty where it would only repeat the first table. */
const sizes = ({ base, head, delta }: Review): string => {
  if (head.size.hidden === 0 && (base?.size.hidden ?? 0) === 0 && head.size.download === null) return ''
  const rows = [
    sizeRow('content', base?.size.content, head.size.content, delta?.content),
    sizeRow('visible', base?.size.visible, head.size.visible, delta?.visible),
    sizeRow('hidden (shipped, never seen)', base?.size.hidden, head.size.hidden, delta?.hidden),
    downloadRow(base, head, delta),
    updateRow(delta),
  ].filter(row => row !== null)
  return base === null
    ? table(
        [{ title: '' }, { title: 'Size', align: 'right' }],
        rows.map(([name, , size]) => [name, size]),
      )
    : table(
        [
          { title: '' },
          { title: 'Base', align: 'right' },
          { title: 'This PR', align: 'right' },
          { title: 'Change', align: 'right' },
        ],
        rows,
      )
}

type SizeRow = readonly [string, string, string, string]

const sizeRow = (
  name: string,
  base: number | undefined,
  head: number,
  delta: number | undefined,
): SizeRow => [
  name,
  base === undefined ? '' : formatBytes(base),
  formatBytes(head),
  delta === undefined ? '' : formatDelta(delta),
]

/** What those pay who have the base image: mostly the last layers alone. */
const updateRow = (delta: Review['delta']): SizeRow | null => {
  const update = delta?.update ?? null
  if (update === null) return null
  return ['download after the base image', '', `${update.exact ? '' : '≈ '}${formatBytes(update.bytes)}`, '']
}

const downloadRow = (base: Side | null, head: Side, delta: Review['delta']): SizeRow | null => {
  const of = (side: Side | null): string => {
    const download = side?.size.download ?? null
    return download === null ? 'unknown' : `${download.exact ? '' : '≈ '}${formatBytes(download.bytes)}`
  }
  if (head.size.download === null) return null
  // an estimate beside an exact figure has no difference
  const bytes = delta?.download ?? null
  const change = bytes === null ? '' : `${head.size.download.exact ? '' : '≈ '}${formatDelta(bytes)}`
  return ['download', of(base), of(head), change]
}
