/** A bar of block characters: what a number looks like beside its neighbours. */

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const

/** `part` of `whole` in at most `cells` characters, in eighths; something that is not nothing shows. */
export const bar = (part: number, whole: number, cells: number): string => {
  if (whole <= 0 || part <= 0) return ''
  const eighths = Math.max(1, Math.round((Math.min(part, whole) / whole) * cells * 8))
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!
}
