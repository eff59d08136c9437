/**
 * Which installed packages the rules claim. A name and a section say what a package is for; who depends on it says
 * whether it can go.
 */

import { isSystemPackage, type Package } from '../packages/package.ts'
import { createPackageGraph, type PackageGraph, reach } from '../packages/package-graph.ts'
import { lastPart } from '../path-parts.ts'
import type { PackageRole, Rule } from './rule.ts'

export interface PackageClaim {
  /** Index into the list of rules. */
  readonly rule: number
  /** The reason for being a hint, or null for a leftover. */
  readonly hint: string | null
}

/** Names a package the same way in every state of the databases. */
export const packageKey = (pkg: Package): string => `${pkg.manager}:${pkg.name}`

/** Claims by `packageKey`. */
export const claimPackages = (
  rules: readonly Rule[],
  packages: readonly Package[],
  loaded: ReadonlySet<string> = new Set(),
): Map<string, PackageClaim> => {
  const roles = packages.map(pkg => {
    // the names that rules know are those of operating systems' packages
    const isKnown = isSystemPackage(pkg)
    return rules.map(rule => (isKnown ? (rule.matchPackage?.(pkg) ?? null) : null))
  })
  const graph = createPackageGraph(packages)
  const isBuild = roles.map(row => row.some(role => role?.role === 'build'))
  const came = cameAlong(packages, isBuild, graph)
  const neededBy = findNeeded(packages, isBuild, came, graph.depends)
  const users = invert(graph.depends, graph.recommends)
  const claims = new Map<string, PackageClaim>()
  const removable = findRemovable(packages, isBuild, came, graph, loaded)
  const supports = rules.map((_, rule) => settleSupport(roles, rule, came, users, graph))
  packages.forEach((pkg, index) => {
    const rule = roles[index]!.findIndex(
      (role, at) =>
        role &&
        (role.role !== 'support' || supports[at]!.has(index)) &&
        (role.role !== 'along' || removable.has(index)),
    )
    if (rule === -1) return
    const role = roles[index]![rule]!
    const isUnrecorded = role.role === 'support' && pkg.requested === null
    const hint = isUnrecorded
      ? 'Build packages need it; whether it was asked for, too, nobody wrote down.'
      : hintFor(role, [index, ...users[index]!], neededBy, packages)
    claims.set(packageKey(pkg), { rule, hint })
  })
  return claims
}

const hintFor = (
  role: PackageRole,
  itselfAndUsers: readonly number[],
  neededBy: readonly (number | null)[],
  packages: readonly Package[],
): string | null => {
  if (role.hint) return role.hint
  if (role.role === 'maybe') return 'It may be wanted at run time.'
  const asked = role.role === 'support' ? itselfAndUsers : itselfAndUsers.slice(0, 1)
  const root = asked.map(index => neededBy[index]).find(found => found !== null && found !== undefined)
  return root === undefined || root === null ? null : `\`${packages[root]!.name}\` depends on it.`
}

/**
 * For each package whether it is there for another one's sake. Where the manager kept no record (rpm), that is what a
 * build package needs, directly or not, and is none itself: it may have been asked for, but speaks for nothing.
 */
const cameAlong = (
  packages: readonly Package[],
  isBuild: readonly boolean[],
  graph: PackageGraph,
): boolean[] => {
  const brought = new Set<number>()
  packages.forEach((_, start) => {
    if (!isBuild[start] || brought.has(start)) return
    for (const index of reach(start, at => graph.depends[at]!.filter(next => !brought.has(next))))
      brought.add(index)
  })
  return packages.map((pkg, index) => !(pkg.requested ?? !brought.has(index)))
}

/**
 * For each package the first package that needs it, directly or not, and that is no build package and not there as
 * somebody's dependency. Recommendations do not count: what is merely recommended can go.
 */
const findNeeded = (
  packages: readonly Package[],
  isBuild: readonly boolean[],
  came: readonly boolean[],
  depends: readonly (readonly number[])[],
): (number | null)[] => {
  const neededBy: (number | null)[] = packages.map(() => null)
  packages.forEach((pkg, root) => {
    if (isBuild[root] || isGroup(pkg) || (came[root] && !pkg.essential)) return
    const pending = [root]
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      for (const next of depends[at]!) {
        if (neededBy[next] !== null || next === root) continue
        neededBy[next] = root
        pending.push(next)
      }
    }
  })
  return neededBy
}

/**
 * What the system's manager would remove with the build packages: what they need or recommend, and what nothing that
 * was asked for, or that is loaded by files outside of packages, needs or recommends.
 */
const findRemovable = (
  packages: readonly Package[],
  isBuild: readonly boolean[],
  came: readonly boolean[],
  graph: PackageGraph,
  loaded: ReadonlySet<string>,
): Set<number> => {
  const wishes = (index: number): number[] => [...graph.depends[index]!, ...graph.recommends[index]!]
  const closure = (isRoot: (pkg: Package, index: number) => boolean): Set<number> => {
    const seen = new Set(packages.flatMap((pkg, index) => (isRoot(pkg, index) ? [index] : [])))
    for (const index of seen) for (const next of wishes(index)) seen.add(next)
    return seen
  }
  const isLoaded = ({ files }: Package): boolean => files.some(path => loaded.has(lastPart(path)))
  const brought = closure((_, index) => isBuild[index]!)
  const kept = closure(
    (pkg, index) =>
      pkg.essential ||
      (!isBuild[index] && !isGroup(pkg) && (!came[index] || (brought.has(index) && isLoaded(pkg)))),
  )
  return new Set(
    [...brought].filter(index => packages[index]!.requested === false && !isBuild[index] && !kept.has(index)),
  )
}

/**
 * A name for several packages (`apk add --virtual .build-deps gcc make`): no program that could need them. One that
 * says "run", such as `.python-rundeps`, speaks for its packages.
 */
const isGroup = (pkg: Package): boolean =>
  pkg.manager === 'apk' && pkg.files.length === 0 && !pkg.name.includes('run')

/**
 * The packages that only came along: installed as a dependency, and needed or recommended by nothing but the rule's
 * own build packages and others that came along. What a `-dev` package of another rule needs is what a program may
 * have been linked with, and stays. A package that is struck off strikes off all that it uses, so each is looked at
 * once: databases may be written to make this slow.
 */
const settleSupport = (
  roles: readonly (readonly (PackageRole | null)[])[],
  rule: number,
  came: readonly boolean[],
  users: readonly (readonly number[])[],
  graph: PackageGraph,
): Set<number> => {
  const support = new Set<number>()
  roles.forEach((row, index) => {
    if (row[rule]?.role === 'support' && came[index] && users[index]!.length > 0) support.add(index)
  })
  const isOurs = (user: number): boolean => support.has(user) || roles[user]![rule]?.role === 'build'
  const struck = [...support].filter(index => !users[index]!.every(isOurs))
  for (const index of struck) support.delete(index)
  for (let at = struck.pop(); at !== undefined; at = struck.pop())
    for (const used of [...graph.depends[at]!, ...graph.recommends[at]!])
      if (support.delete(used)) struck.push(used)
  return support
}

const invert = (...edges: readonly (readonly (readonly number[])[])[]): number[][] => {
  const users: Set<number>[] = edges[0]!.map(() => new Set())
  for (const kind of edges)
    kind.forEach((targets, from) => {
      for (const to of targets) users[to]!.add(from)
    })
  return users.map(set => [...set])
}
