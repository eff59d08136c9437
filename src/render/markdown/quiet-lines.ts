/** What is good to know and asks for nothing: resolved findings by name, the rest as one line. */
import { groupBy } from '../../group-by.ts'
import { isLeftover, subjectOf, totalBytes } from '../../report/finding.ts'
import type { ComparedFinding, Review } from '../../report/types.ts'
import { formatBytes } from '../../units.ts'
import { code, plain, prose } from '../escape/markdown.ts'
import { count, quoteSome } from '../model/quote.ts'
import type { Page } from './page.ts'

const MAX_RESOLVED = 5

/** "No longer in the image: …"; null when nothing was resolved. */
export const resolvedLine = ({ review }: Page): string | null => {
  const resolved = review.findings.resolved.filter(isLeftover)
  if (resolved.length === 0) return null
  const names = [...groupBy(resolved, ({ title }) => title)].map(
    ([title, group]) => `${plain(title, 60)} (${quoteSome([...new Set(group.map(subjectOf))], 2, quote)})`,
  )
  const more = names.length > MAX_RESOLVED ? ` and ${names.length - MAX_RESOLVED} more` : ''
  return `**No longer in the image, ${formatBytes(totalBytes(resolved))}:** ${names.slice(0, MAX_RESOLVED).join(', ')}${more}.`
}

const quote = (data: string): string => code(data, 60)

/** Leftovers that this pull request did not bring; null when there are none. */
export const othersLine = ({ review }: Page): string | null => {
  const existing = review.findings.existing.filter(isLeftover)
  const inherited = review.findings.inherited.filter(isLeftover)
  const parts: string[] = []
  if (existing.length > 0) parts.push(`${sum(existing)} on the base branch already (${number(existing)})`)
  const switched = isAnotherBase(review)
  if (inherited.length > 0 && !switched)
    parts.push(`${sum(inherited)} inherited from ${baseImageWords(review)} (${number(inherited)})`)
  const sentences = [
    ...(parts.length > 0 ? [`Leftovers not from this pull request: ${parts.join(', ')}.`] : []),
    ...(inherited.length > 0 && switched
      ? [`${baseImageWords(review)} brings leftovers of its own: ${sum(inherited)} (${number(inherited)}).`]
      : []),
  ]
  if (sentences.length === 0) return null
  return sentences.join(' ') + (inherited.length > 0 ? slimmerWords(review) : '')
}

/** This pull request starts from another base image, so what that brings is its doing. */
const isAnotherBase = ({ base, head }: Review): boolean => {
  const [from, to] = [base?.image.base?.name ?? null, head.image.base?.name ?? null]
  return from !== null && to !== null && from !== to
}

/** " `python:3.12-slim` is the same Python without compilers and headers."; empty where none is known. */
const slimmerWords = ({ head }: Review): string => {
  const slimmer = head.image.base?.slimmer ?? null
  return slimmer === null ? '' : ` A slimmer base: ${quote(slimmer.name)}, ${prose(slimmer.why)}.`
}

const sum = (findings: readonly ComparedFinding[]): string => formatBytes(totalBytes(findings))

const number = (findings: readonly ComparedFinding[]): string => count(findings.length, 'finding')

const baseImageWords = ({ head }: Review): string => {
  const name = head.image.base?.name ?? null
  return name === null ? 'the base image' : quote(name)
}
