/** Who needs whom among the installed packages. */
import type { Package } from './package.ts'

/** Edges as indexes into the list that the graph was made of. */
export interface PackageGraph {
  readonly depends: readonly (readonly number[])[]
  readonly recommends: readonly (readonly number[])[]
}

/** Far above what an image has: databases may be written to make this slow. */
const EDGES_LIMIT = 1e6

/**
 * Every installed package that answers to a needed name is an edge: all alternatives and all providers that are
 * there. So a package may seem needed where another would do, never the reverse. A name is one of its own manager.
 */
export const createPackageGraph = (packages: readonly Package[]): PackageGraph => {
  const answers = new Map<string, number[]>()
  const add = (name: string, index: number): void => {
    const key = `${packages[index]!.manager}:${name}`
    const known = answers.get(key)
    if (!known) answers.set(key, [index])
    else if (known.at(-1) !== index) known.push(index)
  }
  packages.forEach((pkg, index) => {
    add(bareName(pkg), index)
    for (const name of pkg.provides) add(name, index)
  })
  let edgesLeft = EDGES_LIMIT
  const edges = (groups: readonly (readonly string[])[], self: number): number[] => {
    const found = new Set<number>()
    for (const name of new Set(groups.flat())) {
      const answering = answers.get(`${packages[self]!.manager}:${name}`) ?? []
      edgesLeft -= answering.length
      if (edgesLeft < 0) break
      for (const index of answering) found.add(index)
    }
    found.delete(self)
    return [...found]
  }
  return {
    depends: packages.map((pkg, index) => edges(pkg.depends, index)),
    recommends: packages.map((pkg, index) => edges(pkg.recommends, index)),
  }
}

/** Everything that can be reached from `start`, itself included. */
export const reach = (start: number, next: (index: number) => Iterable<number>): Set<number> => {
  const seen = new Set([start])
  for (const index of seen) for (const neighbour of next(index)) seen.add(neighbour)
  return seen
}

/** The name without the `:arch` of a foreign package. */
const bareName = (pkg: Package): string =>
  pkg.manager === 'dpkg' && pkg.name.includes(':') ? pkg.name.slice(0, pkg.name.indexOf(':')) : pkg.name
