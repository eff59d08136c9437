/** What rules may ask about an image: once of what is live, once of everything that any layer ever held. */
import type { Package, PackageState } from '../packages/package.ts'
import type { RuleImage } from '../rules/rule.ts'
import { EntryType } from '../tree/entries.ts'
import { compareNames } from '../tree/path-bytes.ts'
import type { Tree } from '../tree/tree.ts'
import type { ReportInput } from './image-report.ts'

/** For visible blobs: the filesystem that a container sees. */
export const liveRuleImage = (input: ReportInput): RuleImage => {
  const { tree, states } = input
  return {
    ...commonOf(input),
    exists: path => tree.resolve(path) !== null,
    resolve: path => tree.resolve(path),
    named: (...names) => {
      const wanted = new Set(names)
      const { directories } = tree.layers[0] ?? { directories: null }
      const found: string[] = []
      tree.eachLive((directory, name) => {
        if (wanted.has(name)) found.push(`${directories!.path(directory)}/${name}`)
      })
      return found.sort(compareNames)
    },
    packages: states.at(-1)?.packages ?? [],
  }
}

/** For hidden blobs, whose neighbours may be gone too. */
export const everRuleImage = (input: ReportInput): RuleImage => {
  const ever = everPaths(input.tree)
  const exists = (path: string): boolean =>
    path === '/' || ever().has(input.tree.canonical(path)) || ever().has(path)
  return {
    ...commonOf(input),
    exists,
    resolve: path => (exists(path) ? path : null),
    named: (...names) => {
      const wanted = new Set(names)
      const found = new Set<string>()
      for (const entries of input.tree.layers)
        for (let id = 0; id < entries.length; id += 1)
          if (wanted.has(entries.name(id))) found.add(entries.path(id))
      return [...found].sort(compareNames)
    },
    packages: everPackages(input.states),
  }
}

const commonOf = ({ image, passwd }: ReportInput): Pick<RuleImage, 'homes' | 'env' | 'command'> => {
  const env = new Map<string, string>()
  for (const line of image.config?.env ?? []) {
    const at = line.indexOf('=')
    if (at > 0) env.set(line.slice(0, at), line.slice(at + 1))
  }
  const command = [...(image.config?.entrypoint ?? []), ...(image.config?.cmd ?? [])]
  return { homes: homesOf(passwd, env), env, command }
}

/** `/root`, `$HOME` and the sixth field of `/etc/passwd`; `/` would make every path somebody's home. */
const homesOf = (passwd: Buffer | null, env: ReadonlyMap<string, string>): string[] => {
  const homes = new Set(['/root'])
  const add = (home: string | undefined): void => {
    const tidy = home?.replace(/\/+$/, '')
    if (tidy?.startsWith('/')) homes.add(tidy)
  }
  add(env.get('HOME'))
  for (const line of (passwd?.toString('utf8') ?? '').split('\n')) add(line.split(':')[5])
  return [...homes].sort(compareNames)
}

/** All paths that any layer holds, made when first asked for. */
const everPaths = (tree: Tree): (() => ReadonlySet<string>) => {
  let paths: Set<string> | null = null
  return () => {
    if (paths) return paths
    paths = new Set()
    for (const entries of tree.layers)
      for (let id = 0; id < entries.length; id += 1)
        if (entries.type(id) !== EntryType.other) paths.add(entries.path(id))
    return paths
  }
}

/** Each package as the last database that knew it has it. */
const everPackages = (states: readonly PackageState[]): Package[] => {
  const last = new Map<string, Package>()
  for (const state of states) for (const pkg of state.packages) last.set(`${pkg.manager}:${pkg.name}`, pkg)
  return [...last.values()]
}
