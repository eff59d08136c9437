/** What a rewrite is planned from and proved by: one image, with everything that its report leaves out. */
import type { HazardImage } from '../hazards/hazard.ts'
import { createHazardImage } from '../hazards/hazard-image.ts'
import { createInheritance } from '../hazards/inheritance.ts'
import type { ImageConfig } from '../image/image.ts'
import type { Package } from '../packages/package.ts'
import { hazardFactsOf, type Judgement, type ReportInput } from '../report/image-report.ts'
import type { ImageReport } from '../report/types.ts'
import type { Claim } from '../rules/run-rules.ts'
import { type EntryTable, EntryType } from '../tree/entries.ts'
import { compareNames } from '../tree/path-bytes.ts'
import { blobPaths } from '../tree/tree.ts'

/** One live entry of the image. */
export interface Item {
  /** Absolute and canonical. */
  readonly path: string
  readonly type: EntryType
  readonly sizeBytes: number
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** The target of a symbolic link as written. */
  readonly link: string | null
  /** SHA-256 of a regular file's content, hexadecimal. */
  readonly hash: string | null
  readonly layer: number
}

export interface Scene {
  readonly report: ImageReport
  readonly config: ImageConfig | null
  /** How many of the lowest layers come from the base image; 0 where nobody knows. */
  readonly baseLayers: number
  readonly hazards: HazardImage
  /** Those of the final state. */
  readonly packages: readonly Package[]
  /** Those that the base image had. */
  readonly basePackages: readonly Package[]
  /** Live entries of the layers above the base that the base does not hold alike, by byte order. */
  readonly own: readonly Item[]
  /** Live files that may do more than their user (capabilities(7)), by path: the attribute's value, hexadecimal. */
  readonly capabilities: ReadonlyMap<string, string>
  /** What lives at a canonical path. */
  readonly at: (path: string) => Item | null
  /** Whether the base image had a directory there. */
  readonly baseHasDirectory: (path: string) => boolean
  /** Whether the base image had anything there: a file, a link or a directory. */
  readonly baseHas: (path: string) => boolean
  /** Whether a layer writes, changes or deletes anything at a path or below it. */
  readonly wrote: (layer: number, path: string) => boolean
  readonly ownerOf: (path: string) => Package | null
  /** The rule that claims a file, or null. */
  readonly claimOf: (path: string) => Claim | null
  /** A kept content; null where it was not kept. */
  readonly body: (path: string) => Buffer | null
  /** Every live path that is no directory. */
  readonly eachFile: (visit: (path: string) => void) => void
}

/** True for a path that a rule is certain to be left over from the build. */
export const isLeftover = (scene: Scene, path: string): boolean =>
  scene.claimOf(path)?.certainty === 'leftover'

export const createScene = (input: ReportInput, judgement: Judgement, report: ImageReport): Scene => {
  const { tree, image, states, base } = input
  const { owners, judged } = judgement
  const baseLayers = base?.layers ?? 0
  const hazards = createHazardImage(hazardFactsOf(input, owners))
  const claims = new Map<string, Claim>()
  const links = new Map<string, number>()
  for (const { blob, claim } of judged)
    if (blob.hiddenBy === null) {
      const paths = blobPaths(tree, blob)
      if (claim) for (const path of paths) claims.set(path, claim)
      // a further name of a file stands for the file's own entry
      for (const path of paths) links.set(path, blob.entry)
    }
  const itemOf = (path: string, layer: number, entry: number): Item => {
    const table = tree.layers[layer]!
    const type = table.type(entry) === EntryType.hardlink ? EntryType.file : table.type(entry)
    const file = type === EntryType.file ? (links.get(path) ?? entry) : entry
    return {
      path,
      type,
      sizeBytes: table.sizeBytes(file),
      mode: table.mode(entry),
      uid: table.uid(entry),
      gid: table.gid(entry),
      link: type === EntryType.symlink ? (table.link(entry) ?? '') : null,
      hash: type === EntryType.file ? table.hashHex(file) : null,
      layer,
    }
  }
  const at = (path: string): Item | null => {
    const found = tree.entryAt(path)
    return found && itemOf(path, found.layer, found.entry)
  }
  const isInherited = createInheritance(tree, base?.layers ?? null)
  return {
    report,
    config: image.config,
    baseLayers,
    hazards,
    packages: states.at(-1)?.packages ?? [],
    basePackages: states.findLast(state => state.layer < baseLayers)?.packages ?? [],
    own: ownItems(input, baseLayers, isInherited, itemOf),
    capabilities: capabilitiesOf(input),
    at,
    baseHasDirectory: baseDirectories(input, baseLayers),
    baseHas: path => hasPath(input, path, baseLayers),
    wrote: (layer, path) => writes(tree.layers[layer]!, path),
    ownerOf: owners.live,
    claimOf: path => claims.get(path) ?? null,
    body: path => {
      const found = tree.entryAt(tree.resolve(path) ?? path)
      return found
        ? (image.layers[found.layer]!.bodies.get(tree.layers[found.layer]!.path(found.entry)) ?? null)
        : null
    },
    eachFile: visit => {
      const directories = tree.layers[0]?.directories
      tree.eachLive((directory, name) => {
        const path = `${directories!.path(directory)}/${name}`
        const found = tree.entryAt(path)
        if (found && tree.layers[found.layer]!.type(found.entry) !== EntryType.directory) visit(path)
      })
    },
  }
}

const ownItems = (
  { tree }: ReportInput,
  baseLayers: number,
  isInherited: (layer: number, entry: number) => boolean,
  itemOf: (path: string, layer: number, entry: number) => Item,
): Item[] => {
  const items: Item[] = []
  tree.layers.forEach((table, layer) => {
    if (layer < baseLayers) return
    for (let entry = 0; entry < table.length; entry += 1) {
      const path = tree.canonical(table.path(entry))
      const live = tree.entryAt(path)
      if (path === '/' || live?.layer !== layer) continue
      // a further name of a file is told as the file
      const isName = table.type(entry) === EntryType.hardlink && table.type(live.entry) === EntryType.file
      if (live.entry !== entry && !isName) continue
      // a file of the base with another power is the author's
      const isBase = table.type(entry) !== EntryType.directory && !table.capabilities.has(live.entry)
      if (isBase && isInherited(layer, live.entry)) continue
      items.push(itemOf(path, layer, live.entry))
    }
  })
  return items.sort((a, b) => compareNames(a.path, b.path))
}

const capabilitiesOf = ({ tree }: ReportInput): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  tree.layers.forEach((table, layer) => {
    for (const [entry, hex] of table.capabilities) {
      const path = tree.canonical(table.path(entry))
      const live = tree.entryAt(path)
      if (live?.layer === layer && live.entry === entry) found.set(path, hex)
    }
  })
  return found
}

/** At some time: what a later layer of the base deleted counts, too. */
const hasPath = ({ tree }: ReportInput, path: string, baseLayers: number): boolean =>
  tree.layers.slice(0, baseLayers).some(table => writes(table, path))

const DELETED = /\/\.wh\.(?!\.wh\.)([^/]+)$/

/** A deletion is an entry of another name in the same directory. */
const writes = (table: EntryTable, path: string): boolean => {
  for (let entry = 0; entry < table.length; entry += 1) {
    const at = table.path(entry).replace(DELETED, '/$1')
    if (at === path || at.startsWith(`${path}/`)) return true
  }
  return false
}

const baseDirectories = ({ tree }: ReportInput, baseLayers: number): ((path: string) => boolean) => {
  const known = new Set<string>()
  for (const table of tree.layers.slice(0, baseLayers))
    for (let entry = 0; entry < table.length; entry += 1) {
      known.add(table.directories.path(table.directory(entry)))
      if (table.type(entry) === EntryType.directory) known.add(table.path(entry))
    }
  return path => path === '/' || known.has(path)
}
