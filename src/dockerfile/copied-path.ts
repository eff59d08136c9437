/** Where a path that a `COPY` brought was before. */
import type { Instruction } from './dockerfile.ts'

/** `--from=build` of a `COPY`; null where there is none, or only a variable says it. */
export const copiedFrom = ({ keyword, flags }: Instruction): string | null => {
  const flag = keyword === 'COPY' ? flags.find(each => each.startsWith('--from=')) : undefined
  const name = flag?.slice('--from='.length).replace(/["']/g, '') ?? ''
  return name === '' || name.includes('$') ? null : name
}

export interface Copied {
  /** As written. */
  readonly sources: readonly string[]
  /** Absolute, without a trailing slash but for `/`; null where a variable hides it. */
  readonly target: string | null
  /** The target was written as a folder, or there are several sources. */
  readonly intoFolder: boolean
}

/** @param workdir of the instruction; null where it is not known */
export const readCopy = ({ words, body }: Instruction, workdir: string | null): Copied => {
  const list = (words ?? body.split(/\s+/)).map(word => word.replace(/^(["'])(.*)\1$/, '$2'))
  const target = list.at(-1) ?? ''
  const sources = list.slice(0, -1)
  return {
    sources,
    target: resolvePath(target, workdir),
    intoFolder: /(?:^|\/)\.?$/.test(target) || sources.length > 1,
  }
}

/** A path as it is from the root, `.` and `..` resolved; null with a variable, or relative to nothing known. */
export const resolvePath = (path: string, workdir: string | null): string | null => {
  if (/[$`\\]/.test(path) || (!path.startsWith('/') && workdir === null)) return null
  const parts: string[] = []
  for (const part of (path.startsWith('/') ? path : `${workdir}/${path}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

/** True when `path` is `folder` or lies in it. */
export const isWithin = (path: string, folder: string): boolean =>
  folder === '/' || path === folder || path.startsWith(`${folder}/`)

/**
 * Where `path` was in what the `COPY` took its sources from; null where that cannot be told: patterns, variables, several
 * folders into one.
 */
export const pathBefore = ({ sources, target, intoFolder }: Copied, path: string): string | null => {
  if (target === null || !isWithin(path, target)) return null
  const rest = path === target ? '' : path.slice(target === '/' ? 0 : target.length)
  const known = sources.map(source => (/[*?[\]]/.test(source) ? null : resolvePath(source, '/')))
  const [only] = known
  const named = known.filter(
    source => source !== null && source !== '/' && isWithin(rest, `/${source.split('/').at(-1)}`),
  )
  // a file goes into the folder under its own name, a folder gives what is in it
  if (named.length === 1 && (intoFolder || sources.length > 1) && rest === `/${named[0]!.split('/').at(-1)}`)
    return named[0]!
  if (sources.length !== 1 || only === null || only === undefined) return null
  return rest === '' ? only : `${only === '/' ? '' : only}${rest}`
}
