/** Small pieces of sentences. Paths and names are the image's: whoever renders them escapes what a sink wants escaped. */

/** As code; a backtick in it would end the quotation. */
export const code = (text: string): string => `\`${text.replaceAll('`', "'")}\``

/** "`/a`", "`/a` and `/b`", "`/a`, `/b` and 3 more". */
export const list = (names: readonly string[], shown = 3): string => {
  const quoted = names.map(code)
  if (quoted.length === 1) return quoted[0]!
  if (quoted.length <= shown) return `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`
  return `${quoted.slice(0, shown - 1).join(', ')} and ${quoted.length - shown + 1} more`
}

export const verb = (count: number, one: string, many: string): string => (count === 1 ? one : many)
