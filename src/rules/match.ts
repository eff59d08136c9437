/** Small matchers that rules are made of. No patterns with wildcards: prefixes, names and anchored expressions. */
import { isSystemPackage, type Package } from '../packages/package.ts'
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

/** A root directory and what of it is claimed. */
export interface Area {
  readonly root: string
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

/** Joins a directory and a relative path; a home may be `/`. */
export const join = (directory: string, rest: string): string =>
  directory === '/' ? `/${rest}` : `${directory}/${rest}`

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

/** A directory that many unrelated programs share: nothing may claim all of it. */
export const isSharedPrefix = (root: string): boolean => SHARED_PREFIX.test(root)

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
