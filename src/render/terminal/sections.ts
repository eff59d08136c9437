/** Parts that the views of an image and of a review share. */
import { subjectOf } from '../../report/finding.ts'
import type { Finding } from '../../report/types.ts'
import { formatBytes } from '../../units.ts'
import { terminalText } from '../escape/terminal.ts'
import { cut } from '../escape/visible.ts'
import { type AdviceGroup, weighAdvice } from '../model/advice.ts'
import { bytesColumn } from '../model/bytes-column.ts'
import { lineText } from '../model/lines.ts'
import { quoteSome } from '../model/quote.ts'
import type { Paints } from './style.ts'
import { widthOf, wrap } from './width.ts'

/** A sentence with its `code` painted; where there is no colour, the backticks stay. */
export const proseLines = (text: string, width: number, paints: Paints): readonly string[] => {
  const lines = wrap(terminalText(cut(text, 600)), width)
  const colored = paints.name('x') !== 'x'
  return colored
    ? lines.map(line => line.replace(/`([^`]+)`/g, (_, code: string) => paints.name(code)))
    : lines
}

/** Where each secret lies and of what kind it is, never what it says; empty when there is none. */
export const secretLines = (
  secrets: readonly Finding[],
  width: number,
  paints: Paints,
  max = 10,
): readonly string[] => {
  if (secrets.length === 0) return []
  const lines = secrets.slice(0, max).flatMap(secret => {
    const where =
      secret.line === null ? '' : `  ${paints.faint(terminalText(cut(lineText(secret.line), 40)))}`
    return [
      `  ${paints.bad('✗')} ${paints.strong(terminalText(cut(subjectOf(secret), 60)))}${where}`,
      ...proseLines(secret.reason, width - 4, paints).map(line => `    ${line}`),
    ]
  })
  const more = secrets.length > max ? [`  and ${secrets.length - max} more`] : []
  return [paints.strong('Secrets in the image'), ...lines, ...more]
}

/** Changes: bytes, what goes, where; and below it how, once for those that need the same. */
export const adviceLines = (
  groups: readonly AdviceGroup[],
  width: number,
  paints: Paints,
  max = 12,
): readonly string[] => {
  const { main, minor } = weighAdvice(groups)
  const column = bytesColumn(
    main.map(({ savesBytes }) => savesBytes ?? 0),
    { signed: false },
  )
  const bytesWidth = Math.max(...main.map((_, i) => widthOf(column.cells[i]!)), 8)
  const room = width - bytesWidth - 4
  const lines = main.slice(0, max).flatMap((group, i) => {
    const saves = group.savesBytes === null ? '' : column.cells[i]!
    const head = `  ${paints.strong(saves.padStart(bytesWidth))}  ${headWords(group, room, paints)}`
    const isKnown = main[i - 1]?.summary === group.summary
    const how = isKnown ? [] : proseLines(group.summary, room, paints)
    return [head, ...how.map(line => ' '.repeat(bytesWidth + 4) + line)]
  })
  if (minor.length > 0 && main.length <= max) {
    const names = quoteSome(
      minor,
      3,
      ({ titles, savesBytes, bytes }) => `${titles[0]!} ${formatBytes(savesBytes ?? bytes)}`,
    )
    return [
      ...lines,
      ...proseLines(`Hardly worth it: ${names}`, width - 2, paints).map(line => `  ${paints.faint(line)}`),
    ]
  }
  const left = [...main.slice(max), ...minor]
  if (left.length === 0) return lines
  return [
    ...lines,
    `  and ${left.length} more, ${formatBytes(left.reduce((sum, { bytes }) => sum + bytes, 0))}`,
  ]
}

/** " ← build:5": the stage that made it, and its line there. */
const stageText = (madeBy: AdviceGroup['madeBy']): string =>
  madeBy === null ? '' : ` ← ${madeBy.stage}${madeBy.line === null ? '' : `:${madeBy.line.start}`}`

/** `GCC, C headers: gcc-12, cpp-12 ← build-essential  Dockerfile:14`, the names shortened to the width. */
const headWords = (
  { titles, subjects, requestedBy, line, madeBy }: AdviceGroup,
  width: number,
  paints: Paints,
): string => {
  const asked = requestedBy.filter(name => !subjects.includes(name))
  const names =
    quoteSome(subjects, 3, text => text) + (asked.length === 0 ? '' : ` ← ${asked.slice(0, 2).join(', ')}`)
  const where = line === null ? '' : terminalText(cut(lineText(line) + stageText(madeBy), 40))
  const whole = quoteSome(titles, 3, text => text)
  const title = terminalText(cut(whole, Math.max(24, Math.min(60, width - widthOf(where) - 20))))
  const room = Math.max(12, width - widthOf(title) - widthOf(where) - 4)
  return [paints.strong(title), terminalText(cut(names, room)), paints.faint(where)]
    .filter(text => text !== '')
    .join('  ')
}
