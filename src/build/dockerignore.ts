/**
 * `.dockerignore`, by the rules of Docker's reference: Go's `filepath.Match`, plus `**`, plus `!` for exceptions; the
 * last line that matches decides, and what matches a directory matches all below it.
 */
import { normalize } from 'node:path/posix'

export interface IgnoreRules {
  /** @param path relative to the context, `/` between names */
  ignores(path: string): boolean
  /** Whether something below an ignored directory could be let in again. */
  readonly hasExceptions: boolean
}

interface Rule {
  readonly exception: boolean
  readonly tokens: readonly Token[]
}

type Token =
  | { readonly kind: 'text'; readonly text: string }
  /** `?`: one character of a name. */
  | { readonly kind: 'any' }
  /** `[a-z]`, `[^a-z]`. */
  | {
      readonly kind: 'class'
      readonly ranges: readonly (readonly [string, string])[]
      readonly negated: boolean
    }
  /** `*`: within one name. */
  | { readonly kind: 'star' }
  /** `**` between names: no or more whole directories. */
  | { readonly kind: 'directories' }
  /** `**` at the end: everything. */
  | { readonly kind: 'rest' }

/** Reads the file's text. */
export const parseDockerignore = (text: string): IgnoreRules => {
  const rules = text
    .replace(/^\ufeff/, '')
    .split('\n')
    .map(line => (line.startsWith('#') ? '' : line.trim()))
    .map(line => ({ exception: line.startsWith('!'), pattern: cleaned(line.replace(/^!/, '').trim()) }))
    .filter(({ pattern }) => pattern !== '')
    .map(({ exception, pattern }): Rule => ({ exception, tokens: tokensOf(pattern) }))
  return {
    hasExceptions: rules.some(rule => rule.exception),
    ignores(path) {
      const candidates = withParents(path)
      let ignored = false
      // A rule that would not change the answer need not be asked
      for (const { exception, tokens } of rules)
        if (exception === ignored && candidates.some(candidate => matches(tokens, candidate)))
          ignored = !exception
      return ignored
    },
  }
}

const cleaned = (pattern: string): string => {
  if (pattern === '') return ''
  const path = normalize(pattern).replace(/^\/+/, '').replace(/\/+$/, '')
  return path === '.' ? '' : path
}

/** `a/b/c` → `a/b/c`, `a/b`, `a`. */
const withParents = (path: string): readonly string[] => {
  const names = path.split('/')
  return names.map((_, index) => names.slice(0, names.length - index).join('/'))
}

const tokensOf = (pattern: string): readonly Token[] => {
  const tokens: Token[] = []
  for (let at = 0; at < pattern.length; ) {
    const character = pattern[at]!
    if (character === '*' && pattern[at + 1] === '*') {
      at += pattern[at + 2] === '/' ? 3 : 2
      tokens.push({ kind: at >= pattern.length ? 'rest' : 'directories' })
    } else if (character === '[') {
      const parsed = parseClass(pattern, at)
      tokens.push(parsed.token)
      at = parsed.end
    } else {
      if (character === '*') tokens.push({ kind: 'star' })
      else if (character === '?') tokens.push({ kind: 'any' })
      else if (character === '\\' && at + 1 < pattern.length)
        tokens.push({ kind: 'text', text: pattern[++at]! })
      else tokens.push({ kind: 'text', text: character })
      at += 1
    }
  }
  return tokens
}

const parseClass = (pattern: string, start: number): { readonly token: Token; readonly end: number } => {
  const match = /^\[(\^?)((?:\\.|[^\]\\])+)\]/s.exec(pattern.slice(start))
  if (!match) return { token: { kind: 'text', text: '[' }, end: start + 1 }
  const ranges: [string, string][] = []
  for (const [, from, to] of match[2]!.matchAll(/(\\.|[^\\])(?:-(\\.|[^\\]))?/gs))
    ranges.push([from!.at(-1)!, (to ?? from)!.at(-1)!])
  return { token: { kind: 'class', ranges, negated: match[1] === '^' }, end: start + match[0].length }
}

/** All ways through the pattern at once: the time is the product of both lengths, whatever the pattern. */
const matches = (tokens: readonly Token[], path: string): boolean => {
  let states = reachable(tokens, new Set([0]))
  for (const character of path.split('')) {
    const next = new Set<number>()
    for (const state of states) for (const after of step(tokens, state, character)) next.add(after)
    states = reachable(tokens, next)
    if (states.size === 0) return false
  }
  return states.has(2 * tokens.length)
}

/** State 2n: before token n; state 2n + 1: inside the directories that token n stands for. */
const reachable = (tokens: readonly Token[], states: Set<number>): Set<number> => {
  for (const state of states) {
    const kind = tokens[state >> 1]?.kind
    if (state % 2 === 0 && (kind === 'star' || kind === 'rest' || kind === 'directories'))
      states.add(state + 2)
  }
  return states
}

const step = (tokens: readonly Token[], state: number, character: string): readonly number[] => {
  const token = tokens[state >> 1]
  const here = state - (state % 2)
  switch (token?.kind) {
    case 'text':
      return token.text === character ? [here + 2] : []
    case 'any':
      return character === '/' ? [] : [here + 2]
    case 'class':
      return character !== '/' &&
        token.ranges.some(([from, to]) => from <= character && character <= to) !== token.negated
        ? [here + 2]
        : []
    case 'star':
      return character === '/' ? [] : [here]
    case 'rest':
      return [here]
    case 'directories':
      return character === '/' ? [here + 1, here + 2] : [here + 1]
    default:
      return []
  }
}
