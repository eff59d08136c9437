/** Shell commands as an author writes them in `RUN`: parted, recognised, written. */
import type { Instruction } from '../dockerfile/dockerfile.ts'
import { collapse } from '../dockerfile/read-instruction.ts'

/**
 * The commands of a `RUN`, in order; null where the shell is told more than one thing after another: conditions, loops,
 * pipes of several lines, heredocs, the JSON form.
 */
export const commandsOf = (instruction: Instruction): readonly string[] | null => {
  if (instruction.keyword !== 'RUN' || instruction.heredoc || instruction.words) return null
  return splitCommands(instruction.body)
}

export const splitCommands = (body: string): readonly string[] | null => {
  const parts: string[] = []
  let part = ''
  let quote = ''
  for (let i = 0; i < body.length; i += 1) {
    const char = body[i]!
    if (quote === '' && (body.startsWith('&&', i) || char === ';' || char === '\n')) {
      parts.push(part)
      part = ''
      i += char === '&' ? 1 : 0
    } else if (quote === '' && (/[(){}`]/.test(char) || body.startsWith('||', i))) return null
    else {
      if (quote === '' && (char === '"' || char === "'")) quote = char
      else if (char === quote) quote = ''
      part += char
    }
  }
  if (quote !== '') return null
  const commands = [...parts, part].map(collapse).filter(text => text !== '')
  return commands.some(text => /^(if|for|while|until|case|then|else|do|done|fi|esac)\b/.test(text))
    ? null
    : commands
}

const USERS = /^(?:sudo )?(?:useradd|adduser|groupadd|addgroup|usermod)\b/
const HARMLESS =
  /^(?:sudo )?(?:useradd|adduser|groupadd|addgroup|usermod|mkdir|chown|chmod|ln|touch|echo|true|set|:|install -d)\b/

/** True for a command that makes or changes a user or a group. */
export const isUserCommand = (command: string): boolean => USERS.test(command)

/** The commands that make users and groups; null where some are there that cannot be told apart. */
export const userCommands = (instructions: readonly Instruction[]): readonly string[] | null => {
  const found: string[] = []
  for (const instruction of instructions) {
    if (instruction.keyword !== 'RUN' || !MAKES_USERS.test(instruction.text)) continue
    const commands = commandsOf(instruction)
    if (!commands) return null
    found.push(...commands.filter(command => USERS.test(command)))
  }
  return found
}

const MAKES_USERS = /\b(?:useradd|adduser|groupadd|addgroup|usermod)\b/

/** Whether a `RUN` only makes users, folders, links and permissions. */
export const isHarmlessRun = (instruction: Instruction): boolean =>
  commandsOf(instruction)?.every(command => HARMLESS.test(command) && !/[>|$]/.test(command)) ?? false

/** The package manager whose packages a final stage installs, and how. */
export type SystemManager = 'dpkg' | 'apk' | 'rpm'

/** `apt-get upgrade` and its kind, as the author wrote it. */
export const upgradesIn = (instructions: readonly Instruction[]): readonly string[] => [
  ...new Set(
    instructions.flatMap(instruction =>
      (commandsOf(instruction) ?? []).filter(command =>
        /^(?:sudo )?apt(?:-get)?\b.*\b(?:upgrade|dist-upgrade|full-upgrade)\b/.test(command),
      ),
    ),
  ),
]

const CONTINUED = ' \\\n    && '

/** One command that installs packages and leaves no lists behind. */
export const installCommand = (
  manager: SystemManager,
  packages: readonly string[],
  options: { readonly upgrades?: readonly string[]; readonly recommends?: boolean } = {},
): readonly string[] => {
  const { upgrades = [], recommends = false } = options
  if (manager === 'dpkg') {
    if (packages.length + upgrades.length === 0) return []
    const install =
      packages.length > 0
        ? [`apt-get install -y ${recommends ? '' : '--no-install-recommends '}${packages.join(' ')}`]
        : []
    return [['apt-get update', ...upgrades, ...install, 'rm -rf /var/lib/apt/lists/*'].join(CONTINUED)]
  }
  if (packages.length === 0) return []
  return manager === 'apk'
    ? [`apk add --no-cache ${packages.join(' ')}`]
    : [[`dnf install -y ${packages.join(' ')}`, 'dnf clean all'].join(CONTINUED)]
}
