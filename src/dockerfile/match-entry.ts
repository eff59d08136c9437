/** Whether one entry of an image's history is what one instruction leaves behind. */
import type { Instruction } from './dockerfile.ts'
import { fits } from './fits.ts'
import { heredocWord } from './heredocs.ts'
import { type EntryText, readEntry } from './history-entry.ts'
import { matchesRun } from './match-run.ts'
import { collapse } from './read-instruction.ts'
import { jsonWords } from './words.ts'

/** What earlier instructions of the history set; null: the base image may have set it. */
export interface Before {
  /** As history shows it: `/bin/bash -o pipefail -c`. */
  readonly shell: string | null
  readonly workdir: string | null
}

/**
 * Whether the entry can come from the instruction: same keyword, and everything that a builder does not rewrite must
 * agree. A `RUN` must have the same command.
 */
export const matchesEntry = (instruction: Instruction, createdBy: string, before: Before): boolean => {
  const entry = readEntry(createdBy)
  return (
    entry !== null &&
    entry.keyword === instruction.keyword &&
    (CHECKS[entry.keyword] ?? always)(instruction, entry, before)
  )
}

type Check = (instruction: Instruction, entry: EntryText, before: Before) => boolean

const always: Check = () => true

const checkRun: Check = (instruction, { rest }, { shell }) => matchesRun(instruction, rest, shell)

const LEGACY_SOURCE = /(?:file|dir|multi):[0-9a-f]{64} in ([\s\S]*)$/

const checkCopy: Check = ({ words, body }, { rest }) => {
  const legacy = LEGACY_SOURCE.exec(rest)
  const list = words ?? body.split(/\s+/)
  if (legacy) return fits(list.at(-1) ?? '', legacy[1]!)
  // `ADD <URL>` of the legacy builder: a hash and ` in `.
  const download = /^[0-9a-f]{64} in ([\s\S]*)$/.exec(rest)
  return download ? fits(list.at(-1) ?? '', download[1]!) : fits(asTold(list).join(' '), withoutFlags(rest))
}

/** BuildKit tells files first, then heredocs by their bare names, then where they go (measured with BuildKit 0.33). */
const asTold = (list: readonly string[]): readonly string[] => {
  const sources = list.slice(0, -1).map(word => ({ word, heredoc: heredocWord(word) }))
  return [
    ...sources.flatMap(({ word, heredoc }) => (heredoc ? [] : [word])),
    ...sources.flatMap(({ heredoc }) => (heredoc ? [`<<${heredoc.name}`] : [])),
    ...list.slice(-1),
  ]
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

/** A relative path counts from the last `WORKDIR` of the history; the base image's own is not known. */
const checkWorkdir: Check = ({ body }, { rest }, { workdir }) => {
  const path = body.replace(/["'\\]/g, '')
  if (path.startsWith('$')) return fits(path, rest)
  if (/\$.*\.\./.test(path)) return true
  if (path.startsWith('/')) return fits(resolveDots(path), resolveDots(rest))
  if (workdir !== null) return fits(resolveDots(`${workdir}/${path}`), resolveDots(rest))
  const end = resolveDots(`/${path}`)
  return path.includes('..') || end === '/' || resolveDots(rest).endsWith(end)
}

/** `/w/../x//y/` is `/x/y`. */
const resolveDots = (path: string): string => {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

const checkText: Check = ({ body }, { rest }) => fits(body, rest)

/** Letters and digits only: history shows Go's quoting, a Dockerfile JSON's or a shell's. */
const checkCommand: Check = ({ words, body }, { rest }) => {
  const history = plain(withoutEscapes(rest))
  return words !== null ? history === plain(words.join('')) : history.endsWith(plain(body))
}

/** Go's escapes in a quoted string: `\n`, `\"`, `\u00a0`. */
const withoutEscapes = (text: string): string =>
  text.replace(/\\(?:u[0-9a-f]{4}|U[0-9a-f]{8}|x[0-9a-f]{2}|.)/g, '')

const plain = (text: string): string => text.replace(/[^A-Za-z0-9]/g, '')

/** Go's `[a b]`, or the `map[a:{} b:{}]` of Docker 20.10. */
const listed = (rest: string): string => rest.replace(/^(?:map)?\[([\s\S]*)\]$/, '$1').replaceAll(':{}', '')

const checkList: Check = ({ words, body }, { rest }) => fits(words?.join(' ') ?? body, listed(rest))

/** Builders sort ports and write ranges out. */
const checkExpose: Check = ({ body }, { rest }) => {
  const ports = new Set(listed(rest).split(/[\s/]+/))
  return body.split(/\s+/).every(port => !/^\d+(?:\/\w+)?$/.test(port) || ports.has(port.split('/')[0]!))
}

const checkHealthcheck: Check = ({ body }, { rest }) => {
  const command = /^CMD\s+([\s\S]*)$/i.exec(body)?.[1]
  if (command === undefined) return /\[["]?NONE["]?\]/.test(rest)
  return plain(withoutEscapes(rest)).includes(plain(jsonText(command) ?? command))
}

const jsonText = (text: string): string | null => {
  const words = jsonWords(text)
  return words === null || words === 'mixed' ? null : words.join('')
}

const checkOnbuild: Check = ({ trigger }, { rest }) =>
  trigger !== null && rest.toUpperCase().startsWith(trigger.keyword)

const CHECKS: Readonly<Record<string, Check>> = {
  ADD: checkCopy,
  ARG: checkNames,
  CMD: checkCommand,
  COPY: checkCopy,
  ENTRYPOINT: checkCommand,
  ENV: checkNames,
  EXPOSE: checkExpose,
  HEALTHCHECK: checkHealthcheck,
  LABEL: checkNames,
  MAINTAINER: checkText,
  ONBUILD: checkOnbuild,
  RUN: checkRun,
  SHELL: checkList,
  STOPSIGNAL: checkText,
  USER: checkText,
  VOLUME: checkList,
  WORKDIR: checkWorkdir,
}
