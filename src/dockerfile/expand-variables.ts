/** `$X`, `${X}`, `${X:-word}` and their kind, as builders substitute them. */
import { unquote } from './words.ts'

/** The value of a variable; undefined when it is not set. */
export type Lookup = (name: string) => string | undefined

/**
 * Substitutes variables and removes quotes; a variable that is not set becomes nothing. Null when the text uses a
 * form that is not known here (`${X#pattern}`, `${X/a/b}`), nests more than sixteen deep, or leaves a brace or a quote open.
 */
export const expandVariables = (text: string, lookup: Lookup, escapeChar = '\\'): string | null =>
  expand(text, lookup, escapeChar, 0)

const DEEPEST = 16

const expand = (text: string, lookup: Lookup, escapeChar: string, depth: number): string | null => {
  if (depth > DEEPEST) return null
  let out = ''
  let quoted = false
  for (let i = 0; i < text.length; ) {
    const char = text[i]!
    if (char === escapeChar) {
      out += text.slice(i, i + 2)
      i += 2
    } else if (char === "'" && !quoted) {
      const end = text.indexOf("'", i + 1)
      if (end === -1) return null
      out += text.slice(i, end + 1)
      i = end + 1
    } else if (char === '$') {
      const reference = readReference(text, i)
      const value =
        reference && substitute(reference, word => expand(word, lookup, escapeChar, depth + 1), lookup)
      if (!reference || typeof value !== 'string') return null
      out += protect(value, escapeChar)
      i = reference.end
    } else {
      if (char === '"') quoted = !quoted
      out += char
      i++
    }
  }
  return quoted ? null : unquote(out, escapeChar)
}

interface Reference {
  readonly name: string
  /** `''`, `:-`, `-`, `:+`, `+`, `:?` or `?`. */
  readonly operator: string
  readonly word: string
  readonly end: number
}

const readReference = (text: string, start: number): Reference | null => {
  const plain = /^\$([A-Za-z_]\w*|\d)/.exec(text.slice(start, start + 256))
  if (plain) return { name: plain[1]!, operator: '', word: '', end: start + plain[0].length }
  if (text[start + 1] !== '{') return { name: '', operator: '', word: '', end: start + 1 }
  const end = closingBrace(text, start + 1)
  const match = end === -1 ? null : /^(\w+)(?:(:?[-+?])([\s\S]*))?$/.exec(text.slice(start + 2, end))
  return match && { name: match[1]!, operator: match[2] ?? '', word: match[3] ?? '', end: end + 1 }
}

const closingBrace = (text: string, open: number): number => {
  let depth = 0
  for (let i = open; i < text.length; i++) {
    if (text[i] === '{') depth++
    else if (text[i] === '}' && --depth === 0) return i
  }
  return -1
}

const substitute = (
  { name, operator, word }: Reference,
  expandWord: (word: string) => string | null,
  lookup: Lookup,
): string | null => {
  if (name === '') return '$'
  const value = lookup(name)
  const present = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined
  if (operator.endsWith('+')) return present ? expandWord(word) : ''
  if (operator.endsWith('-') && !present) return expandWord(word)
  if (operator.endsWith('?') && !present) return null
  return value ?? ''
}

/** A value's own quotes are text. */
const protect = (value: string, escapeChar: string): string =>
  value.replace(/["'\\`]/g, char => (char === '`' && escapeChar !== '`' ? char : escapeChar + char))
