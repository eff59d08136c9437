/** Keys and passwords in any layer: where and of what kind, never what they say. */
import { subjectOf } from '../../report/finding.ts'
import { code, prose } from '../escape/markdown.ts'
import { type FindingRow, ORIGIN_WORDS, secretRows } from '../model/findings.ts'
import { sourceLink } from './line-link.ts'
import type { Page } from './page.ts'

const MAX_SHOWN = 5

/** Every secret of head, those of this pull request first; null when there is none. */
export const secretsSection = (page: Page): string | null => {
  const rows = secretRows(page.review)
  if (rows.length === 0) return null
  const entries = rows.slice(0, MAX_SHOWN).map(row => `- ${entry(page, row)}`)
  if (rows.length > MAX_SHOWN) entries.push(`- And ${rows.length - MAX_SHOWN} more.`)
  return ['### Secrets in the image', entries.join('\n'), prose(rows[0]!.finding.advice.summary)].join('\n\n')
}

const entry = (page: Page, { origin, finding }: FindingRow): string => {
  const known = origin === 'introduced' || origin === 'grown' || origin === 'unknown'
  const where = [
    code(subjectOf(finding), 60),
    sourceLink(page, finding.line, finding.madeBy),
    known ? '' : ORIGIN_WORDS[origin],
  ].filter(part => part !== '')
  return `${where.join(' · ')}: ${prose(finding.reason)}`
}
