/** One package for each manager and name, whatever the databases hold. */
import { groupBy } from '../group-by.ts'
import { isSystemPackage, type Package } from './package.ts'

/**
 * Leaves out the Python distributions that a system's package brought, and makes one package of those that share a
 * manager and a name (two environments with the same distribution, two kernels): with all their files and versions.
 */
export const distinctPackages = (packages: readonly Package[]): Package[] => {
  const owned = packages.some(pkg => pkg.manager === 'python') ? systemMetadata(packages) : new Set<string>()
  const own = packages.filter(
    pkg => pkg.manager !== 'python' || !pkg.files.some(path => isMetadata(path) && owned.has(path)),
  )
  return [...groupBy(own, pkg => `${pkg.manager}:${pkg.name}`).values()].map(merge)
}

const isMetadata = (path: string): boolean => path.endsWith('-info/RECORD') || path.endsWith('-info/PKG-INFO')

const systemMetadata = (packages: readonly Package[]): Set<string> =>
  new Set(packages.filter(isSystemPackage).flatMap(pkg => pkg.files.filter(isMetadata)))

const merge = (group: readonly Package[]): Package => {
  const first = group[0]!
  if (group.length === 1) return first
  const roots = group.flatMap(pkg => pkg.roots ?? [])
  return {
    ...first,
    version: [...new Set(group.map(pkg => pkg.version))].join(', '),
    files: group.flatMap(pkg => pkg.files),
    ...(roots.length > 0 ? { roots } : {}),
    depends: group.flatMap(pkg => pkg.depends),
    recommends: group.flatMap(pkg => pkg.recommends),
    provides: group.flatMap(pkg => pkg.provides),
    requested: group.some(pkg => pkg.requested)
      ? true
      : group.some(pkg => pkg.requested === null)
        ? null
        : false,
  }
}
