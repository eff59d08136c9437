/** Which budgets a change loosens: the budgets at its base beside those it is judged by. */
import { type Budgets, type Limit, limitText } from './budgets.ts'
import type { BudgetResult, RaisedBudget } from './types.ts'

/** Loosened or gone; budgets that are new or tighter are no news. */
export const raisedBudgets = (base: Budgets, head: Budgets): RaisedBudget[] => {
  const limits: readonly (readonly [BudgetResult['name'], readonly Limit[], readonly Limit[]])[] = [
    ['max-size', base.maxSize, head.maxSize],
    ['max-increase', base.maxIncrease, head.maxIncrease],
    ['max-leftovers', base.maxLeftovers, head.maxLeftovers],
    ['warn-increase', base.warnIncrease, head.warnIncrease],
  ]
  const raised = limits
    .filter(([, before, after]) => before.some(limit => !after.some(other => isAsStrict(other, limit))))
    .map(([name, before, after]) => ({ name, from: textOf(before), to: textOf(after) || null }))
  const [from, to] = [base.maxLayers, head.maxLayers]
  if (from === null || (to !== null && to <= from)) return raised
  return [...raised, { name: 'max-layers', from: layers(from), to: to === null ? null : layers(to) }]
}

/** A limit is broken when all its parts are. So `a` breaks whenever `b` does only if each part of `a` is one of `b`, or less. */
const isAsStrict = (a: Limit, b: Limit): boolean =>
  isPartAsStrict(a.bytes, b.bytes) && isPartAsStrict(a.percent, b.percent)

const isPartAsStrict = (a: number | null, b: number | null): boolean => a === null || (b !== null && a <= b)

const textOf = (limits: readonly Limit[]): string => limits.map(limitText).join(', ')

const layers = (count: number): string => `${count} layers`
