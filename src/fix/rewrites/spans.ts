/** Edits that belong together become one, with what other rewrites change between them. */
import { applyEdits, type Edit } from '../edit.ts'
import type { InPlaceEdit } from './rewrite.ts'

interface Span {
  /** Of the rewrite. */
  readonly id: string
  readonly edits: readonly Edit[]
}

/**
 * The edits of single instructions and of spans, in the order of the file. A span that wants a line which another edit
 * changes is left out.
 * @param physical the lines of the file
 */
export const withSpans = (
  physical: readonly string[],
  single: readonly InPlaceEdit[],
  spans: readonly Span[],
): readonly InPlaceEdit[] => {
  let all = single
  for (const { id, edits } of spans) {
    const start = Math.min(...edits.map(edit => edit.start))
    const end = Math.max(...edits.map(edit => edit.end))
    const inside = all.filter(edit => edit.start <= end && edit.end >= start)
    const isCut = inside.some(
      edit => edit.start < start || edit.end > end || edits.some(each => overlap(each, edit)),
    )
    if (edits.length === 0 || isCut) continue
    const moved = [...edits, ...inside].map(edit => ({
      ...edit,
      start: edit.start - start + 1,
      end: edit.end - start + 1,
    }))
    const text = applyEdits(
      physical
        .slice(start - 1, end)
        .map(line => `${line}\n`)
        .join(''),
      moved,
    )
    const rewrites = [...new Set([...inside.flatMap(edit => edit.rewrites), id])]
    const whole = { start, end, lines: text.split('\n').slice(0, -1), rewrites }
    all = [...all.filter(edit => !inside.includes(edit)), whole]
  }
  return all.toSorted((a, b) => a.start - b.start)
}

const overlap = (a: Edit, b: Edit): boolean => a.start <= b.end && b.start <= a.end
