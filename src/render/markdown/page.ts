/** What the sections of a comment or summary are made from. */
import type { Review } from '../../report/types.ts'
import type { CommentContext } from '../context.ts'
import { instructionsByLine } from '../model/lines.ts'

/** How much a section may show. Everything beyond is counted in one line. */
export interface Limits {
  /** Rows of "Why it grew" and groups of advice. */
  readonly whyRows: number
  readonly adviceGroups: number
  /** Rows of the folded tables; 0 leaves the section out. */
  readonly causes: number
  readonly lines: number
  readonly findings: number
  readonly measured: boolean
  readonly diffs: boolean
}

export interface Page {
  readonly review: Review
  readonly context: CommentContext
  readonly limits: Limits
  /** The job summary: nothing is folded. */
  readonly expanded: boolean
  readonly instructions: ReadonlyMap<string, string>
}

/** True when a table ends before its rows do. */
export const isShortened = ({ review, limits }: Page): boolean =>
  Object.values(review.findings).reduce((sum, findings) => sum + findings.length, 0) > limits.findings ||
  (review.causes ?? []).length > limits.causes ||
  (review.lines ?? []).length > limits.lines

export const pageOf = (review: Review, context: CommentContext, limits: Limits, expanded: boolean): Page => ({
  review,
  context,
  limits,
  expanded,
  instructions: instructionsByLine(review.lines),
})

/** A section that a reader may open; in the summary it is a heading. `title` is our own words and numbers. */
export const fold = (page: Page, title: string, body: string): string =>
  page.expanded ? `### ${title}\n\n${body}` : `<details><summary>${title}</summary>\n\n${body}\n\n</details>`
