/** Changes to a text by lines. What no edit names stays as it is, byte for byte. */

/** Replaces lines `start` to `end` (1-based, inclusive); `end` one less than `start` puts lines before `start`. */
export interface Edit {
  readonly start: number
  readonly end: number
  /** Without line ends. */
  readonly lines: readonly string[]
}

/** Edits may not overlap. New lines end as the text's first line does. */
export const applyEdits = (text: string, edits: readonly Edit[]): string => {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? []
  const end = lines[0]?.endsWith('\r\n') ? '\r\n' : '\n'
  const ordered = edits.toSorted((a, b) => a.start - b.start || a.end - b.end)
  const result: string[] = []
  let next = 1
  const copyTo = (line: number): void => {
    for (; next < line; next += 1) {
      const whole = lines[next - 1]
      if (whole !== undefined) result.push(whole)
    }
  }
  for (const edit of ordered) {
    copyTo(edit.start)
    const last = result.at(-1)
    if (edit.lines.length > 0 && last !== undefined && !last.endsWith('\n'))
      result[result.length - 1] = last + end
    const replaced = lines[edit.end - 1]
    edit.lines.forEach((line, index) => {
      const isLast = index === edit.lines.length - 1
      // a last line without an end stays one
      const open = isLast && edit.end >= lines.length && edit.end >= edit.start && !replaced?.endsWith('\n')
      result.push(open ? line : line + end)
    })
    next = Math.max(next, edit.end + 1)
  }
  copyTo(lines.length + 1)
  return result.join('')
}
