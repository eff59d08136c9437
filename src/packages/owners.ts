/** Which package a file belongs to. */
import type { Package, PackageState } from './package.ts'

export interface Owners {
  /** The owner of a visible file: by the final database alone. */
  live(path: string): Package | null
  /** The owner of a hidden file: by the last database that knew its path. */
  hidden(path: string): Package | null
}

/**
 * Owners by canonical absolute path. A list that names a path says more than a folder that holds it; of several lists
 * the first package's counts, of several folders the innermost.
 * @param states one for each layer that changed a database, lowest first; the last is what a container sees
 * @param canonical follows the symbolic links in a path's parents, also where the path itself is not there: lists say
 * `/bin/bash` where a merged `/usr` has `/usr/bin/bash`. Asked once for each directory
 */
export const ownersOf = (states: readonly PackageState[], canonical: (path: string) => string): Owners => {
  const place = createPlace(canonical)
  const packages: Package[] = []
  const owner = new Map<string, number>()
  const known = new Set<readonly string[]>()
  const liveRoots = new Map<string, Package>()
  const allRoots = new Map<string, Package>()
  const last = states.at(-1)
  let finalCount = 0
  for (const state of states.toReversed()) {
    for (const pkg of state.packages) {
      addRoots(pkg, place, allRoots)
      if (state === last) addRoots(pkg, place, liveRoots)
      // layers share the lists they did not change (file-list.ts): what a higher state knew is settled
      if (known.has(pkg.files)) continue
      known.add(pkg.files)
      packages.push(pkg)
      addFiles(pkg.files, packages.length - 1, place, owner)
    }
    if (state === last) finalCount = packages.length
  }
  const inLiveRoot = createRootSearch(liveRoots)
  const inAnyRoot = createRootSearch(allRoots)
  return {
    live: path => {
      const index = owner.get(path)
      return index !== undefined && index < finalCount ? packages[index]! : inLiveRoot(path)
    },
    hidden: path => packages[owner.get(path) ?? -1] ?? inAnyRoot(path),
  }
}

const addRoots = (pkg: Package, place: (path: string) => string, roots: Map<string, Package>): void => {
  for (const root of pkg.roots ?? []) {
    const at = place(root)
    if (!roots.has(at)) roots.set(at, pkg)
  }
}

/** The package of the innermost root above a path. Each directory is looked at once, however many files it has. */
const createRootSearch = (roots: ReadonlyMap<string, Package>): ((path: string) => Package | null) => {
  if (roots.size === 0) return () => null
  const known = new Map<string, Package | null>([['', null]])
  return path => {
    const pending: string[] = []
    let at = path
    let found: Package | null | undefined
    while (found === undefined) {
      at = at.slice(0, Math.max(at.lastIndexOf('/'), 0))
      found = known.get(at) ?? roots.get(at) ?? (known.has(at) ? null : undefined)
      if (found === undefined) pending.push(at)
    }
    for (const directory of pending) known.set(directory, found)
    return found
  }
}

const addFiles = (
  files: readonly string[],
  index: number,
  place: (path: string) => string,
  owner: Map<string, number>,
): void => {
  for (let i = 0; i < files.length; i += 1) {
    const path = files[i]!
    // a directory stands just above what is in it: leaving those out saves a third of the map
    const next = files[i + 1]
    if (next !== undefined && next.length > path.length && next[path.length] === '/' && next.startsWith(path))
      continue
    const at = place(path)
    if (!owner.has(at)) owner.set(at, index)
  }
}

/** `canonical`, asked once for each directory. A path without links stays the string it is. */
const createPlace = (canonical: (path: string) => string): ((path: string) => string) => {
  const directories = new Map<string, string>()
  return path => {
    const slash = path.lastIndexOf('/')
    const directory = path.slice(0, slash)
    let real = directories.get(directory)
    if (real === undefined) {
      const at = canonical(path)
      real = at.slice(0, at.lastIndexOf('/'))
      directories.set(directory, real)
    }
    return real === directory ? path : real + path.slice(slash)
  }
}
