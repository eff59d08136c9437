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
 * worked out once and is a row of a table from then on, so that most characters cost one look into it.
 */
const createAutomaton = (steps: readonly Step[]): ((path: string) => boolean) => {
  const classes = createClasses(steps)
  const width = ASCII + classes.count
  let table = createTable(steps, width)
  return path => {
    if (table.sets.length > STATES_LIMIT) table = createTable(steps, width)
    let { next } = table
    let row = START * width
    for (let i = 0; i < path.length; i += 1) {
      let at = path.charCodeAt(i)
      if (at >= ASCII) {
        const code = path.codePointAt(i)!
        if (code > 0xffff) i += 1
        at = ASCII + classes.of(code)
      }
      let to = next[row + at]!
      if (to <= ALL) {
        if (to === UNKNOWN) {
          to = advance(steps, table, row, at < ASCII ? classes.of(at) : at - ASCII, classes)
          next = table.next
        }
        if (to <= ALL) return to === ALL
      }
      row = to
    }
    return table.sets[row / width]![steps.length] === 1
  }
}

/** A path has at most as many states as characters; beyond this the table starts anew. */
const STATES_LIMIT = 4096
const UNKNOWN = -1
/** Nothing can match any more; everything does. */
const DEAD = 0
const ALL = 1
const START = 2

/** These characters have a column each, so that no other table is asked what a character is. */
const ASCII = 128

interface Table {
  /** For each state the positions that are live. */
  readonly sets: Uint8Array[]
  readonly width: number
  /** A row for each state: a column for each ASCII character, then one for each class. What stands there is where the row
   * of the next state begins, or how it ends. */
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
    width,
    next,
    numbers: new Map([
      [keyOf(none), DEAD],
      [keyOf(start), START],
    ]),
  }
}

const keyOf = (set: Uint8Array): string => Buffer.from(set).toString('latin1')

/** Works out where a class of characters leads from a row, and writes it for all of them. */
const advance = (steps: readonly Step[], table: Table, row: number, at: number, classes: Classes): number => {
  const live = table.sets[row / table.width]!
  const set = new Uint8Array(steps.length + 1)
  for (let i = 0; i < steps.length; i += 1) {
    if (!live[i]) continue
    const step = steps[i]!
    if (step.kind === 'any' || (step.kind === 'some' && at !== SLASH_CLASS)) closure(steps, set, i)
    else if (
      step.kind === 'one' ? at !== SLASH_CLASS : step.kind === 'text' && classes.of(codeOf(step)) === at
    )
      closure(steps, set, i + 1)
  }
  const endless = steps.at(-1)?.kind === 'any' && set[steps.length - 1] === 1
  const number = endless ? ALL : numberOf(table, set)
  const to = number <= ALL ? number : number * table.width
  for (let code = 0; code < ASCII; code += 1) if (classes.of(code) === at) table.next[row + code] = to
  table.next[row + ASCII + at] = to
  return to
}

const numberOf = (table: Table, set: Uint8Array): number => {
  const key = keyOf(set)
  const known = table.numbers.get(key)
  if (known !== undefined) return known
  const number = table.sets.length
  table.numbers.set(key, number)
  table.sets.push(set)
  if (table.sets.length * table.width > table.next.length) {
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
  readonly count: number
  /** 0 for a character that the pattern does not name. */
  readonly of: (code: number) => number
}

const SLASH_CLASS = 1

/** Characters that a pattern cannot tell apart are one. */
const createClasses = (steps: readonly Step[]): Classes => {
  const codes = steps.flatMap(step => (step.kind === 'text' ? [codeOf(step)] : []))
  const named = [...new Set([SLASH, ...codes])]
  const numbers = new Map(named.map((code, at) => [code, at + SLASH_CLASS]))
  const ascii = Uint8Array.from({ length: ASCII }, (_, code) => numbers.get(code) ?? 0)
  return {
    count: numbers.size + 1,
    of: code => (code < ASCII ? ascii[code]! : (numbers.get(code) ?? 0)),
  }
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
