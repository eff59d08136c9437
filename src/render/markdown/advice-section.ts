/** "How to get back 71.3 MB": one change per entry, what saves most first. */
import { totalBytes } from '../../report/finding.ts'
import { formatBytes } from '../../units.ts'
import { code, diffFence, plain, prose } from '../escape/markdown.ts'
import { type AdviceGroup, adviceGroups, bytesOf, weighAdvice } from '../model/advice.ts'
import { actionable } from '../model/findings.ts'
import { quoteSome } from '../model/quote.ts'
import { isOneChange } from './lead-line.ts'
import { lineLink, sourceLink } from './line-link.ts'
import type { Page } from './page.ts'

/** Null when there is nothing to act on. */
export const adviceSection = (page: Page): string | null => {
  const findings = actionable(page.review)
  const groups = adviceGroups(findings)
  if (groups.length === 0 || (isOneChange(groups) && !page.expanded)) return null
  const saves = groups.map(({ savesBytes }) => savesBytes ?? 0)
  const known = saves.some(bytes => bytes > 0)
  const title = known
    ? `How to get back ${formatBytes(saves.reduce((sum, bytes) => sum + bytes, 0))}`
    : `How to get rid of ${formatBytes(totalBytes(findings))}`
  const { main, minor } = weighAdvice(groups)
  const shown = main.slice(0, page.limits.adviceGroups)
  const entries = shown.map((group, i) => entry(page, group, i + 1, shown))
  const left = main.length - shown.length
  if (left > 0) entries.push(leftWords(groups.slice(shown.length), page))
  else if (minor.length > 0) entries.push(minorWords(page, minor))
  return [`### ${title}`, ...entries].join('\n\n')
}

const entry = (page: Page, group: AdviceGroup, number: number, all: readonly AdviceGroup[]): string => {
  const { titles, subjects, requestedBy, line, madeBy, edit, savesBytes } = group
  const names =
    titles
      .slice(0, 3)
      .map(title => plain(title, 60))
      .join(', ') + (titles.length > 3 ? ', …' : '')
  const first = all.findIndex(({ summary }) => summary === group.summary) + 1
  const head = [
    `**${all.length > 1 ? `${number}. ` : ''}${names}**`,
    savesBytes === null ? formatBytes(group.bytes) : `saves ${formatBytes(savesBytes)}`,
    quoteSome(subjects, 3, quote) + askedFor(subjects, requestedBy),
    sourceLink(page, line, madeBy),
    first < number ? `by the same change as ${first}` : '',
  ].filter(part => part !== '')
  const text = head.join(' · ') + (first < number ? '' : `<br>\n${prose(group.summary)}`)
  const diff = page.limits.diffs && edit !== null ? diffFence(edit.before, edit.after) : null
  return diff === null ? text : `${text}\n\n${diff}`
}

const quote = (data: string): string => code(data, 60)

/** The packages named in the Dockerfile, where they are not the finding itself. */
const askedFor = (subjects: readonly string[], requestedBy: readonly string[]): string => {
  const others = requestedBy.filter(name => !subjects.includes(name))
  return others.length === 0 ? '' : ` ← ${quoteSome(others, 2, quote)}`
}

const leftWords = (groups: readonly AdviceGroup[], page: Page): string => {
  const bytes = formatBytes(groups.reduce((sum, group) => sum + group.bytes, 0))
  const what = groups.length === 1 ? 'one smaller change' : `${groups.length} smaller changes`
  return `And ${what}, ${bytes}: ${page.limits.findings > 0 ? 'see the findings below' : 'see the job summary'}.`
}

const MAX_MINOR = 3

/** "Less than 1 % of it: pip cache 133.1 kB (`Dockerfile:17`)." */
const minorWords = (page: Page, groups: readonly AdviceGroup[]): string => {
  const words = groups.slice(0, MAX_MINOR).map(group => {
    const where = lineLink(page, group.line)
    return `${plain(group.titles[0]!, 60)} ${formatBytes(bytesOf(group))}${where === '' ? '' : ` (${where})`}`
  })
  const more = groups.length > MAX_MINOR ? ` and ${groups.length - MAX_MINOR} more` : ''
  return `Hardly worth it: ${words.join(', ')}${more}.`
}
