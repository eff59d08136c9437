/** Holds one run to what must never happen, whatever went wrong. */
import type { StoredComment } from '../support/fake-github/state.ts'
import type { FaultCase } from './fault-cases.ts'
import type { ActionResult } from './run-action.ts'
import { readOutputFile } from './runner.ts'
import { CONTENT_BYTES } from './workshop.ts'

export interface Seen {
  readonly result: ActionResult
  /** All comments that begin with a marker of Plimsoll's. */
  readonly comments: readonly StoredComment[]
}

/** The same run when nothing goes wrong. */
export type Reference = Seen

export const BREACHES = [
  'exit 0 without a complete report',
  'hung',
  'two comments',
  'half a comment',
  'another verdict than without the fault',
  'another report than without the fault',
  'no notice of a comment that was not written',
  'a failure without a sentence that says why',
  'files left in the temp folder',
  'processes left',
] as const
export type Breach = (typeof BREACHES)[number]

/** What of the list happened. Nothing, if all is well. */
export const judgeRun = (
  { must }: FaultCase,
  { result, comments }: Seen,
  reference: Reference,
): readonly Breach[] => {
  const found: Breach[] = []
  const { status, hung } = result
  const isWhole =
    isComplete(result) && (must === 'fail or be complete' || sameReports(result, reference.result))
  const tells = must === 'fail or tell' && isComplete(result) && result.summary.includes('no baseline')
  if (status === 0 && !isWhole && !tells) found.push('exit 0 without a complete report')
  if (hung) found.push('hung')
  if (comments.length > 1) found.push('two comments')
  if (comments.some(({ body }) => !isWholeComment(body, must, reference))) found.push('half a comment')
  if (must === 'fail' && status === 0) found.push('another verdict than without the fault')
  if (must === 'be the same' && status !== reference.result.status)
    found.push('another verdict than without the fault')
  if (must === 'be the same' && !isWhole) found.push('another report than without the fault')
  if (status === 0 && comments.length === 0 && !/^::notice::No comment was written: .+/m.test(result.stdout))
    if (must === 'be the same') found.push('no notice of a comment that was not written')
  if (status !== 0 && !hung && !/^::error::.{20,}/m.test(result.stdout) && !/Error/.test(result.stderr))
    found.push('a failure without a sentence that says why')
  if (!hung && result.litter.length > 0) found.push('files left in the temp folder')
  if (result.orphans.length > 0) found.push('processes left')
  return found
}

/** Both sides read to their end, counted by the workshop and not by Plimsoll; report, summary and outputs written. */
const isComplete = ({ files, summary, outputFile }: ActionResult): boolean => {
  try {
    const report = JSON.parse(files.get('report.json') ?? '')
    const review = JSON.parse(files.get('review.json') ?? '')
    const base = review.base?.size.content
    return (
      report.complete === true &&
      review.complete === true &&
      report.size.content === CONTENT_BYTES.head &&
      (base === CONTENT_BYTES.base || (review.base === null && review.baseMissing !== null)) &&
      summary.includes('410.0 kB') &&
      files.get('report.md') === summary &&
      readOutputFile(outputFile).get('passed') === 'true' &&
      readOutputFile(outputFile).get('size') === String(CONTENT_BYTES.head)
    )
  } catch {
    return false
  }
}

const FILES = ['report.json', 'review.json', 'report.md', 'report.sarif', 'report.html'] as const

const sameReports = (a: ActionResult, b: ActionResult): boolean =>
  FILES.every(name => a.files.get(name) === b.files.get(name)) && a.summary === b.summary

/** Either this run's comment, to its last byte, or what an earlier run had written. */
const isWholeComment = (body: string, must: FaultCase['must'], reference: Reference): boolean =>
  body.endsWith('\nan earlier comment') ||
  reference.comments.some(comment => comment.body === body) ||
  // a base that did not build, or whose layers are others, has another comment, with the same last line
  ((must === 'fail or be complete' || body.includes('no baseline')) && body.trimEnd().endsWith('</sub>'))
