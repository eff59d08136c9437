/** Whether one entry of an image's history is what one instruction leaves behind. */
import type { Instruction } from './dockerfile.ts'
import { heredocWord } from './heredocs.ts'
import { type EntryText, readEntry } from './history-entry.ts'
import { collapse } from './read-instruction.ts'

/** The shell in force, as history shows it (`/bin/bash -o pipefail -c`); null: the base image may have set one. */
export type Shell = string | null

/**
 * Whether the entry can come from the instruction: same keyword, and everything that a builder does not rewrite must
 * agree. A `RUN` must have the same command.
 */
export const matchesEntry = (instruction: Instruction, createdBy: string, shell: Shell): boolean => {
  const entry = readEntry(createdBy)
  return (
    entry !== null &&
    entry.keyword === instruction.keyword &&
    (CHECKS[entry.keyword] ?? always)(instruction, entry, shell)
  )
}

type Check = (instruction: Instruction, entry: EntryText, shell: Shell) => boolean

const always: Check = () => true

const checkRun: Check = (instruction, { rest }, shell) => {
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
const isPrefix = (before: string, shell: Shell): boolean => {
  const args = /^\|\d+ /.test(before)
  if (before === '' || before === (shell ?? DEFAULT_SHELL)) return true
  if (args && before.endsWith(` ${shell ?? DEFAULT_SHELL}`)) return true
  const unknown = shell === null && / -\w*c$/.test(before)
  return unknown && (args || (!before.startsWith(`${DEFAULT_SHELL} `) && before.split(' ').length <= 8))
}

const DEFAULT_SHELL = '/bin/sh -c'

const LEGACY_SOURCE = /(?:file|dir|multi):[0-9a-f]{64} in ([\s\S]*)$/

const checkCopy: Check = ({ words, body }, { rest }) => {
  const legacy = LEGACY_SOURCE.exec(rest)
  const list = words ?? body.split(/\s+/)
  if (legacy) return fits(list.at(-1) ?? '', legacy[1]!)
  // `ADD <URL>` of the legacy builder: a hash and ` in `.
  const download = /^[0-9a-f]{64} in ([\s\S]*)$/.exec(rest)
  return download ? fits(list.at(-1) ?? '', download[1]!) : fits(list.join(' '), withoutFlags(rest))
}

const withoutFlags = (text: string): string => text.replace(/^(?:--\S+\s+)+/, '')

/** `ENV`, `ARG`, `LABEL`: the names in order; values are rewritten, and quotes are lost. */
const checkNames: Check = ({ settings }, { rest }) => {
  let from = 0
  const text = ` ${collapse(rest)} `
  return settings.every(({ name }) => {
    if (!/^[\w.-]+$/.test(name)) return true
    const found = [` ${name}=`, ` ${name} `].map(part => text.indexOf(part, from)).filter(at => at !== -1)
    if (found.length === 0) return false
    from = Math.min(...found) + name.length + 1
    return true
  })
}

const checkWorkdir: Check = ({ body }, { rest }) => {
  const path = body.replace(/["']/g, '').replace(/\/+$/, '')
  if (/\$|\\|(?:^|\/)\.\.?(?:\/|$)|\/\//.test(path)) return true
  const history = rest.replace(/\/+$/, '')
  return path.startsWith('/') || path === '' ? history === path : history.endsWith(`/${path}`)
}

const checkText: Check = ({ body }, { rest }) => fits(body, rest)

/** Letters and digits only: history shows Go's quoting, a Dockerfile JSON's or a shell's. */
const checkCommand: Check = ({ words, body }, { rest }) => {
  const history = plain(rest.replace(/\\(?:u[0-9a-f]{4}|U[0-9a-f]{8}|x[0-9a-f]{2}|.)/g, ''))
  return words !== null ? history === plain(words.join('')) : history.endsWith(plain(body))
}

const plain = (text: string): string => text.replace(/[^A-Za-z0-9]/g, '')

const checkOnbuild: Check = ({ trigger }, { rest }) =>
  trigger !== null && rest.toUpperCase().startsWith(trigger.keyword)

/** Whether the text, its variables taken as wildcards and quotes as nothing, is the one of the history. */
const fits = (text: string, history: string): boolean => {
  const bare = (part: string): string => collapse(part.replace(/["'\\]/g, ''))
  const parts = text
    .split(/\$(?:\{[^}]*\}+|\w+)/)
    .map(part => part.replace(/["'\\]/g, '').replace(/\s+/g, ' '))
  if (parts.length === 1) return bare(text) === bare(history)
  const target = bare(history)
  const [first, last] = [parts[0]!.trimStart(), parts.at(-1)!.trimEnd()]
  if (!target.startsWith(first) || !target.endsWith(last)) return false
  let from = first.length
  for (const part of parts.slice(1, -1)) {
    const at = target.indexOf(part, from)
    if (at === -1) return false
    from = at + part.length
  }
  return from <= target.length - last.length
}

const CHECKS: Readonly<Record<string, Check>> = {
  ADD: checkCopy,
  ARG: checkNames,
  CMD: checkCommand,
  COPY: checkCopy,
  ENTRYPOINT: checkCommand,
  ENV: checkNames,
  LABEL: checkNames,
  MAINTAINER: checkText,
  ONBUILD: checkOnbuild,
  RUN: checkRun,
  STOPSIGNAL: checkText,
  USER: checkText,
  WORKDIR: checkWorkdir,
}
