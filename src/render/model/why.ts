/** Why the size changed: causes as rows a person reads, with the rest in one row, so that the rows add up. */
import { OVERWRITTEN } from '../../report/base-image-causes.ts'
import type { Cause, CauseChange, CauseKind, CausePart, LineRange, Review } from '../../report/types.ts'
import { type LineSide, lineKey } from './lines.ts'
import type { Quote } from './quote.ts'

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

/**
 * Hidden bytes as one cause for each pair of lines that added and hid them. What is hidden of the base image was in it
 * before and is in it still, so with what `OVERWRITTEN` takes away it comes to nothing, or to what the base image hides
 * itself.
 */
const byPairsOfLines = (causes: readonly Cause[]): readonly Cause[] => {
  const hidden = causes.find(({ kind }) => kind === 'hidden')
  if (hidden === undefined) return causes
  const pairs = hidden.parts.filter(({ inherited }) => !inherited)
  const isOverwritten = ({ kind, name }: Cause): boolean => kind === 'base-image' && name === OVERWRITTEN
  const overwritten = causes.find(isOverwritten)
  const left = hidden.bytes - sumOf(pairs, ({ bytes }) => bytes) + (overwritten?.bytes ?? 0)
  const image = causes.find(cause => cause.kind === 'base-image' && !isOverwritten(cause))
  return causes
    .flatMap((cause): readonly Cause[] => {
      if (cause === image) return [{ ...cause, bytes: cause.bytes + left }]
      if (cause === overwritten) return []
      if (cause !== hidden) return [cause]
      const rest =
        image === undefined && left !== 0 ? [{ ...hidden, bytes: left, parts: [], line: null }] : []
      return [...pairs.map(part => ofPair(hidden, part)), ...rest]
    })
    .sort(
      (a, b) =>
        Number(a.kind === 'rest') - Number(b.kind === 'rest') || Math.abs(b.bytes) - Math.abs(a.bytes),
    )
}

const ofPair = (hidden: Cause, part: CausePart): Cause => ({
  ...hidden,
  bytes: part.bytes,
  line: part.line ?? part.hiddenBy ?? null,
  parts: [part],
})

const isNamed = ({ bytes, change }: Cause): boolean => bytes !== 0 || change === 'moved'

const sumOf = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0)

/** How many changes a cause or row stands for. */
const countOf = ({ packages }: { readonly packages?: number }): number => packages ?? 1

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
  switch (row.kind) {
    case 'package':
      return packageWords(row, quote)
    case 'base-image':
      return baseImageWords(row, quote)
    case 'hidden':
      return hiddenWords(row, quote)
    case 'rest':
      return 'small changes'
    default:
      return pathWords(row, quote)
  }
}

const packageWords = (row: WhyRow, quote: Quote): string => {
  const many = row.names.length > 1 || countOf(row) > 1
  const names = packageNames(row, quote)
  if (many || row.change === 'added' || row.change === 'removed') return names + CHANGE_WORDS[row.change]
  return names + (versionWords(row, quote) || CHANGE_WORDS[row.change])
}

const baseImageWords = ({ names, from, to, change, line }: WhyRow, quote: Quote): string => {
  const name = names[0] ?? ''
  if (name === OVERWRITTEN)
    return change === 'grew'
      ? 'fewer files of the base image are overwritten or deleted'
      : `files of the base image that ${line ? 'this line overwrites or deletes' : 'are overwritten or deleted'}`
  if (change === 'moved') return `base image ${quote(name)}: the tag moved, not this change`
  if (from !== null && to !== null && from !== to) return `base image ${quote(from)} → ${quote(to)}`
  return `base image ${quote(name)}${change === 'added' || change === 'removed' ? CHANGE_WORDS[change] : ' changed'}`
}

/** "`/tmp/x`, added by line 8, deleted by line 15, still shipped". */
const hiddenWords = ({ bytes, parts = [] }: WhyRow, quote: Quote): string => {
  const [part] = parts
  if (part === undefined) {
    const what = 'files that a later layer deletes or overwrites'
    return bytes < 0 ? `fewer ${what}` : `${what}, still shipped`
  }
  const words = `${quote(part.name)}, ${hiddenPartWords(part)}`
  return bytes < 0 ? `no longer or less of ${words}` : `${words}, still shipped`
}

/** "added by line 8, deleted by line 15". */
export const hiddenPartWords = ({ line, hiddenBy, how, inherited }: CausePart): string => {
  const added = inherited ? 'of the base image' : line ? `added by line ${line.start}` : 'added by a layer'
  const by = `by ${hiddenBy ? `line ${hiddenBy.start}` : 'a later layer'}`
  return `${added}, ${how === null || how === undefined ? `deleted or overwritten ${by}` : HOW_WORDS[how](by)}`
}

const HOW_WORDS: Readonly<Record<NonNullable<CausePart['how']>, (by: string) => string>> = {
  deleted: by => `deleted ${by}`,
  overwritten: by => `overwritten ${by}`,
  rewritten: by => `stored again ${by} for its owner, mode or time alone`,
  moved: by => `stored again ${by} under another path`,
}

const pathWords = ({ names, from, change }: WhyRow, quote: Quote): string => {
  const name = names[0] ?? ''
  if (change === 'moved') return from === null ? quote(name) : `${quote(from)} moved to ${quote(name)}`
  const words = name === '/' ? 'files in several directories' : quote(name)
  return words + (change === 'added' ? '' : CHANGE_WORDS[change])
}

/** The most that a row names. */
export const NAMED = 3

const packageNames = (row: WhyRow, quote: Quote): string => {
  const many = countOf(row)
  const noun = `${row.manager === undefined || SYSTEM.has(row.manager) ? '' : `${row.manager} `}packages`
  if (row.names.length === 0) return `${many} small ${noun}`
  const shown = row.names.slice(0, NAMED).map(quote).join(', ')
  return many > Math.min(row.names.length, NAMED) ? `${shown}, … (${many} ${noun})` : shown
}

/** Their packages need no epithet. */
const SYSTEM: ReadonlySet<string> = new Set(['dpkg', 'apk', 'rpm'])

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
