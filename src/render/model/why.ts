/** Why the size changed: causes as rows a person reads, with the rest in one row, so that the rows add up. */
import type { Cause, CauseChange, CauseKind, CausePart, LineRange } from '../../report/types.ts'
import { lineKey } from './lines.ts'
import { byPairsOfLines } from './pairs-of-lines.ts'
import { sumOf } from './sum-of.ts'

export interface WhyRow {
  readonly kind: CauseKind
  readonly change: CauseChange
  /** One name, or those of the packages that one line added, largest first; none where all were only counted. */
  readonly names: readonly string[]
  readonly from: string | null
  readonly to: string | null
  readonly bytes: number
  readonly line: LineRange | null
  /** Of packages: who installed them, and how many they are. */
  readonly manager?: string
  readonly packages?: number
  readonly parts?: readonly CausePart[]
}

export interface Why {
  readonly rows: readonly WhyRow[]
  /** What is not in `rows`; null when that is nothing. */
  readonly rest: { readonly bytes: number; readonly causes: number } | null
  readonly totalBytes: number
}

/** Rows below this part of the gross change say nothing that matters. */
const LEAST_PART = 0.01
/** But the largest is shown however small: something must be named. */
const ALWAYS = 1

/**
 * Packages that one line added (removed, upgraded) are one row; larger changes come first; small ones and the report's
 * own rest become `rest`.
 * @param maxRows how many rows, the rest not counted
 */
export const whyOf = (causes: readonly Cause[], maxRows: number): Why => {
  const weighty = byPairsOfLines(causes).filter(({ bytes }) => bytes !== 0)
  const totalBytes = sumOf(weighty, ({ bytes }) => bytes)
  const grossBytes = sumOf(weighty, ({ bytes }) => Math.abs(bytes))
  const rows = merge(weighty.filter(({ kind }) => kind !== 'rest'))
    .filter(({ bytes }, i) => bytes !== 0 && (i < ALWAYS || Math.abs(bytes) >= grossBytes * LEAST_PART))
    .slice(0, maxRows)
  const shownBytes = sumOf(rows, ({ bytes }) => bytes)
  const left = sumOf(weighty, countOf) - sumOf(rows, countOf)
  return { rows, rest: left > 0 ? { bytes: totalBytes - shownBytes, causes: left } : null, totalBytes }
}

/** Every cause as a row of its own, the first `maxRows` of them; what moved is named last, with no bytes. */
export const allCauses = (all: readonly Cause[], maxRows: number): Why => {
  const causes = byPairsOfLines(all)
  const named = causes.filter(cause => cause.kind !== 'rest' && isNamed(cause))
  const rows = named.slice(0, maxRows).map(cause => rowOf([cause]))
  const totalBytes = sumOf(causes, ({ bytes }) => bytes)
  const shownBytes = sumOf(rows, ({ bytes }) => bytes)
  const told = causes.filter(cause => cause.kind === 'rest' || isNamed(cause))
  const left = sumOf(told, countOf) - sumOf(rows, countOf)
  return { rows, rest: left > 0 ? { bytes: totalBytes - shownBytes, causes: left } : null, totalBytes }
}

/** What `allCauses` has rows for. */
export const namedCauses = (causes: readonly Cause[]): readonly Cause[] =>
  byPairsOfLines(causes).filter(cause => cause.kind !== 'rest' && isNamed(cause))

const isNamed = ({ bytes, change }: Cause): boolean => bytes !== 0 || change === 'moved'

/** How many changes a cause or row stands for. */
export const countOf = ({ packages }: { readonly packages?: number }): number => packages ?? 1

/** What is told in one row: packages of one manager, of one line. */
const merge = (causes: readonly Cause[]): readonly WhyRow[] => {
  const groups = new Map<string, Cause[]>()
  for (const [i, cause] of causes.entries()) {
    const key =
      cause.kind === 'package' ? `${cause.manager ?? ''}\0${cause.change}\0${lineKey(cause.line)}` : `#${i}`
    const group = groups.get(key)
    if (group) group.push(cause)
    else groups.set(key, [cause])
  }
  return [...groups.values()].map(rowOf).sort((a, b) => Math.abs(b.bytes) - Math.abs(a.bytes))
}

const rowOf = (group: readonly Cause[]): WhyRow => {
  // packages that were counted together have no name of their own
  const single = group.filter(({ packages }) => packages === undefined)
  const packages = sumOf(group, countOf)
  return {
    ...group[0]!,
    names: single.map(({ name }) => name),
    bytes: sumOf(group, ({ bytes }) => bytes),
    ...(packages > 1 ? { packages } : {}),
  }
}
