/** What `plimsoll fix` prints: one line with the figure, the diff, the proof. */
import type { FixOutcome } from '../fix/outcome.ts'
import { formatBytes, formatDelta } from '../units.ts'
import { terminalText } from './escape/terminal.ts'
import { type Paints, paintsOf, type Style } from './terminal/style.ts'

/** Text for a terminal, with a line end. */
export const renderFix = (outcome: FixOutcome, style: Style): string => {
  const paints = paintsOf(style)
  const sections = outcome.shown ? shownSections(outcome, paints) : hiddenSections(outcome, paints)
  return `${sections
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`
}

const shownSections = (outcome: FixOutcome, paints: Paints): string[][] => [
  [
    paints.good(
      paints.strong(
        `✓ ${formatDelta(-(outcome.saves ?? 0))}, built and checked: ${formatBytes(outcome.size?.before ?? 0)} → ${formatBytes(outcome.size?.after ?? 0)}`,
      ),
    ),
  ],
  diffLines(outcome.diff, paints),
  ['Proof', ...proofLines(outcome, paints)],
  reasonLines('Why no other', outcome),
]

const hiddenSections = (outcome: FixOutcome, paints: Paints): string[][] => [
  [paints.strong('No smaller Dockerfile to show.')],
  reasonLines('Why', outcome),
]

const reasonLines = (title: string, { reasons }: FixOutcome): string[] =>
  reasons.length === 0 ? [] : [title, ...reasons.map(reason => `  ${terminalText(reason)}`)]

const proofLines = ({ proof }: FixOutcome, paints: Paints): string[] =>
  proof.map(
    ({ step, passed, detail }) =>
      `  ${passed ? paints.good('✓') : paints.bad('✗')} ${terminalText(step)}: ${terminalText(detail)}`,
  )

/** Tabs stay: a diff is copied. */
const diffLines = (diff: string, paints: Paints): string[] =>
  diff
    .replace(/\n$/, '')
    .split('\n')
    .map(line => {
      const shown = line.replace(/\r$/, '').split('\t').map(terminalText).join('\t')
      if (/^(\+\+\+|---|@@)/.test(line)) return paints.faint(shown)
      return line.startsWith('+') ? paints.good(shown) : line.startsWith('-') ? paints.bad(shown) : shown
    })
