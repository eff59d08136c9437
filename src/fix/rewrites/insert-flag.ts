/** A flag written behind a command, on the lines that the author wrote. */
import { isComment } from '../../dockerfile/read-lines.ts'

/**
 * The lines with the flag behind each place; null unless there are as many lines with one as there are commands: a line
 * with two of them, or one in quotes, is left to its author.
 * @param place its first group is what the flag stands behind
 * @param commands how many commands want it, of which at least one
 */
export const insertFlag = (
  lines: readonly string[],
  place: RegExp,
  flag: string,
  commands: number,
): readonly string[] | null => {
  const places = lines.filter(line => !isComment(line) && place.test(line)).length
  if (commands === 0 || commands !== places) return null
  return lines.map(line => (isComment(line) ? line : line.replace(place, `$1 ${flag}`)))
}
