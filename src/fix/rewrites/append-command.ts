/** One more command at the end of a `RUN`, in the way its author joins commands. */
import { commandsOf } from '../commands.ts'
import type { InPlace } from './rewrite.ts'

const WIDTH = 100

/** Null where nothing can be joined safely: heredocs, the JSON form, conditions, a comment or a `;` at the end. */
export const appendCommand = (place: InPlace, command: string): readonly string[] | null => {
  const { instruction, lines, dockerfile } = place
  const last = lines.at(-1)
  if (last === undefined || !commandsOf(instruction) || /[;&|]\s*$|(?:^|\s)#/.test(instruction.body))
    return null
  if (/\bexec\s+\S+[^&;]*$/.test(instruction.body)) return null
  const isLong = lines.length > 1
  if (!isLong && last.trimEnd().length + command.length + 4 <= WIDTH)
    return [`${last.trimEnd()} && ${command}`]
  const indentation = isLong ? /^\s*/.exec(last)![0] : `${/^\s*/.exec(last)![0]}    `
  const isLeading =
    !isLong || lines.slice(1).some(line => /^\s*&&/.test(line)) || !/&&\s*[\\`]\s*$/m.test(lines.join('\n'))
  const { escapeChar } = dockerfile
  // the last line may continue a command: then the new one is indented as commands are
  const style = lines.slice(1).find(line => /^\s*&&/.test(line))
  const indent = isLeading && style !== undefined ? /^\s*/.exec(style)![0] : indentation
  return isLeading
    ? [...lines.slice(0, -1), `${last.trimEnd()} ${escapeChar}`, `${indent}&& ${command}`]
    : [...lines.slice(0, -1), `${last.trimEnd()} && ${escapeChar}`, `${indentation}${command}`]
}

/** What the author put before a command, for one that needs the same rights. */
export const sudoOf = (command: string): string => (/^sudo\s/.test(command) ? 'sudo ' : '')
