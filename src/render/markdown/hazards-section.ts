/** What will not work when the image runs, and what this pull request repaired. */
import type { Hazard } from '../../report/types.ts'
import { code, plain, prose } from '../escape/markdown.ts'
import { sourceLink } from './line-link.ts'
import type { Page } from './page.ts'

const MAX_SHOWN = 5

/** New hazards (all of them, where there is no base); null when there are none. */
export const hazardsSection = (page: Page): string | null => {
  const { base, hazards } = page.review
  const shown = base === null ? hazards.unknown : hazards.introduced
  if (shown.length === 0) return null
  const entries = shown.slice(0, MAX_SHOWN).map(hazard => entry(page, hazard))
  if (shown.length > MAX_SHOWN) entries.push(`And ${shown.length - MAX_SHOWN} more.`)
  return ['### Will not work when it runs', ...entries].join('\n\n')
}

const entry = (page: Page, hazard: Hazard): string => {
  const [path] = hazard.paths
  const head = [
    `**${plain(hazard.title, 60)}**`,
    path === undefined ? '' : code(path, 60),
    hazard.missing === null ? '' : `missing ${code(hazard.missing, 60)}`,
    sourceLink(page, hazard.line, hazard.madeBy),
  ].filter(part => part !== '')
  return `${head.join(' · ')}<br>\n${prose(hazard.advice.summary)}`
}
