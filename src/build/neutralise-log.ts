/** Makes a line of foreign output harmless in a log that a runner reads for commands. */

/** No line of a log is longer than this, in bytes of UTF-8. */
export const LINE_CAP_BYTES = 64 * 1024

const CUT = ' … (cut: the line is longer than 64 KiB)'

/** ECMA-48: control sequences, strings ended by BEL or ST, and the two-character escapes. */
const ANSI =
  /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\|[ -/]+[0-~]|[@-Z\\-_])/g

/** A carriage return ends a line for the runner; what is not seen may be skipped when strings are compared. */
const UNSEEN = /[\r\p{Cf}\p{Default_Ignorable_Code_Point}]/gu

const CONTROL = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]/g

/**
 * Strips ANSI sequences, carriage returns and invisible characters, shows other control characters as `\xNN`, caps the
 * line, and breaks both forms of a runner command: `::` after leading white space and `##[` anywhere (actions/runner,
 * ActionCommand.cs: `TryParseV2` trims and asks `StartsWith`, `TryParse` asks `IndexOf`).
 * @param line without its line end
 */
export const neutraliseLine = (line: string): string => {
  const shown = line
    .slice(0, LINE_CAP_BYTES)
    .replace(ANSI, '')
    .replace(UNSEEN, '')
    .replace(CONTROL, character => shownAs(character.charCodeAt(0)))
    .replace(/^(\s*)::/, '$1: :')
    .replaceAll('##[', '## [')
    .replace(/\p{Surrogate}/gu, '\ufffd')
  return capped(shown, line.length > LINE_CAP_BYTES)
}

const shownAs = (code: number): string =>
  code > 0xff ? `\\u${code.toString(16)}` : `\\x${code.toString(16).padStart(2, '0')}`

const capped = (line: string, wasCut: boolean): string => {
  const bytes = Buffer.from(line)
  const room = LINE_CAP_BYTES - Buffer.byteLength(CUT)
  if (bytes.length <= (wasCut ? room : LINE_CAP_BYTES)) return wasCut ? line + CUT : line
  // A character cut in half decodes to U+FFFD, which may be longer than what was left of it
  return (
    bytes
      .subarray(0, room - 3)
      .toString('utf8')
      .replace(/\ufffd$/, '') + CUT
  )
}
