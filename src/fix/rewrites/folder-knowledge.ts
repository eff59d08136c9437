/** What the text of a stage says for certain of a folder and of users; an image that was looked at says more. */
import { isWithin } from '../../dockerfile/copied-path.ts'
import type { Dockerfile, Instruction } from '../../dockerfile/dockerfile.ts'
import { findStage } from '../../dockerfile/final-stage.ts'
import { commandsOf, isUserCommand } from '../commands.ts'
import type { LineFacts, StagePlace } from './rewrite.ts'

const SYSTEM_INSTALL = /^(?:apt-get|apt|apk|dnf|yum|microdnf)\s/
const QUIET = /^(?:set|true|:|echo|ldconfig|update-ca-certificates)(?:\s|$)/
/** Their words are flags, modes, owners and paths. */
const FILES = /^(?:rm|mkdir|chmod|chown|touch|ln)\s/

/** True for a command that cannot write to a folder, wherever it runs. */
export const staysOutOf = (command: string, folder: string): boolean => {
  // a substitution, a redirection or a pattern may lead anywhere
  if (/[$`><|?[\]]/.test(command) || command.includes(folder)) return false
  if (QUIET.test(command) || SYSTEM_INSTALL.test(command)) return true
  const words = command.split(/\s+/).slice(1)
  if (isUserCommand(command)) return words.every(word => !word.startsWith('/') || isApart(word, folder))
  return (
    FILES.test(command) &&
    words.every(word => (word.startsWith('/') ? isApart(word, folder) : IS_NO_PATH.test(word)))
  )
}

const IS_NO_PATH = /^(?:-[\w-]+|[0-7]{3,4}|[ugoa]*[+=-][rwxXst]+|[\w-]+:[\w-]+)$/

const isApart = (path: string, folder: string): boolean => {
  const clean = path.replace(/\/?\*.*$/, '') || '/'
  return !clean.includes('..') && !isWithin(clean, folder) && !isWithin(folder, clean)
}

/** True for an instruction after which the same users and groups are there. */
export const leavesUsers = (instruction: Instruction, { wrote }: LineFacts): boolean => {
  if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD')
    return !/\/etc\b|\s\/?["'\]]*$/.test(instruction.body)
  if (instruction.keyword !== 'RUN') return true
  const { start } = instruction.line
  if (wrote(start, '/etc/passwd') === false && wrote(start, '/etc/group') === false) return true
  return (
    commandsOf(instruction)?.every(
      command => (QUIET.test(command) || FILES.test(command)) && !/\/etc\b|[$`><|]/.test(command),
    ) ?? false
  )
}

/** True where commands before some instruction made a user, and a group of that name or of its own. */
export const makesNames = (instructions: readonly Instruction[], names: readonly string[]): boolean => {
  const commands = instructions.flatMap(each => commandsOf(each) ?? []).filter(isUserCommand)
  const made = (name: string): boolean =>
    commands.some(
      command => command.endsWith(` ${name}`) && !/^usermod|\s(?:-[a-zA-Z]*G|-aG)\s/.test(command),
    )
  const madeGroup = (name: string): boolean =>
    commands.some(
      command =>
        command.endsWith(` ${name}`) &&
        (/^(?:groupadd|addgroup)\s/.test(command) ||
          (/^(?:useradd|adduser)\s/.test(command) &&
            !/\s(?:-[a-zA-Z]*[gGNS]|--(?:gid|ingroup|system|no-user-group|groups))\b/.test(command))),
    )
  const [user, group] = names
  return user !== undefined && made(user) && (group === undefined || madeGroup(group))
}

/** Of every distribution, or of what official images add. */
const SYSTEM_FOLDER =
  /^\/(?:bin|boot|dev|etc|home|lib|lib32|lib64|libx32|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)(?:\/|$)/
const OFFICIAL = /^(?:docker\.io\/)?(?:library\/)?[\w.-]+(?::[^/]*)?(?:@sha256:\w+)?$/

/** True for a stage that begins with an official image: its user is root, and its folders are known. */
export const isOfficial = (dockerfile: Dockerfile, stage: number): boolean => {
  const from = dockerfile.stages[stage]?.from
  return from !== undefined && OFFICIAL.test(from) && !findStage(dockerfile.stages, from)
}

/**
 * True where a stage begins without a folder, and with the one that it will be in: a builder gives the folders that it
 * makes for a `COPY` to the same owner.
 * @param parents folders that `WORKDIR`s make
 */
export const startsWithout = (
  { dockerfile, stage, facts }: StagePlace,
  folder: string,
  parents: readonly string[],
): boolean => {
  if (findStage(dockerfile.stages, stage.from)) return false
  const parent = folder.slice(0, folder.lastIndexOf('/')) || '/'
  const hasParent = parent === '/' || parents.some(each => isWithin(each, parent))
  const known = facts.baseHas(folder)
  if (known !== null) return !known && (hasParent || facts.baseHas(parent) === true)
  return hasParent && isOfficial(dockerfile, stage.index) && !SYSTEM_FOLDER.test(folder)
}
