/** How many columns text takes. An approximation of wcwidth(3): combining marks take none, East Asian wide ones two. */

const ZERO = /^\p{M}$/u
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u

const widthOfOne = (character: string): number => (ZERO.test(character) ? 0 : WIDE.test(character) ? 2 : 1)

export const widthOf = (text: string): number => {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let width = 0
  for (const character of text) width += widthOfOne(character)
  return width
}

/** At most `max` columns; what is left out shows as `…` at the end, or in the middle where the end tells more. */
export const fit = (text: string, max: number, where: 'end' | 'middle'): string => {
  if (widthOf(text) <= max) return text
  const characters = Array.from(text)
  const tail =
    where === 'middle' ? takeWidth(characters.toReversed(), Math.floor((max - 1) / 2)).toReversed() : []
  const head = takeWidth(characters, max - 1 - widthOf(tail.join('')))
  return `${head.join('')}…${tail.join('')}`
}

const takeWidth = (characters: readonly string[], max: number): readonly string[] => {
  let width = 0
  let end = 0
  while (end < characters.length) {
    width += widthOfOne(characters[end]!)
    if (width > max) break
    end += 1
  }
  return characters.slice(0, end)
}

/**
 * Lines of at most `max` columns, broken at blanks but not inside `code` in backticks; a longer word has a line of its
 * own.
 */
export const wrap = (text: string, max: number): readonly string[] => {
  const lines: string[] = []
  let line = ''
  for (const word of wordsOf(text, max)) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > max) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return line === '' ? lines : [...lines, line]
}

const wordsOf = (text: string, max: number): readonly string[] =>
  (text.match(/[^\s`]*`[^`]*`[^\s`]*|\S+/g) ?? []).flatMap(word =>
    widthOf(word) > max ? word.split(/\s+/) : [word],
  )
