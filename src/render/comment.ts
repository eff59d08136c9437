/** The comment on a pull request: one page that says how much, why, what does not belong and what to do. */
import { formatMarker, withoutMarker } from '../report/marker.ts'
import type { Review } from '../report/types.ts'
import type { CommentContext } from './context.ts'
import { bodySections, footer } from './markdown/body.ts'
import { type Limits, pageOf } from './markdown/page.ts'

/** GitHub takes 65,536 characters; counting UTF-16 units errs on the safe side. */
export const COMMENT_MAX_UNITS = 60_000

/** From everything to the least: lines go first, then changes and findings beyond 20, then findings, then diffs. */
const LEVELS: readonly Limits[] = [
  { whyRows: 7, adviceGroups: 5, causes: 50, lines: 50, findings: 50, measured: true, diffs: true },
  { whyRows: 7, adviceGroups: 5, causes: 50, lines: 0, findings: 50, measured: true, diffs: true },
  { whyRows: 7, adviceGroups: 5, causes: 0, lines: 0, findings: 20, measured: true, diffs: true },
  { whyRows: 7, adviceGroups: 5, causes: 0, lines: 0, findings: 0, measured: true, diffs: true },
  { whyRows: 7, adviceGroups: 5, causes: 0, lines: 0, findings: 0, measured: true, diffs: false },
  { whyRows: 3, adviceGroups: 2, causes: 0, lines: 0, findings: 0, measured: false, diffs: false },
]

/**
 * The comment's body, under 60,000 UTF-16 units: whole sections are left out, text is never cut in the middle of one.
 * The marker, where there is a run and a head to name, is the first line.
 */
export const renderComment = (review: Review, context: CommentContext): string => {
  for (const [i, limits] of LEVELS.entries()) {
    const text = renderAt(review, context, limits)
    if (text.length < COMMENT_MAX_UNITS || i === LEVELS.length - 1) return text
  }
  throw new RangeError('no level of detail fits a comment')
}

const renderAt = (review: Review, context: CommentContext, limits: Limits): string => {
  const page = pageOf(review, context, limits, false)
  const marker =
    context.headSha === null || context.runId === null
      ? []
      : [formatMarker({ key: context.key, run: context.runId, head: context.headSha })]
  const sections = [...bodySections(page), footer(page, 'the job summary')]
  return `${[...marker, sections.join('\n\n')].join('\n')}\n`
}

/**
 * True when two comments tell a reader the same: the marker, commits and the footer, which differ with every run, are
 * not compared.
 */
export const sameComment = (a: string, b: string): boolean => essence(a) === essence(b)

const essence = (body: string): string =>
  withoutMarker(body)
    .replaceAll('\r\n', '\n')
    .replace(/<sub>[^\n]*<\/sub>\s*$/, '')
    .replace(/\/blob\/[0-9a-f]{40,64}\//g, '/blob/-/')
    .replace(/^- (?:Head|Base)\b.*$/gm, line => line.replace(/\b[0-9a-f]{7,64}\b/g, '-'))
    .trimEnd()
