/** A review in a terminal: what the pull request would say, for the one who writes it. */
import type { Review } from '../../report/types.ts'
import { formatBytes, formatDelta, formatPercentDelta } from '../../units.ts'
import { type CommentContext, minChangeOf } from '../context.ts'
import { terminalText } from '../escape/terminal.ts'
import { cut } from '../escape/visible.ts'
import { adviceGroups } from '../model/advice.ts'
import { actionable, secretRows } from '../model/findings.ts'
import { headlineOf, type Tone } from '../model/headline.ts'
import { type Cell, cell, layColumns } from './columns.ts'
import { budgetLines, quietLines } from './review-budgets.ts'
import type { ReviewView } from './review-view.ts'
import { whyLines } from './review-why.ts'
import { adviceLines, proseLines, secretLines } from './sections.ts'
import { type Paints, paintsOf, type Style, usableWidth } from './style.ts'
import { wrap } from './width.ts'

/** Text for a terminal, with a line end. The exit status is the caller's to tell. */
export const renderReview = (review: Review, context: CommentContext, style: Style): string => {
  const view: ReviewView = { review, context, width: usableWidth(style), paints: paintsOf(style) }
  const sections = [
    headline(view),
    sides(view),
    numbers(view),
    notes(view),
    secretLines(
      secretRows(view.review).map(row => row.finding),
      view.width,
      view.paints,
    ),
    hazards(view),
    whyLines(view),
    advice(view),
    quietLines(view),
    budgetLines(view),
  ]
  return `${sections
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`
}

const MARKS: Readonly<Record<Tone, string>> = { pass: '✓', info: 'i', warn: '!', fail: '✗' }

const toneOf = (tone: Tone, paints: Paints) =>
  ({ pass: paints.good, info: paints.name, warn: paints.notice, fail: paints.bad })[tone]

const headline = ({ review, context, width, paints }: ReviewView): readonly string[] => {
  const { tone, text } = headlineOf(review, minChangeOf(context), null, data => terminalText(cut(data, 300)))
  return wrap(`${MARKS[tone]} ${text}`, width).map(line => toneOf(tone, paints)(paints.strong(line)))
}

const sides = ({ review, width, paints }: ReviewView): readonly string[] => {
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
  return layColumns([{}, { flexible: 'middle' }, { max: 60 }], rows, width)
}

const numbers = ({ review, width, paints }: ReviewView): readonly string[] => {
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
    ...downloadRow(review),
  ]
  return layColumns(
    [{}, { align: 'right' }, { align: 'right' }, { align: 'right' }, { align: 'right' }],
    rows,
    width,
  )
}

/** What a registry sends, and what of it those who have the base image do not have yet. */
const downloadRow = ({ base, head, delta }: Review): readonly Cell[][] => {
  const { download } = head.size
  if (download === null) return []
  const sign = download.exact ? '' : '≈ '
  const before = base?.size.download ?? null
  const update = delta?.update ?? null
  return [
    [
      cell('download'),
      cell(before === null ? '' : `${before.exact ? '' : '≈ '}${formatBytes(before.bytes)}`),
      cell(`${sign}${formatBytes(download.bytes)}`),
      cell(delta === null || delta.download === null ? '' : `${sign}${formatDelta(delta.download)}`),
      cell(update === null ? '' : `${sign}${formatBytes(update.bytes)} new`),
    ],
  ]
}

const notes = ({ context, width, paints }: ReviewView): readonly string[] =>
  context.notes.slice(0, 10).flatMap(note => proseLines(note, width, paints))

const hazards = ({ review, width, paints }: ReviewView): readonly string[] => {
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

const advice = ({ review, width, paints }: ReviewView): readonly string[] => {
  const groups = adviceGroups(actionable(review))
  if (groups.length === 0) return []
  const bytes = groups.reduce((sum, { savesBytes }) => sum + (savesBytes ?? 0), 0)
  const title = bytes > 0 ? `How to get back ${formatBytes(bytes)}` : 'What does not belong there'
  return [paints.strong(title), ...adviceLines(groups, width, paints)]
}
