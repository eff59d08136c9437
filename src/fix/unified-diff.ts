/** Two texts to a unified diff, as `git apply` and `patch -p1` take it. */
import { commonSubsequence } from '../report/common-subsequence.ts'

const CONTEXT_LINES = 3

interface Line {
  readonly kind: ' ' | '-' | '+'
  readonly text: string
  /** How many lines of each side come before it. */
  readonly a: number
  readonly b: number
}

/**
 * Empty where the texts are equal. Lines keep their ends: a carriage return stays in its line.
 * @param path with `a/` and `b/` before it in the heading
 */
export const unifiedDiff = (path: string, from: string, to: string): string => {
  if (from === to) return ''
  const a = splitLines(from)
  const b = splitLines(to)
  const lines = diffLines(a, b)
  const hunks = groupHunks(lines)
  const isNew = from === ''
  return [`--- ${isNew ? '/dev/null' : `a/${path}`}`, `+++ b/${path}`, ...hunks.map(hunkText)]
    .join('\n')
    .concat('\n')
}

/** With their ends, so that a last line without one differs from a last line with one. */
const splitLines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

const diffLines = (a: readonly string[], b: readonly string[]): Line[] => {
  const lines: Line[] = []
  let i = 0
  let j = 0
  const upTo = (x: number, y: number): void => {
    for (; i < x; i += 1) lines.push({ kind: '-', text: a[i]!, a: i, b: j })
    for (; j < y; j += 1) lines.push({ kind: '+', text: b[j]!, a: i, b: j })
  }
  for (const [x, y] of commonSubsequence(a, b)) {
    upTo(x, y)
    lines.push({ kind: ' ', text: a[x]!, a: i, b: j })
    i += 1
    j += 1
  }
  upTo(a.length, b.length)
  return lines
}

const groupHunks = (lines: readonly Line[]): Line[][] => {
  const near = new Set<number>()
  lines.forEach((line, index) => {
    if (line.kind === ' ') return
    for (let at = index - CONTEXT_LINES; at <= index + CONTEXT_LINES; at += 1) near.add(at)
  })
  const hunks: Line[][] = []
  lines.forEach((line, index) => {
    if (!near.has(index)) return
    if (!near.has(index - 1) || hunks.length === 0) hunks.push([])
    hunks.at(-1)!.push(line)
  })
  return hunks
}

const hunkText = (lines: readonly Line[]): string => {
  const [first] = lines
  const before = lines.filter(line => line.kind !== '+').length
  const after = lines.filter(line => line.kind !== '-').length
  const start = (at: number, count: number): string => `${count === 0 ? at : at + 1},${count}`
  const body = lines.map(({ kind, text }) =>
    text.endsWith('\n') ? `${kind}${text.slice(0, -1)}` : `${kind}${text}\n\\ No newline at end of file`,
  )
  return [`@@ -${start(first!.a, before)} +${start(first!.b, after)} @@`, ...body].join('\n')
}
