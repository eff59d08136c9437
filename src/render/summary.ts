/** The job summary: the comment with everything open, for the page of the run and for `--format markdown`. */
import type { Review } from '../report/types.ts'
import type { CommentContext } from './context.ts'
import { bodySections, footer } from './markdown/body.ts'
import { fixSection } from './markdown/fix-section.ts'
import { type Limits, pageOf } from './markdown/page.ts'

/** GitHub takes 1 MiB for each step. */
export const SUMMARY_MAX_BYTES = 1_000_000

const upTo = (rows: number): Limits => ({
  whyRows: 12,
  adviceGroups: Math.min(rows, 100),
  causes: rows,
  lines: rows,
  findings: rows,
  measured: true,
  diffs: true,
})

/** Rows of each table, from nearly all to what always fits. */
const ROWS = [2000, 500, 100] as const

/** At most 1,000,000 bytes of UTF-8; longer tables end in one row that holds the rest. */
export const renderSummary = (review: Review, context: CommentContext): string => {
  for (const [i, rows] of ROWS.entries()) {
    const text = renderAt(review, context, upTo(rows))
    if (Buffer.byteLength(text) <= SUMMARY_MAX_BYTES || i === ROWS.length - 1) return text
  }
  throw new RangeError('no level of detail fits a summary')
}

/** What comes after the summary when a smaller Dockerfile was found: its section alone. */
export const renderFixSummary = (review: Review, context: CommentContext): string =>
  `${fixSection(pageOf(review, context, upTo(ROWS[0]), true)) ?? ''}\n`

const renderAt = (review: Review, context: CommentContext, limits: Limits): string => {
  const page = pageOf(review, context, limits, true)
  const sections = [...bodySections(page), footer(page, '`review.json`')]
  return `${sections.join('\n\n')}\n`
}
