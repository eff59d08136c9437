/** One command less in a `RUN`, in the way its author joins commands. */
import type { Dockerfile } from '../../dockerfile/dockerfile.ts'
import { parseDockerfile } from '../../dockerfile/parse-dockerfile.ts'
import { isComment } from '../../dockerfile/read-lines.ts'
import { commandsOf } from '../commands.ts'

/**
 * The lines without one command of several; null where that is not a matter of one line, or what stays would not be the
 * same commands.
 * @param command as `commandsOf` gives it
 */
export const withoutCommand = (
  dockerfile: Dockerfile,
  lines: readonly string[],
  command: string,
): readonly string[] | null => {
  const before = read(dockerfile, lines)
  if (!before) return null
  const wanted = before.filter(each => each !== command)
  if (wanted.length !== before.length - 1) return null
  return (
    ways(lines, command, dockerfile.escapeChar).find(
      way => isEnded(way, dockerfile) && JSON.stringify(read(dockerfile, way)) === JSON.stringify(wanted),
    ) ?? null
  )
}

/** The last line is the end of a command. */
const isEnded = (lines: readonly string[], { escapeChar }: Dockerfile): boolean => {
  const last = lines.at(-1)?.trim() ?? ''
  return last !== '' && !last.endsWith(escapeChar) && !last.startsWith('#')
}

const read = ({ escapeChar, file }: Dockerfile, lines: readonly string[]): readonly string[] | null => {
  const head = escapeChar === '`' ? '# escape=`\nFROM x\n' : 'FROM x\n'
  try {
    const [, only, ...rest] = parseDockerfile(head + lines.join('\n'), file).instructions
    return only && rest.length === 0 ? commandsOf(only) : null
  } catch {
    return null
  }
}

/** The command with its `&&` on one line, as a line of its own, and as the last line of several. */
const ways = (
  lines: readonly string[],
  command: string,
  escapeChar: string,
): readonly (readonly string[])[] => {
  const words = command.split(' ').map(word => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const text = words.join('\\s+')
  const at = lines.findIndex(line => new RegExp(`(?:^|\\s)${text}(?:\\s|$)`).test(line) && !isComment(line))
  if (at === -1) return []
  const replaced = (pattern: string, by = ''): readonly string[] =>
    lines.with(at, lines[at]!.replace(new RegExp(pattern), by))
  const escaped = escapeChar === '\\' ? '\\\\' : escapeChar
  const open = new RegExp(`\\s*(?:&&)?\\s*${escaped}\\s*$`)
  return [
    ...(at > 0 && at === lines.length - 1
      ? [[...lines.slice(0, at - 1), lines[at - 1]!.replace(open, '')]]
      : []),
    ...(at > 0 ? [lines.toSpliced(at, 1)] : []),
    replaced(`${text}\\s*&&\\s*(?=[^\\s${escaped}])`),
    replaced(`\\s*&&\\s*${text}(?=\\s|$)`),
  ]
}
