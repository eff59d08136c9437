/** What the rules see of an image, made from its tree. */

import { groupBy } from '../group-by.ts'
import type { Package } from '../packages/package.ts'
import { lastPart } from '../path-parts.ts'
import { EntryType } from '../tree/entries.ts'
import { compareNames } from '../tree/path-bytes.ts'
import type { Tree } from '../tree/tree.ts'
import { treeDirectories } from '../tree/tree-directories.ts'
import { once } from './once.ts'
import type { RuleImage } from './rule.ts'

export interface RuleImageFacts {
  /** `/etc/passwd` as a container sees it, or null. */
  readonly passwd: Buffer | null
  /** `NAME=value`, as in the image configuration. */
  readonly env: readonly string[]
  /** ENTRYPOINT and CMD together. */
  readonly command: readonly string[]
  readonly workingDirectory?: string | null
  readonly labels?: Readonly<Record<string, string>>
  readonly platform?: string | null
  readonly baseName?: string | null
  readonly packages: readonly Package[]
  /** Names that files outside of the system's packages load; see `RuleImage`. Nothing where it is left out. */
  readonly loaded?: Iterable<string>
  /** For each layer what `keepForRules` kept of it, by path. */
  readonly bodies?: readonly ReadonlyMap<string, Buffer>[]
}

/** The image as a container sees it: for live blobs. `packages` are those of the final state. */
export const liveRuleImage = (tree: Tree, facts: RuleImageFacts): RuleImage => {
  const directories = once(() => treeDirectories(tree))
  const implied = (name: string): string[] =>
    directories()
      .named(name)
      .filter(path => tree.resolve(path) === path)
  return {
    ...knownFacts(facts),
    exists: path => tree.entryAt(path) !== null || tree.resolve(path) !== null,
    resolve: path => tree.resolve(path),
    named: (...names) => sorted([...names.flatMap(name => findLive(tree, name)), ...names.flatMap(implied)]),
    bodies: path => {
      const at = tree.entryAt(tree.resolve(path) ?? path)
      const body = at && facts.bodies?.[at.layer]?.get(tree.layers[at.layer]!.path(at.entry))
      return body ? [body] : []
    },
  }
}

/**
 * The image as it was while its layers were made: for hidden blobs. Whatever any layer held exists. `packages` are all
 * that were ever installed, in their last state (`packagesEver`).
 */
export const pastRuleImage = (tree: Tree, facts: RuleImageFacts): RuleImage => {
  const directories = once(() => treeDirectories(tree))
  const ever = pathsEver(tree)
  const existed = (path: string): boolean => directories().has(path) || ever(lastPart(path)).has(path)
  return {
    ...knownFacts(facts),
    exists: path => tree.entryAt(path) !== null || tree.resolve(path) !== null || existed(path),
    resolve: path => tree.resolve(path) ?? (existed(path) ? path : null),
    named: (...names) => sorted(names.flatMap(name => [...ever(name), ...directories().named(name)])),
    bodies: path => (facts.bodies ?? []).toReversed().flatMap(bodies => bodies.get(path) ?? []),
  }
}

/**
 * Every package that some state knew, in its last one; the last state's own list where nothing was ever removed.
 * @param states lowest layer first
 */
export const packagesEver = (
  states: readonly { readonly packages: readonly Package[] }[],
): readonly Package[] => {
  const last = new Map<string, Package>()
  for (const state of states) for (const pkg of state.packages) last.set(`${pkg.manager}:${pkg.name}`, pkg)
  const final = states.at(-1)?.packages ?? []
  return last.size === final.length ? final : [...last.values()]
}

const knownFacts = (facts: RuleImageFacts): Omit<RuleImage, 'exists' | 'resolve' | 'named' | 'bodies'> => {
  const env = new Map(
    facts.env.map((line): [string, string] => {
      const equals = line.indexOf('=')
      return equals === -1 ? [line, ''] : [line.slice(0, equals), line.slice(equals + 1)]
    }),
  )
  const homes = ['/root', ...homesOf(facts.passwd), env.get('HOME') ?? '']
  const absolute = homes.filter(home => home.startsWith('/')).map(home => home.replace(/(.)\/+$/, '$1'))
  return {
    homes: [...new Set(absolute)],
    env,
    command: facts.command,
    workingDirectory: facts.workingDirectory?.startsWith('/') ? facts.workingDirectory : '/',
    labels: new Map(Object.entries(facts.labels ?? {})),
    platform: facts.platform ?? null,
    baseName: facts.baseName ?? null,
    packages: facts.packages,
    loaded: new Set([...(facts.loaded ?? []), ...wordsOf(facts.command)]),
  }
}

/** The last parts of the paths and names in a command. */
const wordsOf = (command: readonly string[]): string[] =>
  command.flatMap(text => text.split(/[\s;&|()"'`=]+/)).map(word => lastPart(word))

/** The sixth field of each line (passwd(5)). */
const homesOf = (passwd: Buffer | null): string[] =>
  (passwd?.toString('utf8') ?? '').split('\n').flatMap(line => line.split(':')[5] ?? [])

/** Entries with this last part that are alive. */
const findLive = (tree: Tree, name: string): string[] => {
  const found: string[] = []
  tree.eachNamed(name, (layer, entry) => {
    const table = tree.layers[layer]!
    const path = table.path(entry)
    const live = tree.entryAt(path)
    // a hard link's live entry may be told as its target's: any live entry at the path will do
    if (live && (live.layer === layer || table.type(entry) === EntryType.hardlink)) found.push(path)
  })
  return found
}

/** Every path that an entry of any layer ever had, by its last part; spelled out when somebody asks for it. */
const pathsEver = (tree: Tree): ((name: string) => ReadonlySet<string>) => {
  // written below a link, content lies where the link leads
  const elsewhere = once(() =>
    groupBy(
      tree.blobs.flatMap(blob => blob.paths ?? []),
      lastPart,
    ),
  )
  const known = new Map<string, ReadonlySet<string>>()
  return name => {
    let paths = known.get(name)
    if (!paths) {
      const found = new Set(elsewhere().get(name))
      tree.eachNamed(name, (layer, entry) => found.add(tree.layers[layer]!.path(entry)))
      paths = found
      known.set(name, paths)
    }
    return paths
  }
}

const sorted = (paths: readonly string[]): string[] => [...new Set(paths)].sort(compareNames)
