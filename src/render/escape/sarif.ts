/**
 * The only way for data into SARIF. A message is plain text, yet `[words](target)` in it is a link and `{0}` a
 * placeholder (SARIF 2.1.0, 3.11.5 and 3.11.6), so brackets are escaped and braces set apart. JSON does the quoting.
 */
import { cut, visible } from './visible.ts'

const MESSAGE_MAX = 1000
const URI_MAX = 1000
/** Between a brace and what follows: nobody sees it, and nothing is a placeholder. */
const GAP = '\u200b'

/** One line of message text without links or placeholders. Its backticks stay: they are words of our own. */
export const sarifText = (text: string, max = MESSAGE_MAX): string =>
  cut(visible(text), max)
    .replace(/[[\]\\]/g, '\\$&')
    .replace(/\{(?=\d)/g, `{${GAP}`)

/**
 * A path of the repository as a relative URI reference, or null for one that is not plainly inside: absolute, with a
 * scheme, a drive, `..` or a lone surrogate.
 */
export const sarifUri = (path: string): string | null => {
  const segments = path.split('/').filter(segment => segment !== '' && segment !== '.')
  const outside = path.startsWith('/') || path.includes('\\') || segments.includes('..')
  if (outside || segments.length === 0 || path.length > URI_MAX || /\p{Cs}|\p{Cc}/u.test(path)) return null
  return segments.map(encodeURIComponent).join('/')
}
