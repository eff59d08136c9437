/** JSON for people and programs. */

/** Inside strings only, as JSON itself has no such character but the line end. */
const UNSEEN = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Co}]/gu

/**
 * Two blanks of indentation and a line end. Control and format characters are written as escapes, so that the text may
 * go to a terminal. Keys keep the order in which the value has them.
 */
export const renderJson = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replace(UNSEEN, escapeUnits)}\n`

const escapeUnits = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('')
