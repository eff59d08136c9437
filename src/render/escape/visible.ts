/** What every sink needs first: characters that a reader cannot see, or that change what he sees, are spelled out. */

/**
 * Controls, format characters (bidi, zero-width), line separators, lone surrogates, private use, default-ignorable
 * characters (Unicode, DerivedCoreProperties) and every space but the plain one.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** The text in one line, with `\n`, `\x1b`, `\u202e` or `\u{e0041}` in place of each character that does not show. */
export const visible = (text: string): string => text.replace(INVISIBLE, spell)

const spell = (character: string): string => {
  const named = NAMED[character]
  if (named !== undefined) return named
  const hex = character.codePointAt(0)!.toString(16)
  if (hex.length <= 2) return `\\x${hex.padStart(2, '0')}`
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`
}

/** At most `max` characters: the middle gives way, as the end of a path tells more than its middle. */
export const shorten = (text: string, max: number): string => {
  if (text.length <= max) return text
  const characters = Array.from(text)
  if (characters.length <= max) return text
  const tail = Math.floor((max - 1) / 2)
  return `${characters.slice(0, max - 1 - tail).join('')}…${characters.slice(characters.length - tail).join('')}`
}

/** At most `max` characters: the end gives way. For sentences and instructions. */
export const cut = (text: string, max: number): string => {
  if (text.length <= max) return text
  const characters = Array.from(text)
  return characters.length <= max
    ? text
    : `${characters
        .slice(0, max - 1)
        .join('')
        .trimEnd()}…`
}

/** One run of blanks or line ends is one blank: a Dockerfile instruction in one line. */
export const oneLine = (text: string): string =>
  text
    .replace(/\s*\\?\s*\n\s*/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
