/** Rows of "Why it grew" in words. */
import { OVERWRITTEN } from '../../report/base-image-causes.ts'
import type { CauseChange, CausePart, Review } from '../../report/types.ts'
import type { LineSide } from './lines.ts'
import type { Quote } from './quote.ts'
import { countOf, type WhyRow } from './why.ts'

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
