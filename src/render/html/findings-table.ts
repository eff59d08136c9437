/** Below the map: what does not belong in the image, and what to change. */
import { isLeftover, subjectOf } from '../../report/finding.ts'
import type { Finding, ImageReport, LineRange, Review } from '../../report/types.ts'
import { formatBytes } from '../../units.ts'
import { html } from '../escape/html.ts'
import { cut, shorten } from '../escape/visible.ts'
import { findingRows, ORIGIN_WORDS } from '../model/findings.ts'
import { lineText, stageWords } from '../model/lines.ts'

const MAX_FINDINGS = 150
/** Of all rows, in characters: names may be long, and longer when they are escaped. */
const MAX_LENGTH = 80_000

interface Row {
  readonly finding: Finding
  readonly since: string
}

export const findingsTable = (subject: Review | ImageReport): string => {
  const rows = rowsOf(subject)
  if (rows.length === 0) return ''
  const shown = withinLength(rows.slice(0, MAX_FINDINGS).map(rowHtml))
  const left = rows.length - shown.length
  return `<section aria-label="Findings">
<table>
<caption>What does not belong (${rows.length})</caption>
<thead><tr><th scope="col" class="n">Size</th><th scope="col">Finding</th><th scope="col">Where</th><th scope="col">Line</th><th scope="col">Since</th><th scope="col">What to change</th></tr></thead>
<tbody>
${shown.join('\n')}
</tbody>
</table>
${left > 0 ? `<p class="foot">${left} smaller ones are not listed.</p>\n` : ''}</section>
`
}

const withinLength = (rows: readonly string[]): readonly string[] => {
  let length = 0
  const end = rows.findIndex(row => {
    length += row.length
    return length > MAX_LENGTH
  })
  return end < 0 ? rows : rows.slice(0, end)
}

const rowsOf = (subject: Review | ImageReport): readonly Row[] =>
  'verdict' in subject
    ? findingRows(subject).map(({ finding, origin }) => ({ finding, since: ORIGIN_WORDS[origin] }))
    : [...subject.findings]
        .sort((a, b) => Number(isLeftover(b)) - Number(isLeftover(a)) || b.bytes - a.bytes)
        .map(finding => ({ finding, since: finding.inherited === true ? 'base image' : 'this image' }))

const rowHtml = ({ finding, since }: Row): string => {
  const { title, bytes, line, madeBy, certainty, advice } = finding
  const cells = [
    `<td class="n">${formatBytes(bytes)}</td>`,
    `<th scope="row">${html(cut(title, 120))}${certainty === 'hint' ? ' <span class="same">(hint)</span>' : ''}</th>`,
    `<td><code>${html(shorten(subjectOf(finding), 160))}</code></td>`,
    `<td>${[line ? place(line) : '', stageWords(madeBy, quote, place)].filter(Boolean).join(', ')}</td>`,
    `<td>${since}</td>`,
    `<td>${prose(cut(advice.summary, 300))}</td>`,
  ]
  return `<tr>${cells.join('')}</tr>`
}

const quote = (data: string): string => `<code>${html(shorten(data, 120))}</code>`
const place = (line: LineRange): string => quote(lineText(line))

/** A sentence with `code` in backticks. */
const prose = (text: string): string =>
  text
    .split(/`([^`]+)`/)
    .map((part, i) => (i % 2 === 1 ? `<code>${html(part)}</code>` : html(part)))
    .join('')
