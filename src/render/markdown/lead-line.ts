/** Under the headline, for somebody with ten seconds: the largest reason, and the change that mends most. */
import type { Review } from '../../report/types.ts'
import { formatBytes, formatDelta } from '../../units.ts'
import { minChangeOf } from '../context.ts'
import { code, plain, prose } from '../escape/markdown.ts'
import { type AdviceGroup, adviceGroups, weighAdvice } from '../model/advice.ts'
import { actionable } from '../model/findings.ts'
import { isUnchanged } from '../model/headline.ts'
import { quoteSome } from '../model/quote.ts'
import { type WhyRow, whyOf } from '../model/why.ts'
import { causeWords, sideOfCause } from '../model/why-words.ts'
import { lineLink, sourceLink } from './line-link.ts'
import type { Page } from './page.ts'

/** "**Why:** `gcc-12`, … (83 packages), +270.9 MB (`Dockerfile:8`)", "**To do:** …"; null when there is neither. */
export const leadLine = (page: Page): string | null => {
  const row = largestReason(page)
  const parts = [row === null ? null : whyWords(page, row), toDo(page, row)]
  const text = parts.filter(part => part !== null).join('<br>\n')
  return text === '' ? null : text
}

/** The largest row that goes the way of the whole. */
const largestReason = ({ review, context, limits }: Page): WhyRow | null => {
  if (review.delta === null || isUnchanged(review, minChangeOf(context))) return null
  const { rows } = whyOf(review.causes ?? [], limits.whyRows)
  return rows.find(({ bytes }) => bytes > 0 === review.delta!.content > 0) ?? null
}

const whyWords = (page: Page, row: WhyRow): string => {
  const where = lineLink(page, row.line, sideOfCause(row))
  return `**Why:** ${causeWords(row, quote)}, ${formatDelta(row.bytes)}${where === '' ? '' : ` (${where})`}.`
}

const quote = (data: string): string => code(data, 70)

const toDo = (page: Page, row: WhyRow | null): string | null => {
  const slimmer = row?.kind === 'base-image' && row.bytes > 0 ? slimmerWords(page.review) : null
  if (slimmer !== null) return `**To do:** ${slimmer}.`
  const groups = adviceGroups(actionable(page.review))
  const [first] = groups
  if (first === undefined) return null
  const start =
    first.savesBytes === null ? '**To do:**' : `**To do, saves ${formatBytes(first.savesBytes)}:**`
  if (!isOneChange(groups) || page.expanded) return `${start} ${prose(firstClause(first.summary), 200)}.`
  const about = [subjectWords(first), sourceLink(page, first.line, first.madeBy)].filter(text => text !== '')
  return `${start} ${prose(first.summary.replace(/\.$/, ''))} (${about.join(', ')}).`
}

/** Up to three by name, more by what they are. */
const subjectWords = ({ subjects, titles }: AdviceGroup): string =>
  subjects.length <= 3 ? quoteSome(subjects, 3, quote) : plain(titles.join(', '), 100)

/** Another image of the same family, or, for a compiler's, what is below it, for which the program is built elsewhere. */
const slimmerWords = ({ head }: Review): string | null => {
  const { name, slimmer } = head.image.base ?? { name: null, slimmer: null }
  if (!slimmer) return null
  const isSameFamily = name?.split(':')[0] === slimmer.name.split(':')[0]
  return `${isSameFamily ? 'Start' : 'Build in a stage of its own, and start the last one'} from ${code(slimmer.name, 60)}`
}

/** The line tells all that a section of its own would. */
export const isOneChange = (groups: readonly AdviceGroup[]): boolean =>
  groups.length > 0 && weighAdvice(groups).main.length === 1 && groups[0]!.edit === null

/** "Compile in a build stage" of "Compile in a build stage; …", and the first of two ways; code is not cut. */
const firstClause = (text: string): string => {
  const parts = text.split(/(`[^`]*`)/)
  const at = parts.findIndex((part, i) => i % 2 === 0 && END.test(part))
  if (at < 0) return text
  return parts.slice(0, at).join('') + parts[at]!.slice(0, parts[at]!.search(END))
}

const END = /;|\.(?:\s|$)|,? or /
