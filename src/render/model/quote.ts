/** Writes a string of data for one sink: a code span in Markdown, visible characters in a terminal. */
export type Quote = (data: string) => string

/** Up to `max` names, and how many more there are: "`a`, `b` and 3 more". One more is named as well. */
export const quoteSome = <T = string>(
  names: readonly T[],
  max: number,
  quote: (name: T) => string,
): string => {
  if (names.length <= max + 1) return names.map(quote).join(', ')
  return `${names.slice(0, max).map(quote).join(', ')} and ${names.length - max} more`
}

/** `1 finding`, `2 findings`. */
export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`
