/** The end of a review's view: what asks for nothing, and how the verdict came about. */
import { isLeftover, subjectOf, totalBytes } from '../../report/finding.ts'
import type { BudgetResult } from '../../report/types.ts'
import { formatBytes, formatDelta } from '../../units.ts'
import { terminalText } from '../escape/terminal.ts'
import { cut } from '../escape/visible.ts'
import { limitWords } from '../model/budgets.ts'
import { count, quoteSome } from '../model/quote.ts'
import { type Cell, cell, layColumns } from './columns.ts'
import type { ReviewView } from './review-view.ts'
import type { Paints } from './style.ts'
import { wrap } from './width.ts'

/** Resolved findings by name; what was there before as one line each. */
export const quietLines = ({ review, width, paints }: ReviewView): readonly string[] => {
  const resolved = review.findings.resolved.filter(isLeftover)
  const existing = review.findings.existing.filter(isLeftover)
  const inherited = review.findings.inherited.filter(isLeftover)
  const names = quoteSome([...new Set(resolved.map(subjectOf))], 6, name => terminalText(cut(name, 60)))
  const words = (findings: typeof resolved): string =>
    `${formatBytes(totalBytes(findings))} in ${count(findings.length, 'finding')}`
  return [
    ...(resolved.length === 0
      ? []
      : wrap(`No longer in the image, ${formatBytes(totalBytes(resolved))}: ${names}`, width).map(
          paints.good,
        )),
    ...(existing.length === 0
      ? []
      : [paints.faint(`Leftovers on the base branch already: ${words(existing)}`)]),
    ...(inherited.length === 0
      ? []
      : [paints.faint(`Leftovers that came with the base image: ${words(inherited)}`)]),
  ]
}

/** Every budget with what was measured, and the reasons that no budget tells. */
export const budgetLines = ({ review, width, paints }: ReviewView): readonly string[] => {
  const told = review.budgets.map(({ name }) => name)
  const others = review.reasons.filter(reason => !told.some(name => reason.includes(name)))
  const rows = review.budgets.slice(0, 20).map(budget => budgetCells(budget, paints))
  const reasons = others
    .slice(0, 10)
    .flatMap(reason => wrap(`  ${terminalText(cut(reason, 300))}`, width - 2).map(line => `  ${line}`))
  if (rows.length + reasons.length === 0) return []
  const title = rows.length === 0 ? 'Verdict' : 'Budgets'
  return [paints.strong(title), ...layColumns([{}, {}, { flexible: 'end' }, {}], rows, width), ...reasons]
}

const budgetCells = (budget: BudgetResult, paints: Paints): Cell[] => {
  const { name, passed, level, actual } = budget
  const [mark, paint] =
    passed === null
      ? ['–', paints.faint]
      : passed
        ? ['✓', paints.good]
        : level === 'fail'
          ? ['✗', paints.bad]
          : ['!', paints.notice]
  const isGrowth = name === 'max-increase' || name === 'warn-increase'
  const measured =
    actual === null
      ? 'not judged: no baseline'
      : name === 'max-layers'
        ? `${actual} layers`
        : isGrowth
          ? formatDelta(actual)
          : formatBytes(actual)
  return [cell(mark, paint), cell(name), cell(limitWords(budget, terminalText)), cell(measured, paint)]
}
