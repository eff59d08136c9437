/** The parts of a comment in the order a reader meets them. */
import { minChangeOf } from '../context.ts'
import { code, link, prose } from '../escape/markdown.ts'
import { brokenBudgets } from '../model/budgets.ts'
import { headlineOf, isQuiet, isUnchanged, type Tone } from '../model/headline.ts'
import { adviceSection } from './advice-section.ts'
import { allFindingsSection } from './all-findings.ts'
import { allLinesSection } from './all-lines.ts'
import { fixSection } from './fix-section.ts'
import { hazardsSection } from './hazards-section.ts'
import { leadLine } from './lead-line.ts'
import { measuredSection, shortCommit } from './measured.ts'
import { fold, isShortened, type Page } from './page.ts'
import { othersLine, resolvedLine } from './quiet-lines.ts'
import { secretsSection } from './secrets-section.ts'
import { sizeTable } from './size-table.ts'
import { allCausesSection, whyBody, whyTitle } from './why-section.ts'

const ICONS: Readonly<Record<Tone, string>> = { pass: '✅', info: 'ℹ️', warn: '⚠️', fail: '❌' }

/** Longer reasons move from the headline into a line of their own. */
const HEADLINE_REASON_MAX = 110

/** Sections without marker and footer; nulls are already gone. */
export const bodySections = (page: Page): readonly string[] => {
  const quiet = isQuiet(page.review, minChangeOf(page.context)) && !page.expanded
  const sections = quiet
    ? [headline(page), secretsSection(page), ...notes(page), fixSection(page), measuredSection(page, true)]
    : [
        headline(page),
        missingReason(page),
        secretsSection(page),
        leadLine(page),
        reasons(page),
        hazardsSection(page),
        sizeTable(page),
        ...notes(page),
        openWhy(page),
        fixSection(page),
        adviceSection(page),
        resolvedLine(page),
        othersLine(page),
        foldedWhy(page),
        allFindingsSection(page),
        allCausesSection(page),
        allLinesSection(page),
        measuredSection(page, false),
      ]
  return sections.filter(section => section !== null)
}

const headline = ({ review, context }: Page): string => {
  const name = context.key === 'default' ? null : code(context.name, 60)
  const long = (review.baseMissing ?? '').length > HEADLINE_REASON_MAX
  const shown = long ? { ...review, baseMissing: null } : review
  const { tone, text } = headlineOf(shown, minChangeOf(context), name, prose)
  return `## ${ICONS[tone]} ${text}`
}

const missingReason = ({ review }: Page): string | null =>
  review.base === null && (review.baseMissing ?? '').length > HEADLINE_REASON_MAX
    ? `**No baseline:** ${prose(review.baseMissing!, 600)}.`
    : null

/** Reasons that the budget column does not tell. */
const reasons = ({ review }: Page): string | null => {
  const told = [...brokenBudgets(review, 'fail'), ...brokenBudgets(review, 'warn')].map(({ name }) => name)
  const others = review.reasons.filter(reason => !told.some(name => reason.includes(name)))
  if (others.length === 0) return null
  const words = others.slice(0, 5).map(reason => prose(reason.replace(/\.$/, ''), 300))
  return `**${review.verdict === 'fail' ? 'Failed' : 'Noted'}:** ${words.join('; ')}.`
}

const notes = ({ context }: Page): readonly string[] =>
  context.notes.slice(0, 10).map(note => prose(note, 400))

/** Open where there is something to explain. */
const openWhy = (page: Page): string | null => {
  const body = isLoud(page) ? whyBody(page) : null
  return body === null ? null : `### ${whyTitle(page)}\n\n${body}`
}

/** Folded where the image shrank or hardly changed. */
const foldedWhy = (page: Page): string | null => {
  const body = isLoud(page) ? null : whyBody(page)
  return body === null ? null : fold(page, whyTitle(page), body)
}

const isLoud = ({ review, context }: Page): boolean =>
  review.delta !== null && review.delta.content > 0 && !isUnchanged(review, minChangeOf(context))

/**
 * Run, version and commit: what changes with every run and says nothing new. First of all, where something was left
 * out, where the rest is.
 */
export const footer = (page: Page, whole: string): string => {
  const { context } = page
  const run = isShortened(page) ? `everything is in ${whole}` : 'run log'
  const parts = [
    ...(context.runUrl === null ? (isShortened(page) ? [run] : []) : [link(run, context.runUrl)]),
    `Plimsoll ${/^[\w.+-]{1,40}$/.test(context.version) ? context.version : code(context.version, 40)}`,
    ...(context.headSha === null ? [] : [`measured at ${code(shortCommit(context.headSha), 60)}`]),
  ]
  return `<sub>${parts.join(' · ')}</sub>`
}
