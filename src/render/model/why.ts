/** Why the size changed: causes as rows a person reads, with the rest in one row, so that the rows add up. */
import type { Cause, CauseChange, CauseKind, LineRange, Review } from '../../report/types.ts'
import { type LineSide, lineKey } from './lines.ts'
import type { Quote } from './quote.ts'

export interface WhyRow {
  readonly kind: CauseKind
  readonly change: CauseChange
  /** One name, or those of the packages that one line added, largest first. */
  readonly names: readonly string[]
  readonly from: string | null
  readonly to: string | null
  readonly bytes: number
  readonly line: LineRange | null
}

export interface Why {
  readonly rows: readonly WhyRow[]
  /** What is not in `rows`; null when that is nothing. */
  readonly rest: { readonly bytes: number; readonly causes: number } | null
  readonly totalBytes: number
}

/** Rows below this part of the gross change say nothing that matters. */
const LEAST_PART = 0.01
/** But the largest are shown however small: something must be named. */
const ALWAYS = 3

/**
 * Packages that one line added (removed, upgraded) are one row; larger changes come first; small ones and the report's
 * own rest become `rest`.
 * @param maxRows how many rows, the rest not counted
 */
export const whyOf = (causes: readonly Cause[], maxRows: number): Why => {
  const totalBytes = causes.reduce((sum, { bytes }) => sum + bytes, 0)
  const grossBytes = causes.reduce((sum, { bytes }) => sum + Math.abs(bytes), 0)
  const rows = merge(causes.filter(({ kind }) => kind !== 'rest'))
    .filter(({ bytes }, i) => bytes !== 0 && (i < ALWAYS || Math.abs(bytes) >= grossBytes * LEAST_PART))
    .slice(0, maxRows)
  const shownBytes = rows.reduce((sum, { bytes }) => sum + bytes, 0)
  const shownCauses = rows.reduce((sum, { names }) => sum + names.length, 0)
  const left = causes.length - shownCauses
  return { rows, rest: left > 0 ? { bytes: totalBytes - shownBytes, causes: left } : null, totalBytes }
}

/** Every cause as a row of its own, the first `maxRows` of them. */
export const allCauses = (causes: readonly Cause[], maxRows: number): Why => {
  const named = causes.filter(({ kind, bytes }) => kind !== 'rest' && bytes !== 0)
  const rows = named.slice(0, maxRows).map(cause => ({ ...cause, names: [cause.name] }))
  const totalBytes = causes.reduce((sum, { bytes }) => sum + bytes, 0)
  const shownBytes = rows.reduce((sum, { bytes }) => sum + bytes, 0)
  const left = causes.filter(({ bytes }) => bytes !== 0).length - rows.length
  return { rows, rest: left > 0 ? { bytes: totalBytes - shownBytes, causes: left } : null, totalBytes }
}

const merge = (causes: readonly Cause[]): readonly WhyRow[] => {
  const groups = new Map<string, { first: Cause; names: string[]; bytes: number }>()
  for (const [i, cause] of causes.entries()) {
    const key = cause.kind === 'package' ? `${cause.change}\0${lineKey(cause.line)}` : `#${i}`
    const group = groups.get(key)
    if (group === undefined) {
      groups.set(key, { first: cause, names: [cause.name], bytes: cause.bytes })
    } else {
      group.names.push(cause.name)
      group.bytes += cause.bytes
    }
  }
  return [...groups.values()]
    .map(({ first, names, bytes }) => ({ ...first, names, bytes }))
    .sort((a, b) => Math.abs(b.bytes) - Math.abs(a.bytes))
}

const CHANGE_WORDS: Readonly<Record<CauseChange, string>> = {
  added: '',
  removed: ' removed',
  grew: ' grew',
  shrank: ' shrank',
  upgraded: ' upgraded',
  moved: ' moved',
}

/** "`gcc-12`, `cpp-12`, … (25 packages)", "`libc6` `2.36-9` → `2.36-10`", "base image `node:24-slim`". */
export const causeWords = (row: WhyRow, quote: Quote): string => {
  const name = row.names[0] ?? ''
  switch (row.kind) {
    case 'package': {
      const names = packageNames(row.names, quote)
      if (row.names.length > 1 || row.change === 'added' || row.change === 'removed') {
        return names + CHANGE_WORDS[row.change]
      }
      return names + (versionWords(row, quote) || CHANGE_WORDS[row.change])
    }
    case 'base-image':
      return row.from !== null && row.to !== null && row.from !== row.to
        ? `base image ${quote(row.from)} → ${quote(row.to)}`
        : `base image ${quote(name)}${row.change === 'added' || row.change === 'removed' ? CHANGE_WORDS[row.change] : ' changed'}`
    case 'hidden':
      return row.bytes < 0
        ? 'fewer hidden bytes (overwritten or deleted later, still shipped)'
        : 'hidden: overwritten or deleted by a later line, still shipped'
    case 'rest':
      return 'small changes'
    default:
      return quote(name) + (row.change === 'added' ? '' : CHANGE_WORDS[row.change])
  }
}

/** The most that a row names. */
export const NAMED = 3

const packageNames = (names: readonly string[], quote: Quote): string => {
  const shown = names.slice(0, NAMED).map(quote).join(', ')
  return names.length > NAMED ? `${shown}, … (${names.length} packages)` : shown
}

const versionWords = ({ from, to }: WhyRow, quote: Quote): string =>
  from !== null && to !== null && from !== to ? ` ${quote(from)} → ${quote(to)}` : ''

/** What was removed, hidden bytes too, stood on a line of the base's Dockerfile. */
export const sideOfCause = ({ change, kind, bytes }: WhyRow): LineSide =>
  change === 'removed' || (kind === 'hidden' && bytes < 0) ? 'base' : 'head'

/** "everything else (12 changes)". */
export const restWords = ({ causes }: { readonly causes: number }): string =>
  causes === 1 ? 'everything else' : `everything else (${causes} changes)`

/** `grew`, `shrank` or `changed`: the word in "Why it …". */
export const whyVerb = ({ delta }: Review): string =>
  delta === null || delta.content === 0 ? 'changed' : delta.content > 0 ? 'grew' : 'shrank'
