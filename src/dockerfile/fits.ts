/** Text of a Dockerfile against text of a history, where the builder has put in the values of variables. */
import { collapse } from './read-instruction.ts'

/** Whether the text, its variables taken as wildcards and quotes as nothing, is the one of the history. */
export const fits = (text: string, history: string): boolean => {
  const bare = (part: string): string => collapse(part.replace(/["'\\]/g, ''))
  const parts = text
    .split(/\$(?:\{[^}]*\}+|\w+)/)
    .map(part => part.replace(/["'\\]/g, '').replace(/\s+/g, ' '))
  if (parts.length === 1) return bare(text) === bare(history)
  const target = bare(history)
  const [first, last] = [parts[0]!.trimStart(), parts.at(-1)!.trimEnd()]
  if (!target.startsWith(first) || !target.endsWith(last)) return false
  let from = first.length
  for (const part of parts.slice(1, -1)) {
    const at = target.indexOf(part, from)
    if (at === -1) return false
    from = at + part.length
  }
  return from <= target.length - last.length
}
