/** One stage becomes two: the build stage stays as it was written, the final one has what runs. */
import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts'
import { findStage } from '../dockerfile/final-stage.ts'
import type { Copy } from './cover.ts'
import type { Edit } from './edit.ts'
import type { WholeStage } from './final-chain.ts'

export interface StagesPlan {
  /** The name after the final `FROM`. */
  readonly base: string
  /** The first instruction of the stage that is the final stage's: an index into its instructions. */
  readonly splitAt: number
  /** Commands of one `RUN` each, at the end of the build stage. */
  readonly prune: readonly string[]
  /** Packages of the system, installed in the final stage. */
  readonly install: readonly string[]
  /** Commands that make users, as the author wrote them. */
  readonly users: readonly string[]
  readonly copies: readonly Copy[]
  /** Commands of one `RUN`, after everything is there. */
  readonly after: readonly string[]
  /** Instructions that keep what another base image would change: `ENV PATH=…`. */
  readonly keep: readonly string[]
}

/** Instructions that only say how the image runs. */
const SETTINGS = new Set([
  'ARG',
  'CMD',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
])

export const isSetting = ({ keyword }: Instruction): boolean => SETTINGS.has(keyword)

/** Settings of the build stage that the final stage repeats, before and after the files are there. */
const BEFORE = new Set(['ENV', 'SHELL'])
const AFTER = new Set([
  'CMD',
  'ENTRYPOINT',
  'EXPOSE',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'STOPSIGNAL',
  'VOLUME',
])

/** Null where the text cannot be split: a `FROM` of several lines. */
export const splitStages = (
  text: string,
  dockerfile: Dockerfile,
  stage: WholeStage,
  plan: StagesPlan,
): Edit[] | null => {
  const physical = text.split('\n').map(line => line.replace(/\r$/, ''))
  const { start, end } = stage.fromLine
  const { root, below } = stage
  if (start !== end || root.fromLine.start !== root.fromLine.end) return null
  const from = physical[start - 1]!
  const words = createWords(from, dockerfile)
  // where nothing of its own is built, the stage that it stands on is the build stage
  const lower =
    below > 0 && plan.splitAt === below && plan.prune.length === 0
      ? findStage(dockerfile.stages.slice(0, stage.index), stage.from)
      : undefined
  const name = lower ? stage.from : stageName(dockerfile)
  const own = stage.instructions.slice(below)
  const last = plan.splitAt > below ? stage.instructions[plan.splitAt - 1]!.line.end : end
  const head = [
    ...stage.instructions.slice(0, below).filter(each => !isSetAgain(each, own)),
    ...stage.instructions.slice(below, plan.splitAt),
  ]
  const tail = stage.instructions.slice(plan.splitAt)
  const written = (instruction: Instruction): readonly string[] =>
    physical.slice(instruction.line.start - 1, instruction.line.end)
  const kept = (pattern: RegExp): readonly string[] =>
    plan.keep
      .filter(line => pattern.test(line))
      .map(line => words(line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)))
  const build = [...plan.prune.map(command => words('RUN', command))]
  const final = [
    `${from.slice(0, /^\s*/.exec(from)![0].length)}${fromWithBase(physical[root.fromLine.start - 1]!, plan.base, stage.name)}`,
    ...kept(/^(?:ENV|WORKDIR) /),
    ...repeated(head, tail).flatMap(written),
    ...plan.install.map(command => words('RUN', command)),
    ...(plan.users.length > 0 ? [words('RUN', plan.users.join(' && '))] : []),
    ...plan.copies.map(copy => words('COPY', copyArguments(copy, name))),
    ...(plan.after.length > 0 ? [words('RUN', plan.after.join(' && '))] : []),
    ...head.filter(({ keyword }) => AFTER.has(keyword)).flatMap(written),
    ...kept(/^(?!ENV |WORKDIR )/),
    ...lastUser(head).flatMap(written),
  ]
  if (lower) return [{ start, end, lines: final.flatMap(line => line.split('\n')) }]
  return [
    { start, end, lines: [namedFrom(from, name, stage.name)] },
    { start: last + 1, end: last, lines: [...build, '', ...final].flatMap(line => line.split('\n')) },
  ]
}

/** A stage sets once what the stages below it may have set before: `ENTRYPOINT` also ends what `CMD` they had. */
const isSetAgain = ({ keyword }: Instruction, own: readonly Instruction[]): boolean => {
  const sets = (other: string): boolean => own.some(each => each.keyword === other)
  return (ONCE.has(keyword) && sets(keyword)) || (keyword === 'CMD' && sets('ENTRYPOINT'))
}

const ONCE = new Set(['CMD', 'ENTRYPOINT', 'HEALTHCHECK', 'MAINTAINER', 'STOPSIGNAL'])

/** The `FROM` of the image with another one and nothing else; null where it is not on one line. */
export const withBase = (text: string, { root: stage }: WholeStage, base: string): Edit | null => {
  const { start, end } = stage.fromLine
  const from = text.split('\n')[start - 1]!.replace(/\r$/, '')
  const indentation = /^\s*/.exec(from)![0]
  return start === end
    ? { start, end, lines: [`${indentation}${fromWithBase(from, base, stage.name)}`] }
    : null
}

/** `ARG`s only where something that follows uses them; the last absolute `WORKDIR` and what builds on it. */
const repeated = (head: readonly Instruction[], tail: readonly Instruction[]): readonly Instruction[] => {
  const directories = head.filter(({ keyword }) => keyword === 'WORKDIR')
  const lastAbsolute = directories.findLastIndex(({ body }) => /^["']?[/$]/.test(body))
  const kept = new Set<Instruction>(directories.slice(Math.max(0, lastAbsolute)))
  const settings = head.filter(each => BEFORE.has(each.keyword) || kept.has(each))
  const users = [...settings, ...head.filter(({ keyword }) => AFTER.has(keyword)), ...lastUser(head), ...tail]
  return head.filter(
    each =>
      settings.includes(each) ||
      (each.keyword === 'ARG' &&
        each.settings.some(({ name }) => users.some(({ text }) => usesVariable(text, name)))),
  )
}

const usesVariable = (text: string, name: string): boolean =>
  new RegExp(`\\$(?:${name}\\b|\\{${name}\\b)`).test(text)

const lastUser = (head: readonly Instruction[]): readonly Instruction[] =>
  head.filter(({ keyword }) => keyword === 'USER').slice(-1)

/** `build`, or the first name like it that no stage has. */
const stageName = ({ stages }: Dockerfile): string => {
  const names = new Set(stages.map(({ name }) => name?.toLowerCase()))
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? 'build' : `build-${number}`
    if (!names.has(name)) return name
  }
}

/** The author's case and indentation. */
const createWords = (
  from: string,
  { escapeChar }: Dockerfile,
): ((keyword: string, rest: string) => string) => {
  const indentation = /^\s*/.exec(from)![0]
  const isLower = /^\s*from\b/.test(from)
  return (keyword, rest) =>
    `${indentation}${isLower ? keyword.toLowerCase() : keyword} ${escapeChar === '`' ? rest.replaceAll('\\\n', '`\n') : rest}`
}

const namedFrom = (from: string, name: string, before: string | null): string => {
  const as = /\sas\s/i.exec(from)?.[0].trim() ?? (/^\s*from\b/.test(from) ? 'as' : 'AS')
  const bare = before === null ? from.trimEnd() : from.trimEnd().replace(/\s+as\s+\S+$/i, '')
  return `${bare} ${as} ${name}`
}

/** The author's `FROM` with another image: its flags and the stage's name stay. */
const fromWithBase = (from: string, base: string, name: string | null): string => {
  const [, keyword = 'FROM', flags = ''] = /^\s*(\S+)\s+((?:--\S+\s+)*)/.exec(from) ?? []
  const as = name === null ? '' : ` ${/\sas\s/i.exec(from)?.[0].trim() ?? 'AS'} ${name}`
  return `${keyword} ${flags}${base}${as}`
}

const copyArguments = ({ sources, target, chown, chmod }: Copy, name: string): string => {
  const flags = `--from=${name}${chown === undefined ? '' : ` --chown=${chown}`}${chmod === undefined ? '' : ` --chmod=${chmod}`}`
  const words = [...sources, target]
  return words.some(word => /[\s"'\\$*?[\]#]/.test(word))
    ? `${flags} ${JSON.stringify(words.map(escapePattern))}`
    : `${flags} ${wrap(words)}`
}

const LINE_CHARACTERS = 100

/** Long lists go on over several lines. */
const wrap = (words: readonly string[]): string => {
  const lines: string[] = []
  let line = ''
  for (const word of words) {
    if (line !== '' && line.length + word.length > LINE_CHARACTERS) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].join(' \\\n    ')
}

/** A source is a pattern (Go's `filepath.Match`). */
const escapePattern = (path: string): string => path.replace(/[*?[\]\\]/g, '\\$&').replaceAll('$', '\\$')
