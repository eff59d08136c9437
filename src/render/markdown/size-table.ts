/** The numbers: image, leftovers in it, layers; base, this pull request, change, budget. */
import type { BudgetResult, ImageReport } from '../../report/types.ts'
import { formatBytes, formatDelta, formatPercentDelta } from '../../units.ts'
import { cellCode } from '../escape/markdown.ts'
import { budgetsOf, isBroken, limitWords } from '../model/budgets.ts'
import type { Page } from './page.ts'
import { type TableColumn, table } from './table.ts'

const RIGHT = { align: 'right' } as const

/**
 * Without a base there is no base column and no change: two numbers are not told apart from none. Null where it would
 * say no more than the headline.
 */
export const sizeTable = (page: Page): string | null => {
  const { review } = page
  const rows = [imageRow(page), leftoverRow(page), layerRow(page)].filter(row => row !== null)
  const withBase = review.base !== null
  const withBudget = rows.some(row => row.budgets.length > 0)
  if (rows.length === 1 && !withBudget && !page.expanded) return null
  const columns: TableColumn[] = [{ title: 'Image' }]
  if (withBase) columns.push({ title: 'Base', ...RIGHT }, { title: 'This PR', ...RIGHT })
  else columns.push({ title: 'Size', ...RIGHT })
  if (withBase) columns.push({ title: 'Change', ...RIGHT })
  if (withBudget) columns.push({ title: 'Budget' })
  return table(
    columns,
    rows.map(row => [
      row.label,
      ...(withBase ? [row.base] : []),
      row.head,
      ...(withBase ? [row.change] : []),
      ...(withBudget ? [row.budgets.map(budgetCell).join('<br>')] : []),
    ]),
  )
}

interface SizeRow {
  readonly label: string
  readonly base: string
  readonly head: string
  readonly change: string
  readonly budgets: readonly BudgetResult[]
}

const imageRow = ({ review, context }: Page): SizeRow => {
  const { base, head, delta } = review
  const platform = head.image.platform
  const percent =
    delta === null || delta.contentPercent === null || delta.content === 0
      ? ''
      : ` (${formatPercentDelta(delta.contentPercent)})`
  return {
    label: cellCode(context.name, 60) + (platform === null ? '' : ` · ${platformWords(platform, cellCode)}`),
    base: base === null ? '' : formatBytes(base.size.content),
    head: formatBytes(head.size.content),
    change: delta === null ? '' : `**${formatDelta(delta.content)}**${percent}`,
    budgets: budgetsOf(review, ['max-increase', 'max-size', 'warn-increase']),
  }
}

/** `linux/amd64` reads as itself; anything else is data. */
export const platformWords = (platform: string, quote: (text: string, max: number) => string): string =>
  /^[a-z0-9]{1,12}\/[a-z0-9]{1,12}(?:\/v\d)?$/.test(platform) ? platform : quote(platform, 40)

const leftoverRow = ({ review }: Page): SizeRow | null => {
  const { base, head } = review
  const budgets = budgetsOf(review, ['max-leftovers'])
  const delta = base && isAlike(base, head) ? review.delta : null
  if (head.size.leftovers === 0 && (base?.size.leftovers ?? 0) === 0 && budgets.length === 0) return null
  return {
    label: 'of which build leftovers',
    base: base === null ? '' : formatBytes(base.size.leftovers),
    head:
      delta !== null && delta.leftovers > 0
        ? `**${formatBytes(head.size.leftovers)}**`
        : formatBytes(head.size.leftovers),
    change: delta === null ? '' : formatDelta(delta.leftovers),
    budgets,
  }
}

/** Where one side's base image is not known, its leftovers count as that side's own: the difference is no change. */
const isAlike = (...sides: readonly Pick<ImageReport, 'size'>[]): boolean => {
  const unknown = sides.filter(({ size }) => size.inherited === null)
  return unknown.length !== 1 || unknown[0]!.size.leftovers === 0
}

const layerRow = ({ review }: Page): SizeRow | null => {
  const budgets = budgetsOf(review, ['max-layers'])
  const layers = budgets[0]?.actual ?? null
  return layers === null ? null : { label: 'layers', base: '–', head: String(layers), change: '–', budgets }
}

const budgetCell = (budget: BudgetResult): string => {
  const words = limitWords(budget, text => cellCode(text, 40))
  if (budget.passed === null) return `${words} (no baseline)`
  if (!isBroken(budget)) return `✅ ${words}`
  return `${budget.level === 'fail' ? '❌' : '⚠️'} ${words}`
}
