/**
 * Dockerfile text to logical lines: what one instruction is, from which line to which. dockerfile-ast is written for
 * editors and guesses where a builder does not: it does not know `<< EOF`, `0<<EOF` or `<<"A B"`, and takes `\\` at
 * the end of a line for a continuation. A wrong range is a wrong line in a report, so the lines are read here, by the
 * rules of BuildKit's parser, and dockerfile-ast reads what is inside one.
 */
import { UserError } from '../errors.ts'
import type { Heredoc } from './dockerfile.ts'
import { heredocsOf } from './heredocs.ts'
import { jsonWords } from './words.ts'

export interface LogicalLine {
  /** Continuations joined and comment lines dropped, as the builder does. */
  readonly joined: string
  readonly text: string
  /** 1-based, inclusive. */
  readonly start: number
  readonly end: number
  readonly heredocs: readonly Heredoc[]
}

export interface LogicalLines {
  readonly escapeChar: string
  readonly syntax: string | null
  readonly lines: readonly LogicalLine[]
}

/** True for a line that is a comment to the builder, also one between the lines of an instruction. */
export const isComment = (line: string): boolean => /^\s*#/.test(line)
const isBlank = (line: string): boolean => line.trim() === ''

/** Splits a Dockerfile into instructions. UserError for a bad directive or a heredoc that does not end. */
export const readLogicalLines = (text: string, file: string): LogicalLines => {
  const physical = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map(line => line.replace(/\r$/, ''))
  const { escapeChar, syntax } = readDirectives(physical, file)
  const lines: LogicalLine[] = []
  for (let at = 0; at < physical.length; ) {
    if (isBlank(physical[at]!) || isComment(physical[at]!)) {
      at++
      continue
    }
    const head = joinContinuations(physical, at, escapeChar)
    const body = readHeredocs(physical, head.next, head.joined, { file, start: at + 1 })
    const end = body.next > head.next ? body.next : head.end
    if (!isBlank(head.joined))
      lines.push({
        joined: head.joined.trim(),
        text: physical.slice(at, end).join('\n').trim(),
        start: at + 1,
        end,
        heredocs: body.heredocs,
      })
    at = body.next
  }
  return { escapeChar, syntax, lines }
}

/** `# escape=` and `# syntax=` count only in the first lines, before anything else, blank lines included. */
const readDirectives = (
  physical: readonly string[],
  file: string,
): { escapeChar: string; syntax: string | null } => {
  const seen = new Map<string, string>()
  for (const [index, line] of physical.entries()) {
    const match = /^\s*#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/.exec(line)
    const name = match?.[1]?.toLowerCase() ?? ''
    if (!match || !['escape', 'syntax', 'check'].includes(name)) break
    if (seen.has(name))
      throw new UserError(`${file}:${index + 1}: a second "# ${name}=" directive; keep one of the two`)
    seen.set(name, match[2]!)
  }
  const escapeChar = seen.get('escape') ?? '\\'
  if (escapeChar !== '\\' && escapeChar !== '`') {
    const line = physical.findIndex(text => /^\s*#\s*escape\s*=/i.test(text)) + 1
    throw new UserError(`${file}:${line}: "# escape=${escapeChar}" must be a backslash or a backtick`)
  }
  return { escapeChar, syntax: seen.get('syntax') ?? null }
}

/** An escape character at the end continues the line, unless another one is right before it. */
const joinContinuations = (
  physical: readonly string[],
  start: number,
  escapeChar: string,
): { joined: string; end: number; next: number } => {
  const mark = escapeChar === '\\' ? /(^|[^\\])\\[ \t]*$/ : /(^|[^`])`[ \t]*$/
  let joined = ''
  let end = start + 1
  let next = start
  for (; next < physical.length; next++) {
    const line = physical[next]!
    if (next > start && (isComment(line) || isBlank(line))) continue
    end = next + 1
    joined += line.replace(mark, '$1')
    if (!mark.test(line)) return { joined, end, next: end }
  }
  return { joined, end, next }
}

const readHeredocs = (
  physical: readonly string[],
  from: number,
  joined: string,
  where: { file: string; start: number },
): { heredocs: readonly Heredoc[]; next: number } => {
  let next = from
  const heredocs = opensHeredocs(joined).map(({ name, chomp }) => {
    const first = next
    const bare = (line: string): string => (chomp ? line.replace(/^\t+/, '') : line)
    while (next < physical.length && bare(physical[next]!) !== name) next++
    if (next >= physical.length)
      throw new UserError(
        `${where.file}:${where.start}: the heredoc <<${name} does not end; add a line that is ${name} and nothing else`,
      )
    const content = physical.slice(first, next).map(line => `${line}\n`)
    next++
    return { name, chomp, content: content.join('') }
  })
  return { heredocs, next }
}

const opensHeredocs = (joined: string): ReturnType<typeof heredocsOf> => {
  const words = heredocsOf(joined)
  if (words.length === 0) return words
  const body = joined.replace(/^\s*(?:ONBUILD\s+)?\S+\s+(?:--\S+\s+)*/i, '')
  return jsonWords(body) === null ? words : []
}
