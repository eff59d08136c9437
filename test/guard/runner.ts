/**
 * What the runner makes of a line that a step prints, written anew from actions/runner's ActionCommand.cs and GitHub's
 * documentation of workflow commands. Broader than the runner: any name counts as one that it knows.
 */

export interface RunnerCommand {
  readonly form: '::' | '##['
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly data: string
}

/** C# compares by culture, where these count for nothing. */
const IGNORED = /[\p{Cf}\p{Default_Ignorable_Code_Point}\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]/gu

/** `TryProcessCommand`: the new form first, then the old one. */
export const commandIn = (line: string): RunnerCommand | null => {
  const compared = line.replace(IGNORED, '')
  return newForm(compared) ?? oldForm(compared)
}

/** The commands that a program's output gives, line by line. A carriage return ends a line too. */
export const commandsIn = (output: string): RunnerCommand[] =>
  output
    .split(/\r\n|\r|\n/)
    .map(commandIn)
    .filter(command => command !== null)

/** `TryParseV2`: after leading blanks `::name key=value,key=value::data`. */
const newForm = (line: string): RunnerCommand | null => {
  const message = line.replace(/^[\s\x85]+/, '')
  if (!message.startsWith('::')) return null
  const end = message.indexOf('::', 2)
  if (end < 0) return null
  const [info, data] = [message.slice(2, end), message.slice(end + 2)]
  const space = info.indexOf(' ')
  const name = space < 0 ? info : info.slice(0, space)
  const properties = space < 0 ? {} : propertiesOf(info.slice(space + 1).trim(), ',')
  return { form: '::', name, properties, data: unescaped(data, []) }
}

/** `TryParse`: `##[name key=value;key=value]data`, wherever in the line it begins. */
const oldForm = (line: string): RunnerCommand | null => {
  const begin = line.indexOf('##[')
  const end = begin < 0 ? -1 : line.indexOf(']', begin)
  if (end < 0) return null
  const info = line.slice(begin + 3, end)
  const space = info.indexOf(' ')
  const name = space < 0 ? info : info.slice(0, space)
  const properties = space < 0 ? {} : propertiesOf(info.slice(space + 1), ';')
  return { form: '##[', name, properties, data: line.slice(end + 1) }
}

const propertiesOf = (text: string, separator: ',' | ';'): Record<string, string> =>
  Object.fromEntries(
    text
      .split(separator)
      .filter(pair => pair.includes('='))
      .map(pair => {
        const at = pair.indexOf('=')
        return [pair.slice(0, at), unescaped(pair.slice(at + 1), [':', ','])]
      }),
  )

const unescaped = (text: string, more: readonly string[]): string =>
  [...more, '\n', '\r', '%'].reduce(
    (rest, character) => rest.replaceAll(`%${hexOf(character)}`, character),
    text,
  )

const hexOf = (character: string): string =>
  character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')

/** `GITHUB_OUTPUT` as the runner reads it: `name=value`, or `name<<DELIMITER`, lines, `DELIMITER`. Throws where it would. */
export const readOutputFile = (content: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  const lines = content.split(/\r\n|\n|\r/)
  if (lines.at(-1) === '') lines.pop()
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!
    if (line === '') continue
    const equals = line.indexOf('=')
    const heredoc = line.indexOf('<<')
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      if (equals === 0) throw new Error(`an output without a name: ${line}`)
      found.set(line.slice(0, equals), line.slice(equals + 1))
    } else if (heredoc > 0 && line.length > heredoc + 2) {
      const delimiter = line.slice(heredoc + 2)
      const end = lines.indexOf(delimiter, at + 1)
      if (end < 0) throw new Error(`the delimiter ${delimiter} never comes`)
      found.set(line.slice(0, heredoc), lines.slice(at + 1, end).join('\n'))
      at = end
    } else throw new Error(`neither name=value nor name<<delimiter: ${line}`)
  }
  return found
}
