/** Which heredocs a Dockerfile line opens. */
import { unquote } from './words.ts'

export interface HeredocWord {
  readonly name: string
  readonly chomp: boolean
}

const TAKES_HEREDOCS = /^\s*(?:ONBUILD\s+)?(?:RUN|COPY|ADD)\s/i

/**
 * The heredocs that a folded line opens, in order: `<<EOF`, `<< EOF`, `<<-'EOF'`, `3<<EOF` as words of their own in
 * `RUN`, `COPY` and `ADD`, not in their JSON form (measured with BuildKit 0.33). A line with an open quote has none.
 */
export const heredocsOf = (line: string): readonly HeredocWord[] => {
  if (!line.includes('<<') || !TAKES_HEREDOCS.test(line)) return []
  const words = shellWords(line)
  return words === null ? [] : words.flatMap(word => heredocWord(word) ?? [])
}

/** One word read as a heredoc, or null. */
export const heredocWord = (word: string): HeredocWord | null => {
  const match = /^\d*<<(-?)[\t ]*([^<]*)$/.exec(word)
  if (!match) return null
  const name = unquote(match[2]!, '\\')
  return name === '' ? null : { name, chomp: match[1] === '-' }
}

/** Words with their quotes; white space after `<<` belongs to the word. Null when a quote stays open. */
const shellWords = (line: string): string[] | null => {
  const words: string[] = []
  let word = ''
  const flush = (): void => {
    if (word !== '') words.push(word)
    word = ''
  }
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!
    if (char === '\\') word += char + (line[++i] ?? '')
    else if (char === '"' || char === "'") {
      const end = closingQuote(line, i)
      if (end === -1) return null
      word += line.slice(i, end + 1)
      i = end
    } else if (char === '<' && line[i + 1] === '<') {
      const space = /^<<[\t ]*/.exec(line.slice(i, i + 64))![0]
      word += space
      i += space.length - 1
    } else if (/\s/.test(char)) flush()
    else word += char
  }
  flush()
  return words
}

const closingQuote = (line: string, start: number): number => {
  const quote = line[start]!
  for (let i = start + 1; i < line.length; i++) {
    if (line[i] === '\\' && quote === '"') i++
    else if (line[i] === quote) return i
  }
  return -1
}
