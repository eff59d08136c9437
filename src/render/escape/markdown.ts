/**
 * The only way for data into Markdown. Every string of an image, a Dockerfile or a commit goes into a code span;
 * sentences of our own may hold `code` in backticks. Checked against cmark-gfm in test/render/escape.
 */
import { cut, shorten, visible } from './visible.ts'

const CODE_MAX = 100
const PROSE_MAX = 400
/** Breaks a word that some program acts on; nobody sees it. */
const GAP = '\u200b'

/** A code span for a paragraph, a heading, a list. Not for a table: there a pipe ends the cell even inside code. */
export const code = (text: string, max = CODE_MAX): string => span(disarm(shorten(visible(text), max)))

/**
 * A code span for a table cell. A pipe is written `\|` (GFM, 4.10); a backslash right before it is set apart, as
 * renderers do not agree on `\\|`.
 */
export const cellCode = (text: string, max = CODE_MAX): string =>
  span(
    disarm(shorten(visible(text), max))
      .replace(/\\(?=\|)/g, `\\${GAP}`)
      .replaceAll('|', '\\|'),
  )

/** Code inside a line of HTML, such as a `<summary>`, where Markdown is not read. */
export const htmlCode = (text: string, max = CODE_MAX): string =>
  `<code>${disarm(shorten(visible(text), max)).replace(/[&<>"]/g, match => HTML_ENTITIES[match]!)}</code>`

const HTML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

/**
 * Code alone does not stop a mention: it is lost when somebody answers by mail. `<!--` could be taken for the marker
 * of another bot that searches the raw text.
 */
const disarm = (text: string): string =>
  text.replace(/@(?=[\w-])|#(?=\d)|GH-(?=\d)|<(?=!--)/gi, match => match + GAP)

const span = (text: string): string => {
  if (text === '') return '`""`'
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map(run => run.length))
  const fence = '`'.repeat(longest + 1)
  // CommonMark 6.1: one blank on both sides is stripped, so it must be ours
  const pad = /^`|`$|^ .* $/s.test(text) && text.trim() !== '' ? ' ' : ''
  return `${fence}${pad}${text}${pad}${fence}`
}

/** Words of our own, a rule's title for one, as plain text in any place: nothing in them is Markdown, HTML or a link. */
export const plain = (text: string, max = PROSE_MAX): string =>
  cut(visible(text), max)
    .trim()
    .replace(LIVE, neutral)
    .replace(/^(?:[-+=]|#(?!\u200b)|\d+(?=[.)](?:\s|$)))/, lead) || '–'

const LIVE = /[&<>$]|[\\`*_[\]~|]|@|#(?=\d)|GH-(?=\d)|:(?=\/\/|[\w+-]+:)|www(?=\.)|[0-9a-f]{6}(?=[0-9a-f])/gi

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', $: '&#36;' }

const neutral = (match: string): string =>
  ENTITIES[match] ?? (/[\\`*_[\]~|]/.test(match) ? `\\${match}` : match + GAP)

/** What would open a list or a heading at the start of a line. */
const lead = (match: string): string => (/\d/.test(match) ? `${match}${GAP}` : `\\${match}`)

/** A sentence with `code` in backticks. An odd backtick is text. */
export const prose = (text: string, max = PROSE_MAX): string => withCode(text, max, code)

/** The same for a table cell. */
export const cellProse = (text: string, max = PROSE_MAX): string => withCode(text, max, cellCode)

const withCode = (text: string, max: number, quote: (text: string) => string): string =>
  cut(text, max)
    .split(/(`[^`]+`)/)
    .map((part, i) => (i % 2 === 1 ? quote(part.slice(1, -1)) : between(part, max)))
    .join('')
    .trim() || '–'

/** Plain words with the blanks at their ends, which set them off from the code beside them. */
const between = (text: string, max: number): string => {
  if (text === '') return ''
  if (text.trim() === '') return ' '
  return `${/^\s/.test(text) ? ' ' : ''}${plain(text, max)}${/\s$/.test(text) ? ' ' : ''}`
}

/**
 * Our own link, or the label alone when the address is not plainly one: http or https, no blank, no character that
 * Markdown knows, 500 characters at most.
 */
export const link = (label: string, url: string | null): string =>
  url !== null && url.length <= 500 && /^https?:\/\/[\w.:@~%/?=&#,;+-]+$/.test(url)
    ? `[${label}](${url})`
    : label

/**
 * Lines of a diff in a fence that they cannot close. Null when a character would not show or would have to be
 * disarmed: a change that a person copies must be exactly what he sees.
 */
export const diffFence = (before: string, after: string): string | null => {
  if (before === after) return null
  const side = (text: string, sign: string): string[] =>
    text === ''
      ? []
      : text
          .replace(/\n$/, '')
          .split('\n')
          .map(line => `${sign}${line.replaceAll('\t', '    ')}`)
  const lines = [...side(before, '-'), ...side(after, '+')]
  return lines.length > 24 || !lines.every(isHarmless) ? null : fenced('diff', lines)
}

/** A unified diff in a fence that it cannot close; null as above, or where it is longer than `maxLines`. */
export const unifiedFence = (diff: string, maxLines: number): string | null => {
  const lines = diff.replace(/\n$/, '').replace(/\r$/gm, '').replaceAll('\t', '    ').split('\n')
  return lines.length > maxLines || !lines.every(isHarmless) ? null : fenced('diff', lines)
}

/** A suggestion that GitHub applies as it stands. Null when a character would not show: it must be exactly what is seen. */
export const suggestionFence = (lines: readonly string[]): string | null => {
  const isShown = (line: string): boolean => {
    const spaced = line.replaceAll('\t', ' ')
    return line.length <= 1000 && visible(spaced) === spaced
  }
  return lines.length === 0 || !lines.every(isShown) ? null : fenced('suggestion', lines)
}

/** A fence longer than any run of backticks in it. */
const fenced = (kind: string, lines: readonly string[]): string => {
  const runs = lines.join('\n').match(/`+/g) ?? []
  const fence = '`'.repeat(Math.max(3, ...runs.map(run => run.length + 1)))
  return [`${fence}${kind}`, ...lines, fence].join('\n')
}

const isHarmless = (line: string): boolean =>
  line.length <= 200 && visible(line) === line && disarm(line) === line
