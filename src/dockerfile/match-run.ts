/** Whether a `RUN` of the history ran what a `RUN` of the Dockerfile says. */
import type { Instruction } from './dockerfile.ts'
import { heredocWord } from './heredocs.ts'
import { collapse } from './read-instruction.ts'

/**
 * Whether a `RUN` of the history ran the instruction's command, white space apart.
 * @param rest the entry after `RUN`; all of it in the legacy builder's wording
 * @param shell the one that `SHELL` set, as history shows it; null: the base image may have set one
 */
export const matchesRun = (instruction: Instruction, rest: string, shell: string | null): boolean => {
  const history = collapse(rest)
  if (instruction.words !== null) {
    const exec = collapse(instruction.words.join(' '))
    return history === exec || (/^\|\d+ /.test(history) && history.endsWith(` ${exec}`))
  }
  return commandsOf(instruction).some(command => {
    const text = collapse(command)
    const before = history.slice(0, history.length - text.length)
    return (
      history.endsWith(text) &&
      (before === '' || /\s$/.test(before) || text === '') &&
      isPrefix(before.trim(), shell)
    )
  })
}

/** What the shell is given: a lone heredoc's body, its file when it begins with `#!`, else the text with its bodies. */
const commandsOf = ({ body, flags, heredocs }: Instruction): readonly string[] => {
  const [first] = heredocs
  if (!first) return flags.length > 0 ? [body, `${flags.join(' ')} ${body}`] : [body]
  const bodies = heredocs.map(({ content, name }) => `\n${content}${name}`).join('')
  const whole = `${body}${bodies}`
  return heredocWord(body) ? [first.content, `/dev/pipes/${first.name}`, whole] : [whole]
}

/** What may stand before the command: nothing, a shell, or `|N` with build arguments and a shell. */
const isPrefix = (before: string, shell: string | null): boolean => {
  const args = /^\|\d+ /.test(before)
  if (before === '' || before === (shell ?? DEFAULT_SHELL)) return true
  if (args && before.endsWith(` ${shell ?? DEFAULT_SHELL}`)) return true
  const unknown = shell === null && / -\w*c$/.test(before)
  return unknown && (args || (!before.startsWith(`${DEFAULT_SHELL} `) && before.split(' ').length <= 8))
}

const DEFAULT_SHELL = '/bin/sh -c'
