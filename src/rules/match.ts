/** Small matchers that rules are made of. No patterns with wildcards: prefixes, names and anchored expressions. */
import { isSystemPackage, type Package } from '../packages/package.ts'
import { parentOf } from '../path-parts.ts'
import { join } from './join.ts'
import type { RuleFile, RuleImage, RuleMatch } from './rule.ts'
import { startedPrograms } from './start-scripts.ts'

export type FileMatcher = (file: RuleFile) => RuleMatch | null

/** The part of a path below a root, or null. `/` has everything below it. */
export const below = (root: string, path: string): string | null => {
  if (root === '/') return path.slice(1)
  return path.length > root.length && path[root.length] === '/' && path.startsWith(root)
    ? path.slice(root.length + 1)
    : null
}

/** What is known of a directory. */
export interface Rooted {
  readonly root: string
}

/** How many directories an answer is kept for; beyond it all are forgotten, and found again. */
const REMEMBERED = 50_000

/**
 * Finds the innermost of some directories around a path, and what is known of it; of several with one root the first.
 * It walks up from the path, however many directories there are to choose from, and remembers where the walks ended:
 * an image may hold a million files and thousands of projects.
 */
export const nearestRoot = <T extends Rooted>(areas: readonly T[]): ((path: string) => T | null) => {
  const roots = new Map<string, T>()
  for (const area of areas) if (!roots.has(area.root)) roots.set(area.root, area)
  const known = new Map<string, T | null>()
  const answer = (directory: string): T | null => {
    const passed: string[] = []
    let found: T | null | undefined
    for (let at = directory; ; at = parentOf(at)) {
      found = roots.get(at) ?? known.get(at)
      if (found !== undefined) break
      passed.push(at)
      if (at === '/') break
    }
    if (known.size + passed.length > REMEMBERED) known.clear()
    for (const each of passed.slice(0, REMEMBERED)) known.set(each, found ?? null)
    return found ?? null
  }
  // files of one directory mostly come one after the other
  let lastDirectory = '/'
  let last = answer('/')
  return path => {
    const directory = parentOf(path)
    if (directory !== lastDirectory) {
      lastDirectory = directory
      last = answer(directory)
    }
    return last
  }
}

/** Those directories that lie in none of the others: where projects are nested, the whole is one. */
export const outermost = <T extends Rooted>(areas: readonly T[]): T[] => {
  const around = nearestRoot(areas)
  return areas.filter(({ root }) => root === '/' || around(root) === null)
}

/** A root directory and what of it is claimed. */
export interface Area extends Rooted {
  /** Tried on the part below the root; default: all of it. */
  readonly holds?: RegExp
  /** Default: the root. */
  readonly subject?: string
}

/** Claims what no package owns in some areas, the first that fits; null where none of them exists. */
export const claimAreas = (image: RuleImage, areas: readonly Area[]): FileMatcher | null => {
  const present = areas.flatMap(area => {
    const root = image.resolve(area.root)
    return root === null ? [] : [{ ...area, root, subject: area.subject ?? root }]
  })
  if (present.length === 0) return null
  return file => {
    if (file.owner) return null
    for (const { root, holds, subject } of present) {
      const rest = below(root, file.path)
      if (rest !== null && (!holds || holds.test(rest))) return { subject }
    }
    return null
  }
}

/** A path below every home directory. */
export const inHomes = (image: RuleImage, rest: string): string[] => image.homes.map(home => join(home, rest))

/** The user cache directory of every home (`$XDG_CACHE_HOME` or `~/.cache`, XDG Base Directory Specification). */
export const inCaches = (image: RuleImage, rest: string): string[] => [
  ...inHomes(image, join('.cache', rest)),
  ...fromEnv(image, ['XDG_CACHE_HOME']).map(cache => join(cache, rest)),
]

/** Directories that environment variables name; only absolute ones, and never the root itself. */
export const fromEnv = (image: RuleImage, names: readonly string[]): string[] =>
  names.flatMap(name => {
    const value = image.env.get(name)?.replace(/\/+$/, '') ?? ''
    return value.startsWith('/') && value !== '/' ? [value] : []
  })

/** The directory above `name`'s directory for each of some paths that end in `bin/name`. */
export const rootsOfTool = (image: RuleImage, ...names: readonly string[]): string[] => {
  const roots = image.named(...names).flatMap(path => /^(.*)\/bin\/[^/]+$/.exec(path)?.[1] ?? [])
  return [...new Set(roots)]
}

/**
 * A directory that many unrelated programs share: nothing may claim all of it. Such are those of the system, and every
 * environment of conda or Python, wherever it lies: what was installed into it lies side by side.
 */
export const isSharedPrefix = (image: RuleImage, root: string): boolean =>
  SHARED_PREFIX.test(root) || ENVIRONMENT.some(mark => image.exists(`${root}/${mark}`))

/** conda and its kin keep `conda-meta`, virtualenv and venv `pyvenv.cfg`; an interpreter has libraries of its own. */
const ENVIRONMENT = ['conda-meta', 'pyvenv.cfg', 'bin/python3']

const SHARED_PREFIX = /^(|\/|\/usr|\/usr\/local|\/opt|\/root|\/app|\/srv|\/home\/[^/]+|.*\/\.local)$/

/** A sentence that says that the image's command runs one of some programs, as far as its words and scripts show. */
export const commandRuns = (image: RuleImage, ...programs: readonly string[]): string | null => {
  const found = startedPrograms(image).find(({ name }) => programs.includes(name))
  return found ? `${found.by} runs \`${found.name}\`.` : null
}

/** Below a directory of installed libraries, whose insides are their authors' affair, or among test data. */
export const isPackagePart = (path: string): boolean => PACKAGE_PART.test(path)

const PACKAGE_PART =
  /\/(site-packages|dist-packages|node_modules|site-library|gems|vendor|testdata|pkg\/mod|registry\/src|rustlib)\//

/** Whether a package of the operating system owns a file. Libraries of a language are packages of their own kind. */
export const isSystemOwned = (owner: Package | null): boolean => owner !== null && isSystemPackage(owner)
