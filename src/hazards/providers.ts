/** Which package brings a shared library: from the image's own databases, else from a small table. */
import type { Package } from '../packages/package.ts'
import { DEBIAN_LIBRARIES } from './debian-libraries.ts'
import type { Provider } from './hazard.ts'

const PLAIN = /^[\w.+-]+$/
const SHLIBS = /^\/var\/lib\/dpkg\/info\/[^/]+\.shlibs$/

/** True for the files that `createProviders` reads: `libmariadb 3 libmariadb3` (deb-shlibs(5)). */
export const keepForProviders = (path: string): boolean => path.endsWith('.shlibs') && SHLIBS.test(path)

export interface ProviderFacts {
  readonly layers: readonly { readonly bodies: ReadonlyMap<string, Buffer> }[]
  /** Those of the final state. */
  readonly packages: readonly Package[]
}

/**
 * From a SONAME to its package. What any layer's dpkg knew comes first, hidden layers too: the package may have been
 * there while something was built.
 */
export const createProviders = ({
  layers,
  packages,
}: ProviderFacts): ((soname: string) => Provider | null) => {
  const managers = new Set(packages.map(pkg => pkg.manager))
  let known: Map<string, string> | null = null
  return soname => {
    // it becomes part of a command that somebody may paste
    if (!PLAIN.test(soname)) return null
    if (managers.has('apk')) {
      const provider = packages.find(pkg => pkg.provides.includes(`so:${soname}`))
      return {
        package: provider?.name ?? `so:${soname}`,
        command: `apk add ${provider?.name ?? `so:${soname}`}`,
      }
    }
    known ??= readShlibs(layers)
    const name = known.get(soname) ?? (managers.has('dpkg') ? DEBIAN_LIBRARIES.get(soname) : undefined)
    if (name !== undefined) return { package: name, command: `apt-get install ${name}` }
    return managers.has('rpm') ? { package: soname, command: `dnf install '${soname}()(64bit)'` } : null
  }
}

const readShlibs = (layers: ProviderFacts['layers']): Map<string, string> => {
  const found = new Map<string, string>()
  for (const { bodies } of layers)
    for (const [path, body] of bodies) {
      if (!keepForProviders(path)) continue
      for (const line of body.toString('utf8').split('\n')) {
        // an optional package type comes first: `udeb: libfoo 1 libfoo1-udeb`
        const [, library, version, name] = /^(\S+)\s+(\S+)\s+([a-z0-9][a-z0-9.+-]+)/.exec(line) ?? []
        if (library && version && name && !library.endsWith(':')) {
          found.set(`${library}.so.${version}`, name)
          // `libdb 5.3` is libdb-5.3.so
          found.set(`${library}-${version}.so`, name)
        }
      }
    }
  return found
}
