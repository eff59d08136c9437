/** Words of a Dockerfile line: how builders split, unquote and read them. */

/**
 * Splits at white space outside quotes; quotes and escapes stay in the words. An open quote runs to the end.
 * As BuildKit's parser does for `ENV`, `ARG` and `LABEL`.
 */
export const splitWords = (text: string, escapeChar: string): string[] => {
  const words: string[] = []
  let word = ''
  let quote = ''
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    if (char === escapeChar && quote !== "'") {
      word += char + (text[i + 1] ?? '')
      i++
    } else if (quote === '' && /\s/.test(char)) {
      if (word !== '') words.push(word)
      word = ''
    } else {
      if (quote === '' && (char === '"' || char === "'")) quote = char
      else if (char === quote) quote = ''
      word += char
    }
  }
  if (word !== '') words.push(word)
  return words
}

/** A word without its quotes and escapes; within double quotes an escape counts only before `"`, `$` and itself. */
export const unquote = (word: string, escapeChar: string): string => {
  let out = ''
  let quote = ''
  for (let i = 0; i < word.length; i++) {
    const char = word[i]!
    const next = word[i + 1] ?? ''
    if (char === escapeChar && quote !== "'") {
      const literal = quote === '"' && next !== '"' && next !== '$' && next !== escapeChar
      out += literal ? char + next : next
      i++
    } else if (quote === '' && (char === '"' || char === "'")) quote = char
    else if (char === quote) quote = ''
    else out += char
  }
  return out
}

/** The words of a JSON form; `'mixed'` if an element is not a string, which builders refuse; null if it is no JSON array. */
export const jsonWords = (text: string): readonly string[] | 'mixed' | null => {
  if (!/^\s*\[/.test(text)) return null
  try {
    const parsed: unknown = JSON.parse(text)
    if (!Array.isArray(parsed)) return null
    return parsed.every(word => typeof word === 'string') ? parsed : 'mixed'
  } catch {
    return null
  }
}
