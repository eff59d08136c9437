/**
 * Path patterns, matched in linear time: `*` within a directory, `**` across directories, `?` for one character.
 * No braces, no classes, no extended forms: each of those has made somebody's matcher hang (reliability, I5).
 */
import { UserError } from '../errors.ts'

const LENGTH_LIMIT = 256

type Step = { readonly kind: 'text'; readonly char: string } | { readonly kind: 'one' | 'some' | 'any' }

/**
 * A function that tells whether an absolute path matches.
 * @param where the option it was written for, for the message
 */
export const compileGlob = (pattern: string, where: string): ((path: string) => boolean) => {
  if (pattern.length > LENGTH_LIMIT)
    throw new UserError(
      `${where}: the pattern "${pattern.slice(0, 40)}…" is longer than ${LENGTH_LIMIT} characters`,
    )
  const absolute = pattern.startsWith('/') ? pattern : `/${pattern}`
  const [, start = '', end = ''] = /^([^*?]*)(?:.*[*?]([^*?]*))?$/su.exec(absolute) ?? []
  const matches = createAutomaton(stepsOf(absolute))
  // most paths differ from what a pattern begins or ends with
  return path => path.startsWith(start) && path.endsWith(end === '/' ? '' : end) && matches(path)
}

const stepsOf = (pattern: string): Step[] => {
  const steps: Step[] = []
  const chars = [...pattern]
  for (let i = 0; i < chars.length; i += 1) {
    const char = chars[i]!
    if (char === '?') steps.push({ kind: 'one' })
    else if (char !== '*') steps.push({ kind: 'text', char })
    else if (chars[i + 1] !== '*') steps.push({ kind: 'some' })
    else {
      i += 1
      steps.push({ kind: 'any' })
      // "**/" also stands for no directory at all
      if (chars[i + 1] === '/' && chars[i - 2] === '/') i += 1
    }
  }
  return steps
}

/**
 * All positions that are reachable, one character after the other: at most steps × characters. A set of positions is
 * worked out once and has a number from then on, so that most characters cost one look into a table.
 */
const createAutomaton = (steps: readonly Step[]): ((path: string) => boolean) => {
  const classes = createClasses(steps)
  const { ascii, width } = classes
  let table = createTable(steps, width)
  return path => {
    if (table.sets.length > STATES_LIMIT) table = createTable(steps, width)
    let { next } = table
    let state = START
    for (let i = 0; i < path.length; i += 1) {
      let code = path.charCodeAt(i)
      if (code >= 0xd800 && code < 0xdc00) {
        code = path.codePointAt(i)!
        if (code > 0xffff) i += 1
      }
      const at = code < 128 ? ascii[code]! : classes.of(code)
      let to = next[state * width + at]!
      if (to === UNKNOWN) {
        to = advance(steps, table, state, at, classes)
        next = table.next
      }
      if (to <= ALL) return to === ALL
      state = to
    }
    return table.sets[state]![steps.length] === 1
  }
}

/** A path has at most as many states as characters; beyond this the table starts anew. */
const STATES_LIMIT = 4096
const UNKNOWN = -1
/** Nothing can match any more; everything does. */
const DEAD = 0
const ALL = 1
const START = 2

interface Table {
  /** For each state the positions that are live. */
  readonly sets: Uint8Array[]
  /** The next state, by state and class of characters. */
  next: Int32Array
  readonly numbers: Map<string, number>
}

const createTable = (steps: readonly Step[], width: number): Table => {
  const none = new Uint8Array(steps.length + 1)
  const start = closure(steps, new Uint8Array(steps.length + 1), 0)
  const next = new Int32Array(16 * width).fill(UNKNOWN)
  // the numbers of the first two states say all about them, so that they need no sets of their own
  return {
    sets: [none, none, start],
    next,
    numbers: new Map([
      [keyOf(none), DEAD],
      [keyOf(start), START],
    ]),
  }
}

const keyOf = (set: Uint8Array): string => Buffer.from(set).toString('latin1')

const advance = (
  steps: readonly Step[],
  table: Table,
  state: number,
  at: number,
  classes: Classes,
): number => {
  const live = table.sets[state]!
  const set = new Uint8Array(steps.length + 1)
  for (let i = 0; i < steps.length; i += 1) {
    if (!live[i]) continue
    const step = steps[i]!
    if (step.kind === 'any' || (step.kind === 'some' && at !== classes.slash)) closure(steps, set, i)
    else if (
      step.kind === 'one' ? at !== classes.slash : step.kind === 'text' && classes.of(codeOf(step)) === at
    )
      closure(steps, set, i + 1)
  }
  const endless = steps.at(-1)?.kind === 'any' && set[steps.length - 1] === 1
  const number = endless ? ALL : numberOf(table, set, classes.width)
  table.next[state * classes.width + at] = number
  return number
}

const numberOf = (table: Table, set: Uint8Array, width: number): number => {
  const key = keyOf(set)
  const known = table.numbers.get(key)
  if (known !== undefined) return known
  const number = table.sets.length
  table.numbers.set(key, number)
  table.sets.push(set)
  if (table.sets.length * width > table.next.length) {
    const grown = new Int32Array(table.next.length * 2).fill(UNKNOWN)
    grown.set(table.next)
    table.next = grown
  }
  return number
}

const SLASH = 0x2f
const codeOf = (step: { readonly char: string }): number => step.char.codePointAt(0)!

interface Classes {
  /** How many there are. */
  readonly width: number
  /** 0 for a character that the pattern does not name. */
  readonly of: (code: number) => number
  /** The same for the characters that most paths are made of. */
  readonly ascii: Uint8Array
  readonly slash: number
}

/** Characters that a pattern cannot tell apart are one. */
const createClasses = (steps: readonly Step[]): Classes => {
  const codes = steps.flatMap(step => (step.kind === 'text' ? [codeOf(step)] : []))
  // small codes first: theirs are small numbers then
  const named = [...new Set([SLASH, ...codes.sort((a, b) => a - b)])]
  const numbers = new Map(named.map((code, at) => [code, at + 1]))
  const ascii = new Uint8Array(128)
  for (const [code, number] of numbers) if (code < 128) ascii[code] = number
  return { width: numbers.size + 1, of: code => numbers.get(code) ?? 0, ascii, slash: 1 }
}

/** Stars may stand for nothing: what follows them is reachable too. */
const closure = (steps: readonly Step[], set: Uint8Array, from: number): Uint8Array => {
  for (let i = from; i <= steps.length && !set[i]; i += 1) {
    set[i] = 1
    const kind = steps[i]?.kind
    if (kind !== 'some' && kind !== 'any') break
  }
  return set
}
