/** Which of the packages that a person asked for brought each package in. */
import { compareNames } from '../tree/path-bytes.ts'
import type { Package } from './package.ts'
import { createPackageGraph, reach } from './package-graph.ts'

/** Steps along who needs whom, for all packages together: an ordinary image takes some hundred thousand. */
const STEPS_LIMIT = 5e7

/**
 * For each package the names that were asked for and from which it can be reached over what they need and recommend;
 * sorted, and empty where nobody new asked. A package that was itself asked for has only itself. Where the manager
 * kept no record of what was asked for, that is what no other new package needs. Of two managers' packages with one
 * name the first one's answer counts.
 * @param before names of the packages that lower layers had installed
 */
export const requestedBy = (
  packages: readonly Package[],
  before: ReadonlySet<string>,
): Map<string, string[]> => {
  const graph = createPackageGraph(packages)
  const wishes = packages.map((_, index) => graph.depends[index]!.concat(graph.recommends[index]!))
  let steps = 0
  const next = (index: number): readonly number[] => {
    steps += wishes[index]!.length
    return wishes[index]!
  }
  const needed = neededByNew(packages, before, next)
  const requesters: string[][] = packages.map(() => [])
  packages.forEach((pkg, start) => {
    if (before.has(pkg.name) || !(pkg.requested ?? !needed.has(start))) return
    requesters[start] = [pkg.name]
  })
  const asked = requesters.flatMap((names, index) => (names.length > 0 ? [index] : []))
  for (const start of asked) {
    if (steps > STEPS_LIMIT) break
    for (const index of reach(start, next)) {
      if (requesters[index]![0] !== packages[index]!.name) requesters[index]!.push(packages[start]!.name)
    }
  }
  return new Map(
    packages.map((pkg, index) => [pkg.name, requesters[index]!.sort(compareNames)] as const).reverse(),
  )
}

const neededByNew = (
  packages: readonly Package[],
  before: ReadonlySet<string>,
  next: (index: number) => readonly number[],
): Set<number> => {
  const needed = new Set<number>()
  packages.forEach((pkg, index) => {
    if (!before.has(pkg.name)) for (const other of next(index)) needed.add(other)
  })
  return needed
}
