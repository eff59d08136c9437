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
  const steps = stepsOf(pattern.startsWith('/') ? pattern : `/${pattern}`)
  return path => run(steps, path)
}

const stepsOf = (pattern: string): Step[] => {
  const steps: Step[] = []
  for (let i = 0; i < pattern.length; i += 1) {
    const char = pattern[i]!
    if (char === '?') steps.push({ kind: 'one' })
    else if (char !== '*') steps.push({ kind: 'text', char })
    else if (pattern[i + 1] !== '*') steps.push({ kind: 'some' })
    else {
      i += 1
      steps.push({ kind: 'any' })
      // "**/" also stands for no directory at all
      if (pattern[i + 1] === '/' && pattern[i - 2] === '/') i += 1
    }
  }
  return steps
}

/** All positions that are reachable, one character after the other: at most steps × characters. */
const run = (steps: readonly Step[], path: string): boolean => {
  let live = closure(steps, new Uint8Array(steps.length + 1), 0)
  for (const char of path) {
    const next = new Uint8Array(steps.length + 1)
    for (let i = 0; i < steps.length; i += 1) {
      if (!live[i]) continue
      const step = steps[i]!
      if (step.kind === 'any' || (step.kind === 'some' && char !== '/')) closure(steps, next, i)
      else if ((step.kind === 'one' && char !== '/') || (step.kind === 'text' && step.char === char))
        closure(steps, next, i + 1)
    }
    live = next
  }
  return live[steps.length] === 1
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
