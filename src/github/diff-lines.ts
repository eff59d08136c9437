/** Which lines of a file a pull request's diff shows, and what they say: only there can a review comment stand. */

/** By line number of the head's file, added lines and those around them; each run of hunks by itself. */
export type DiffLines = ReadonlyMap<number, { readonly text: string; readonly hunk: number }>

/** Reads the `patch` of a file as GitHub's API gives it. */
export const diffLines = (patch: string): DiffLines => {
  const lines = new Map<number, { text: string; hunk: number }>()
  let hunk = 0
  let next = 0
  for (const line of patch.split('\n')) {
    const start = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line)?.[1]
    if (start !== undefined) {
      hunk += 1
      next = Number(start)
    } else if (hunk > 0 && (line.startsWith('+') || line.startsWith(' '))) {
      lines.set(next, { text: line.slice(1).replace(/\r$/, ''), hunk })
      next += 1
    }
  }
  return lines
}

/** Whether the diff shows exactly these lines, in one piece. */
export const showsLines = (shown: DiffLines, start: number, lines: readonly string[]): boolean => {
  const hunk = shown.get(start)?.hunk
  return lines.every((text, i) => {
    const line = shown.get(start + i)
    return line !== undefined && line.hunk === hunk && line.text === text
  })
}
