/** What builders refuse before they build: measured with BuildKit 0.33 (`docker buildx build --call=outline`). */
import type { Instruction } from './dockerfile.ts'
import { heredocWord } from './heredocs.ts'
import { maskSecrets } from './mask-values.ts'
import { jsonWords, splitWords } from './words.ts'

export interface CheckContext {
  readonly escapeChar: string
  /** A frontend other than Docker's may have instructions of its own. */
  readonly foreignFrontend: boolean
}

type Check = (instruction: Instruction, escapeChar: string) => string | null

/** What is wrong with an instruction and what to do, without the place; null when nothing is. */
export const checkInstruction = (instruction: Instruction, context: CheckContext): string | null => {
  const { keyword } = instruction
  const check = CHECKS[keyword]
  if (check) return check(instruction, context.escapeChar)
  if (context.foreignFrontend) return null
  const word = instruction.text.split(/\s/)[0]!
  return `unknown instruction "${shorten(maskSecrets(word))}"; if it belongs to the line above, that line must end in ${context.escapeChar}`
}

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text)

const checkFrom: Check = ({ body }) => {
  const words = body.split(/\s+/).filter(Boolean)
  const comment = words.findIndex((word, index) => index > 0 && word.startsWith('#'))
  if (comment !== -1)
    return `FROM takes one argument or three (FROM image AS name); put the comment "${shorten(words.slice(comment).join(' '))}" on a line of its own`
  if (words.length !== 1 && !(words.length === 3 && /^as$/i.test(words[1]!)))
    return 'FROM takes one argument or three (FROM image AS name)'
  if (words.length === 3 && !/^[a-z][a-z0-9-_.]*$/i.test(words[2]!))
    return `"${shorten(words[2]!)}" cannot name a stage; use a letter, then letters, digits, "-", "_" and "."`
  return null
}

const notMixed: Check = ({ keyword, body }) =>
  jsonWords(body) === 'mixed'
    ? `the JSON form of ${keyword} takes strings only; put quotes around each element`
    : null

const checkCopy: Check = (instruction, escapeChar) => {
  const { keyword, body, words } = instruction
  const list = words ?? body.split(/\s+/).filter(Boolean)
  if (list.length < 2)
    return notMixed(instruction, escapeChar) ?? `${keyword} needs a source and a destination`
  if (heredocWord(list.at(-1)!))
    return `${keyword} cannot have a heredoc as its destination; name a path at the end`
  return null
}

const atLeastOne: Check = ({ keyword, body }) => (body === '' ? `${keyword} needs an argument` : null)

const checkVolume: Check = (instruction, escapeChar) =>
  notMixed(instruction, escapeChar) ??
  atLeastOne(instruction, escapeChar) ??
  (instruction.words?.some(word => word.trim() === '') || instruction.words?.length === 0
    ? 'VOLUME needs the path of a directory'
    : null)

const checkPairs: Check = ({ keyword, body }, escapeChar) => {
  const words = splitWords(body, escapeChar)
  if (words.length === 0) return `${keyword} needs an argument: name=value`
  if (!words[0]!.includes('='))
    return words.length === 1 ? `${keyword} needs a value: ${keyword} name=value` : null
  // The word itself may be part of a secret.
  const bad = words.find(word => !word.includes('='))
  if (bad?.startsWith('#')) return `${keyword} cannot hold a comment; put it on a line of its own`
  if (bad !== undefined)
    return `${keyword} has a word without a =; write name=value, with quotes around white space`
  return words.some(word => word.startsWith('='))
    ? `${keyword} has a value without a name; write name=value`
    : null
}

const checkArg: Check = (instruction, escapeChar) =>
  atLeastOne(instruction, escapeChar) ??
  (splitWords(instruction.body, escapeChar).some(word => word.startsWith('='))
    ? 'ARG has a value without a name; write ARG name=value'
    : null)

const checkShell: Check = instruction =>
  (instruction.words?.length ?? 0) > 0 ? null : 'SHELL takes the JSON form: SHELL ["/bin/sh", "-c"]'

const checkOnbuild: Check = instruction => {
  const { trigger } = instruction
  if (trigger === null) return 'ONBUILD needs an instruction'
  return ['FROM', 'MAINTAINER', 'ONBUILD'].includes(trigger.keyword)
    ? `${trigger.keyword} cannot follow ONBUILD; name another instruction`
    : null
}

const checkHealthcheck: Check = ({ body }) => {
  const [type = '', ...rest] = body.split(/\s+/)
  if (/^none$/i.test(type)) return rest.length > 0 ? 'HEALTHCHECK NONE takes no arguments' : null
  if (!/^cmd$/i.test(type)) return 'HEALTHCHECK takes CMD command, or NONE'
  return rest.length === 0 ? 'HEALTHCHECK CMD needs a command' : null
}

const CHECKS: Readonly<Record<string, Check>> = {
  ADD: checkCopy,
  ARG: checkArg,
  CMD: notMixed,
  COPY: checkCopy,
  ENTRYPOINT: notMixed,
  ENV: checkPairs,
  EXPOSE: atLeastOne,
  FROM: checkFrom,
  HEALTHCHECK: checkHealthcheck,
  LABEL: checkPairs,
  MAINTAINER: atLeastOne,
  ONBUILD: checkOnbuild,
  RUN: notMixed,
  SHELL: checkShell,
  STOPSIGNAL: atLeastOne,
  USER: atLeastOne,
  VOLUME: checkVolume,
  WORKDIR: atLeastOne,
}
