/** A review in a terminal: what the pull request would say, for the one who writes it. */
import type { BudgetResult, Review } from '../../report/types.ts'
import { formatBytes, formatDelta, formatPercentDelta } from '../../units.ts'
import { type CommentContext, minChangeOf } from '../context.ts'
import { terminalText } from '../escape/terminal.ts'
import { cut, oneLine } from '../escape/visible.ts'
import { adviceGroups } from '../model/advice.ts'
import { limitWords } from '../model/budgets.ts'
import { bytesColumn } from '../model/bytes-column.ts'
import { actionable, isLeftover, subjectOf, totalBytes } from '../model/findings.ts'
import { headlineOf, type Tone } from '../model/headline.ts'
import { instructionsByLine, lineText, sideKey } from '../model/lines.ts'
import { count, quoteSome } from '../model/quote.ts'
import { causeWords, restWords, sideOfCause, whyOf, whyVerb } from '../model/why.ts'
import { bar } from './bar.ts'
import { type Cell, cell, layColumns } from './columns.ts'
import { adviceLines, proseLines } from './sections.ts'
import { type Paints, paintsOf, type Style, usableWidth } from './style.ts'
import { wrap } from './width.ts'

interface View {
  readonly review: Review
  readonly context: CommentContext
  readonly width: number
  readonly paints: Paints
}

/** Text for a terminal, with a line end. The exit status is the caller's to tell. */
export const renderReview = (review: Review, context: CommentContext, style: Style): string => {
  const view: View = { review, context, width: usableWidth(style), paints: paintsOf(style) }
  const sections = [
    headline(view),
    sides(view),
    numbers(view),
    notes(view),
    hazards(view),
    why(view),
    advice(view),
    quiet(view),
    budgets(view),
  ]
  return `${sections
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`
}

const MARKS: Readonly<Record<Tone, string>> = { pass: '✓', info: '!', fail: '✗' }

const toneOf = (tone: Tone, paints: Paints) =>
  tone === 'pass' ? paints.good : tone === 'fail' ? paints.bad : paints.notice

const headline = ({ review, context, width, paints }: View): readonly string[] => {
  const { tone, text } = headlineOf(review, minChangeOf(context), null, data => terminalText(cut(data, 300)))
  return wrap(`${MARKS[tone]} ${text}`, width).map(line => toneOf(tone, paints)(paints.strong(line)))
}

const sides = ({ review, width, paints }: View): readonly string[] => {
  const rows = (
    [
      ['base', review.base],
      ['head', review.head],
    ] as const
  ).flatMap(([name, side]) =>
    side === null
      ? []
      : [
          [
            cell(name),
            cell(terminalText(side.ref?.slice(0, 12) ?? side.image.source), paints.name),
            cell(terminalText(side.how ?? ''), paints.faint),
          ],
        ],
  )
  return layColumns([{}, { max: 40 }, { flexible: 'end' }], rows, width)
}

const numbers = ({ review, width, paints }: View): readonly string[] => {
  const { base, head, delta } = review
  const row = (
    name: string,
    from: number | undefined,
    to: number,
    change: number | undefined,
    isBad: boolean,
  ): Cell[] => [
    cell(name),
    cell(from === undefined ? '' : formatBytes(from)),
    cell(formatBytes(to), paints.strong),
    cell(
      change === undefined ? '' : formatDelta(change),
      isBad && (change ?? 0) > 0 ? paints.bad : undefined,
    ),
    cell(
      name === 'content' && delta?.contentPercent != null && delta.content !== 0
        ? formatPercentDelta(delta.contentPercent)
        : '',
      paints.faint,
    ),
  ]
  const rows: Cell[][] = [
    ['', base === null ? '' : 'base', 'head', base === null ? '' : 'change', ''].map(text =>
      cell(text, paints.faint),
    ),
    row('content', base?.size.content, head.size.content, delta?.content, review.verdict === 'fail'),
    row('visible', base?.size.visible, head.size.visible, delta?.visible, false),
    row('hidden', base?.size.hidden, head.size.hidden, delta?.hidden, true),
    row('leftovers', base?.size.leftovers, head.size.leftovers, delta?.leftovers, true),
  ]
  return layColumns(
    [{}, { align: 'right' }, { align: 'right' }, { align: 'right' }, { align: 'right' }],
    rows,
    width,
  )
}

const notes = ({ context, width, paints }: View): readonly string[] =>
  context.notes.slice(0, 10).flatMap(note => proseLines(note, width, paints))

const hazards = ({ review, width, paints }: View): readonly string[] => {
  const shown = review.base === null ? review.hazards.unknown : review.hazards.introduced
  if (shown.length === 0) return []
  const lines = shown.slice(0, 10).flatMap(hazard => {
    const where = [hazard.paths[0], hazard.missing === null ? undefined : `missing ${hazard.missing}`]
    const facts = where.filter(text => text !== undefined).map(text => terminalText(cut(text, 60)))
    return [
      `  ${paints.bad('✗')} ${[paints.strong(terminalText(cut(hazard.title, 60))), ...facts].join('  ')}`,
      ...proseLines(hazard.advice.summary, width - 4, paints).map(line => `    ${line}`),
    ]
  })
  return [paints.strong('Will not work when it runs'), ...lines]
}

const why = ({ review, width, paints }: View): readonly string[] => {
  const told = whyOf(review.causes ?? [], 10)
  if (told.rows.length === 0) return []
  const values = told.rows.map(({ bytes }) => bytes)
  const column = bytesColumn(told.rest === null ? values : [...values, told.rest.bytes], {
    signed: true,
    slack: values.length,
  })
  const largest = Math.max(...values.map(Math.abs))
  const colour = (bytes: number) => (bytes > 0 ? paints.bad : paints.good)
  const rows: Cell[][] = told.rows.map((row, i) => [
    cell(column.cells[i]!, colour(row.bytes)),
    cell(bar(Math.abs(row.bytes), largest, 8), colour(row.bytes)),
    cell(causeWords(row, terminalText)),
    cell(row.line === null ? '' : terminalText(lineText(row.line)), paints.faint),
  ])
  if (told.rest !== null)
    rows.push([cell(column.cells.at(-1)!), cell(''), cell(restWords(told.rest), paints.faint)])
  rows.push([cell(column.total, paints.strong), cell(''), cell('in all', paints.strong)])
  const title = paints.strong(`Why it ${whyVerb(review)}`)
  const table = layColumns([{ align: 'right' }, {}, { flexible: 'end' }, { max: 28 }], rows, width)
  return [title, ...table, ...instructionLines(review, told.rows, width, paints)]
}

/** The instructions that the rows point to, once each. */
const instructionLines = (
  review: Review,
  rows: ReturnType<typeof whyOf>['rows'],
  width: number,
  paints: Paints,
): readonly string[] => {
  const instructions = instructionsByLine(review.lines)
  const lines = new Map(
    rows.flatMap(row =>
      row.line === null ? [] : [[sideKey(row.line, sideOfCause(row)), row.line] as const],
    ),
  )
  const cells = [...lines]
    .filter(([key]) => instructions.has(key))
    .slice(0, 5)
    .map(([key, line]) => [
      cell(terminalText(lineText(line)), paints.faint),
      cell(terminalText(oneLine(instructions.get(key)!)), paints.faint),
    ])
  return cells.length === 0 ? [] : ['', ...layColumns([{ max: 28 }, { flexible: 'end' }], cells, width)]
}

const advice = ({ review, width, paints }: View): readonly string[] => {
  const groups = adviceGroups(actionable(review))
  if (groups.length === 0) return []
  const bytes = groups.reduce((sum, { savesBytes }) => sum + (savesBytes ?? 0), 0)
  const title = bytes > 0 ? `How to get back ${formatBytes(bytes)}` : 'What does not belong there'
  return [paints.strong(title), ...adviceLines(groups, width, paints)]
}

const quiet = ({ review, width, paints }: View): readonly string[] => {
  const resolved = review.findings.resolved.filter(isLeftover)
  const existing = review.findings.existing.filter(isLeftover)
  const inherited = review.findings.inherited.filter(isLeftover)
  const names = quoteSome([...new Set(resolved.map(subjectOf))], 6, name => terminalText(cut(name, 60)))
  const words = (findings: typeof resolved): string =>
    `${formatBytes(totalBytes(findings))} in ${count(findings.length, 'finding')}`
  return [
    ...(resolved.length === 0
      ? []
      : wrap(`No longer in the image, ${formatBytes(totalBytes(resolved))}: ${names}`, width).map(
          paints.good,
        )),
    ...(existing.length === 0
      ? []
      : [paints.faint(`Leftovers on the base branch already: ${words(existing)}`)]),
    ...(inherited.length === 0
      ? []
      : [paints.faint(`Leftovers that came with the base image: ${words(inherited)}`)]),
  ]
}

const budgets = ({ review, width, paints }: View): readonly string[] => {
  const told = review.budgets.map(({ name }) => name)
  const others = review.reasons.filter(reason => !told.some(name => reason.includes(name)))
  const rows = review.budgets.slice(0, 20).map(budget => budgetCells(budget, paints))
  const reasons = others
    .slice(0, 10)
    .flatMap(reason => wrap(`  ${terminalText(cut(reason, 300))}`, width - 2).map(line => `  ${line}`))
  if (rows.length + reasons.length === 0) return []
  const title = rows.length === 0 ? 'Verdict' : 'Budgets'
  return [paints.strong(title), ...layColumns([{}, {}, { flexible: 'end' }, {}], rows, width), ...reasons]
}

const budgetCells = (budget: BudgetResult, paints: Paints): Cell[] => {
  const { name, passed, level, actual } = budget
  const [mark, paint] =
    passed === null
      ? ['–', paints.faint]
      : passed
        ? ['✓', paints.good]
        : level === 'fail'
          ? ['✗', paints.bad]
          : ['!', paints.notice]
  const isGrowth = name === 'max-increase' || name === 'warn-increase'
  const measured =
    actual === null
      ? 'not judged: no baseline'
      : name === 'max-layers'
        ? `${actual} layers`
        : isGrowth
          ? formatDelta(actual)
          : formatBytes(actual)
  return [cell(mark, paint), cell(name), cell(limitWords(budget, terminalText)), cell(measured, paint)]
}
