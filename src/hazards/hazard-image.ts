/** What the hazard rules see of an image, made from its tree. */
import type { Program } from '../image/image.ts'
import type { Owners } from '../packages/owners.ts'
import { isSystemPackage, type Package } from '../packages/package.ts'
import { EntryType } from '../tree/entries.ts'
import { compareNames } from '../tree/path-bytes.ts'
import { blobPaths, type Tree } from '../tree/tree.ts'
import type { HazardImage, LinkFile, ProgramFile } from './hazard.ts'
import { createInheritance } from './inheritance.ts'
import { type Libc, libcOfLoader } from './libc.ts'
import { createLibraries } from './libraries.ts'
import { machineOf } from './machines.ts'
import { indexNames, type Names, namedPaths, pathsOf } from './names.ts'
import { createProviders } from './providers.ts'
import { pythonDistributions, pythonInterpreters } from './python-facts.ts'

/** What is known of an image beside its tree. */
export interface HazardFacts {
  readonly tree: Tree
  /** For each layer what was read of it. */
  readonly layers: readonly {
    readonly programs: ReadonlyMap<number, Program>
    readonly bodies: ReadonlyMap<string, Buffer>
  }[]
  readonly owners: Owners
  /** Those of the final state. */
  readonly packages: readonly Package[]
  /** False where a package database could not be read: then no file is sure to be the Dockerfile's own. */
  readonly ownersKnown: boolean
  /** How many of the lowest layers come from the base image; null where nobody knows. */
  readonly baseLayers: number | null
  readonly platform: string | null
  readonly env: readonly string[]
  readonly entrypoint: readonly string[]
  readonly cmd: readonly string[]
  readonly workingDirectory: string | null
}

/** What Docker sets where an image has no PATH. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export const createHazardImage = (facts: HazardFacts): HazardImage => {
  const { tree, layers, owners } = facts
  const isSystem = (path: string): boolean => {
    const owner = owners.live(path)
    return !facts.ownersKnown || (owner !== null && isSystemPackage(owner))
  }
  const isInherited = createInheritance(tree, facts.baseLayers)
  const programs = livePrograms(
    facts,
    (paths, layer, entry) => !paths.some(isSystem) && !isInherited(layer, entry),
  )
  const links = liveLinks(tree, (path, layer, entry) => !isSystem(path) && !isInherited(layer, entry))
  const byPath = new Map(programs.flatMap(file => file.paths.map(path => [path, file] as const)))
  const at = (path: string): { layer: number; entry: number } | null => {
    const end = tree.resolve(path)
    return end === null ? null : tree.entryAt(end)
  }
  const programAt = (path: string): ProgramFile | null => byPath.get(tree.resolve(path) ?? '') ?? null
  const names = indexNames(tree)
  const libraries = createLibraries({
    programs,
    links,
    programAt,
    existsNamed: name =>
      !name.includes('.so') || (names.get(name) ?? []).some(path => tree.resolve(path) !== null),
  })
  const env = readEnv(facts.env)
  return {
    platform: facts.platform,
    machine: facts.platform === null ? mostFrequentMachine(programs) : machineOf(facts.platform),
    libcs: loadersOf(tree, names),
    programs,
    links,
    distributions: pythonDistributions(tree, facts.packages, isInherited),
    pythons: pythonInterpreters(tree, names),
    libraries,
    command: facts.entrypoint.length > 0 ? [...facts.entrypoint, ...facts.cmd] : facts.cmd,
    workingDirectory: facts.workingDirectory?.startsWith('/') ? facts.workingDirectory : '/',
    searchPath: (env.get('PATH') ?? DEFAULT_PATH).split(':').filter(folder => folder.startsWith('/')),
    env,
    resolve: tree.resolve,
    isFile: path => {
      const found = at(path)
      return found !== null && tree.layers[found.layer]!.type(found.entry) === EntryType.file
    },
    programAt,
    isExecutable: path => {
      const found = at(path)
      return found !== null && (tree.layers[found.layer]!.mode(found.entry) & 0o111) !== 0
    },
    named: test => namedPaths(tree, test),
    body: path => {
      const found = at(path)
      return found
        ? (layers[found.layer]!.bodies.get(tree.layers[found.layer]!.path(found.entry)) ?? null)
        : null
    },
    isOwn: path => {
      const found = tree.entryAt(path)
      return found !== null && !isSystem(path) && !isInherited(found.layer, found.entry)
    },
    layerOf: path => tree.entryAt(path)?.layer ?? null,
    wasDeleted: deletedPaths(tree),
    providerOf: createProviders(facts),
  }
}

type IsOwn<Where> = (where: Where, layer: number, entry: number) => boolean

const livePrograms = ({ tree, layers }: HazardFacts, isOwn: IsOwn<readonly string[]>): ProgramFile[] =>
  tree.blobs.flatMap(blob => {
    const program = blob.hiddenBy === null ? layers[blob.layer]!.programs.get(blob.entry) : undefined
    if (!program) return []
    const paths = blobPaths(tree, blob)
    return {
      path: paths[0]!,
      paths,
      layer: blob.layer,
      isExecutable: (tree.layers[blob.layer]!.mode(blob.entry) & 0o111) !== 0,
      elf: program.kind === 'elf' ? program.elf : null,
      script: program.kind === 'script' ? program : null,
      isOwn: isOwn(paths, blob.layer, blob.entry),
    }
  })

const liveLinks = (tree: Tree, isOwn: IsOwn<string>): LinkFile[] => {
  const links: LinkFile[] = []
  const directories = tree.layers[0]?.directories
  tree.eachLive((directory, name, layer, entry) => {
    const table = tree.layers[layer]!
    if (entry < 0 || table.type(entry) !== EntryType.symlink) return
    const path = `${directories!.path(directory)}/${name}`
    // a hard link to a link is one more name of it
    const isSame = table.directory(entry) === directory && table.name(entry) === name
    if (isSame || tree.canonical(table.path(entry)) === path)
      links.push({ path, layer, target: table.link(entry) ?? '', isOwn: isOwn(path, layer, entry) })
  })
  return links.sort((a, b) => compareNames(a.path, b.path))
}

const deletedPaths = (tree: Tree): ((path: string) => boolean) => {
  let paths: Set<string> | null = null
  return path => {
    paths ??= new Set(tree.blobs.flatMap(blob => (blob.hiddenBy === null ? [] : [...blobPaths(tree, blob)])))
    return paths.has(path) && tree.resolve(path) === null
  }
}

const mostFrequentMachine = (programs: readonly ProgramFile[]): number | null => {
  const counts = new Map<number, number>()
  let best: number | null = null
  for (const { elf } of programs) {
    if (!elf?.examined) continue
    const count = (counts.get(elf.machine) ?? 0) + 1
    counts.set(elf.machine, count)
    if (best === null || count > counts.get(best)!) best = elf.machine
  }
  return best
}

const readEnv = (lines: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    lines.map((line): [string, string] => {
      const equals = line.indexOf('=')
      return equals === -1 ? [line, ''] : [line.slice(0, equals), line.slice(equals + 1)]
    }),
  )

/** A loader is found by its name: it stands where programs look for it, or is a link there. */
const loadersOf = (tree: Tree, names: Names): ReadonlySet<Libc> => {
  const found = new Set<Libc>()
  for (const path of pathsOf(names, name => libcOfLoader(name) !== null))
    if (tree.resolve(path) !== null) found.add(libcOfLoader(path)!)
  return found
}
