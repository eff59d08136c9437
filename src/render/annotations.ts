/** Notes at Dockerfile lines: where new leftovers came in, and what broke a budget. */
import { groupBy } from '../group-by.ts'
import { subjectOf } from '../report/finding.ts'
import type { BudgetResult, LineRange, Review, StageSource } from '../report/types.ts'
import { formatBytes, formatDelta } from '../units.ts'
import { cut } from './escape/visible.ts'
import { annotationText } from './escape/workflow-command.ts'
import { type AdviceGroup, adviceGroups } from './model/advice.ts'
import { isBroken, limitWords } from './model/budgets.ts'
import { newLeftovers, newSecrets } from './model/findings.ts'
import { lineKey, lineText, rangeOf, stageWords } from './model/lines.ts'
import { count, quoteSome } from './model/quote.ts'

/** Plain text, written for an annotation; the toolkit still escapes what a workflow command needs. */
export interface Annotation {
  readonly level: 'warning' | 'error'
  /** Null where no line is known: the note then stands on the run's page. */
  readonly file: string | null
  readonly startLine: number | null
  readonly endLine: number | null
  readonly title: string
  readonly message: string
}

/** GitHub shows ten of each level for a step and drops the rest in silence; the tenth says what is missing. */
const MAX_SHOWN = 9

/** One warning for each new secret and each line that brought leftovers, one error for each broken budget (a warning if it does not fail). */
export const annotationsFor = (review: Review): Annotation[] => {
  const budgets = review.budgets.filter(isBroken).map(budget => budgetNote(review, budget))
  const notes = [...budgets, ...secretNotes(review), ...leftoverNotes(review)]
  return (['error', 'warning'] as const).flatMap(level => capped(notes.filter(note => note.level === level)))
}

const capped = (notes: readonly Annotation[]): Annotation[] => {
  const [first] = notes
  if (first === undefined || notes.length <= MAX_SHOWN) return [...notes]
  const left = notes.length - MAX_SHOWN
  return [
    ...notes.slice(0, MAX_SHOWN),
    note(first.level, null, `${left} more`, `${count(left, 'more note')} of this kind: see the job summary.`),
  ]
}

const secretNotes = (review: Review): Annotation[] =>
  newSecrets(review).map(finding =>
    note(
      'warning',
      finding.line,
      'A secret in the image',
      `${same(subjectOf(finding))}${stageText(finding.madeBy)}: ${cut(finding.reason, 300)}`,
    ),
  )

const leftoverNotes = (review: Review): Annotation[] => {
  const withLine = adviceGroups(newLeftovers(review)).filter(({ line }) => line !== null)
  return [...groupBy(withLine, ({ line }) => lineKey(line)).values()]
    .map(groups => ({ groups, bytes: groups.reduce((sum, group) => sum + group.bytes, 0) }))
    .sort((a, b) => b.bytes - a.bytes)
    .map(({ groups, bytes }) =>
      note(
        'warning',
        groups[0]!.line,
        `${formatBytes(bytes)} of build leftovers`,
        groups.map(adviceText).join('\n'),
      ),
    )
}

const adviceText = ({ titles, subjects, madeBy, bytes, summary }: AdviceGroup): string =>
  `${quoteSome(titles, 3, same)} (${quoteSome(subjects, 3, same)}), ${formatBytes(bytes)}${stageText(madeBy)}: ${cut(summary, 300)}`

const stageText = (madeBy: StageSource | null | undefined): string => {
  const words = stageWords(madeBy, same, lineText)
  return words === '' ? '' : `, ${words}`
}

const same = (data: string): string => cut(data, 80)

const budgetNote = (review: Review, budget: BudgetResult): Annotation => {
  const level = budget.level === 'fail' && review.verdict === 'fail' ? 'error' : 'warning'
  const size = `${formatBytes(review.head.size.content)}${review.delta === null ? '' : ` (${formatDelta(review.delta.content)})`}`
  const { line, bytes } = largestLine(review)
  const most = line === null ? '' : ` This line adds most: ${formatDelta(bytes)}.`
  return note(level, line, `Over budget: ${limitWords(budget, same)}`, `${measured(budget, size)}.${most}`)
}

const measured = ({ name, actual }: BudgetResult, size: string): string => {
  if (name === 'max-layers') return `The image has ${count(actual ?? 0, 'layer')}`
  if (name === 'max-leftovers') return `Build leftovers in the image: ${formatBytes(actual ?? 0)}`
  return `Image size: ${size}`
}

/** The instruction of head that added most; no line when none added anything. */
const largestLine = ({ lines }: Review): { readonly line: LineRange | null; readonly bytes: number } => {
  let largest: { line: LineRange | null; bytes: number } = { line: null, bytes: 0 }
  for (const row of lines ?? []) {
    const line = row.side === 'base' ? null : rangeOf(row)
    if (line !== null && row.delta > largest.bytes) largest = { line, bytes: row.delta }
  }
  return largest
}

const note = (
  level: Annotation['level'],
  line: LineRange | null,
  title: string,
  message: string,
): Annotation => ({
  level,
  file: line?.file ?? null,
  startLine: line?.start ?? null,
  endLine: line?.end ?? null,
  title: annotationText(title),
  message: annotationText(message),
})
