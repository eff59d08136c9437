/** Budgets in words. */
import type { BudgetResult, Review } from '../../report/types.ts'
import type { Quote } from './quote.ts'

export const isBroken = ({ passed }: BudgetResult): boolean => passed === false

/** The broken budgets of one level. */
export const brokenBudgets = ({ budgets }: Review, level: BudgetResult['level']): readonly BudgetResult[] =>
  budgets.filter(budget => budget.level === level && isBroken(budget))

const LIMIT = /^[\d.,+% A-Za-z]{1,60}$/

/** `max +20 MB`, `max 10 MB`, `max 12 layers`, `warn at +10 MB`. */
export const limitWords = ({ name, limit }: BudgetResult, quote: Quote): string => {
  const text = LIMIT.test(limit) ? limit : quote(limit)
  const grown = text.replace(/(^|\band |\bor )(?=\d)/g, '$1+')
  switch (name) {
    case 'max-increase':
      return `max ${grown}`
    case 'warn-increase':
      return `warn above ${grown}`
    default:
      return `max ${text}`
  }
}

/** The budgets of one row of the size table. */
export const budgetsOf = (
  { budgets }: Review,
  names: readonly BudgetResult['name'][],
): readonly BudgetResult[] => budgets.filter(({ name }) => names.includes(name)).slice(0, 6)
