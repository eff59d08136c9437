/** Budgets: what the user wrote, to limits, to results. Text is parsed once, before anything is built. */
import { UserError } from '../errors.ts'
import { formatBytes, parseBytes, parsePercent } from '../units.ts'
import type { BudgetResult, Delta, ReportSize } from './types.ts'

/** `10% and 20 MB`: broken only when every part is. */
export interface Limit {
  readonly bytes: number | null
  readonly percent: number | null
}

export interface Budgets {
  readonly maxSize: readonly Limit[]
  readonly maxIncrease: readonly Limit[]
  readonly warnIncrease: readonly Limit[]
  readonly maxLeftovers: readonly Limit[]
  readonly maxLayers: number | null
}

/** `300 MB`: bytes only. */
export const parseSizeLimit = (text: string, where: string): Limit[] =>
  lines(text).map(line => ({ bytes: parseBytes(line, where), percent: null }))

/** `20 MB`, `10%`, `10% and 20 MB`; each line is a limit of its own. */
export const parseGrowthLimit = (text: string, where: string): Limit[] =>
  lines(text).map(line => {
    const parts = line.split(/\s+and\s+/i)
    if (parts.length > 2)
      throw new UserError(`${where}: "${line}" has more than two parts: write "10% and 20 MB"`)
    const limit = { bytes: null as number | null, percent: null as number | null }
    for (const part of parts) {
      const percent = parsePercent(part)
      if (percent !== null && limit.percent === null) limit.percent = percent
      else if (percent === null && limit.bytes === null) limit.bytes = parseBytes(part, where)
      else
        throw new UserError(`${where}: "${line}" names the same kind of limit twice: write "10% and 20 MB"`)
    }
    return limit
  })

export const parseLayerLimit = (text: string, where: string): number => {
  if (!/^\d{1,6}$/.test(text.trim()))
    throw new UserError(`${where}: "${text.trim()}" is not a number of layers`)
  return Number(text.trim())
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')

/** What budgets are judged by. */
export interface Measured {
  readonly size: ReportSize
  readonly layers: number
  readonly baseContent: number | null
  readonly delta: Delta | null
}

export const judgeBudgets = (budgets: Budgets, measured: Measured): BudgetResult[] => [
  ...budgets.maxSize.map(limit => judge('max-size', limit, measured.size.content, null, 'fail')),
  ...budgets.maxIncrease.map(limit => judgeGrowth('max-increase', limit, measured, 'fail')),
  ...budgets.maxLeftovers.map(limit =>
    judge('max-leftovers', limit, measured.size.leftovers, measured.size.content, 'fail'),
  ),
  ...(budgets.maxLayers === null
    ? []
    : [
        {
          name: 'max-layers' as const,
          limit: `${budgets.maxLayers} layers`,
          actual: measured.layers,
          passed: measured.layers <= budgets.maxLayers,
          level: 'fail' as const,
        },
      ]),
  ...budgets.warnIncrease.map(limit => judgeGrowth('warn-increase', limit, measured, 'warn')),
]

const judgeGrowth = (
  name: 'max-increase' | 'warn-increase',
  limit: Limit,
  measured: Measured,
  level: 'fail' | 'warn',
): BudgetResult =>
  measured.delta === null
    ? { name, limit: limitText(limit), actual: null, passed: null, level }
    : judge(name, limit, measured.delta.content, measured.baseContent, level)

/** @param whole what a percentage is a percentage of */
const judge = (
  name: BudgetResult['name'],
  limit: Limit,
  actual: number,
  whole: number | null,
  level: 'fail' | 'warn',
): BudgetResult => {
  const bytesBroken = limit.bytes === null || actual > limit.bytes
  const percentBroken = limit.percent === null || (whole !== null && actual * 100 > limit.percent * whole)
  return { name, limit: limitText(limit), actual, passed: !(bytesBroken && percentBroken), level }
}

/** `20 MB`, `10 %`, `10 % and 20 MB`. */
export const limitText = ({ bytes, percent }: Limit): string =>
  [percent === null ? null : `${percent} %`, bytes === null ? null : exactBytes(bytes)]
    .filter(Boolean)
    .join(' and ')

/** `20 MB` rather than `20.0 MB` where that is exact; binary sizes are said in decimal, as everything is. */
const exactBytes = (bytes: number): string => formatBytes(bytes).replace(/\.0+ /, ' ')
