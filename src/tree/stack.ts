/**
 * Layers to one tree: whiteouts, opaque directories, overwrites and hard links, with every byte accounted for
 * (OCI image-spec, layer.md; measured on real exports, see docs/decisions/0005-bytes-belong-to-blobs.md).
 */

import { LimitError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { lastPart } from '../path-parts.ts'
import { type Directories, type EntryTable, EntryType, ROOT } from './entries.ts'
import { checkLinkChains } from './link-chains.ts'
import { indexEntryNames, type NameIndex } from './name-index.ts'
import { compareNames } from './path-bytes.ts'
import type { Blob, Tree } from './tree.ts'

const WHITEOUT = '.wh.'
const OPAQUE = '.wh..wh..opq'
/** Names that AUFS left behind in old images: no deletion and no file of anybody's. */
const AUFS = '.wh..wh.'

/** What lives at a path: an entry, and for a regular file its blob. */
interface Live {
  readonly layer: number
  readonly entry: number
  readonly type: EntryType
  /** Index into the list of blobs, or -1. */
  readonly blob: number
}

/** Contents kept by the reader, as they are after a layer that changed any of them. */
export interface Snapshot {
  readonly layer: number
  readonly bodies: ReadonlyMap<string, Buffer>
}

export interface StackInput {
  readonly entries: EntryTable
  readonly bodies: ReadonlyMap<string, Buffer>
}

export interface Stacked {
  readonly tree: Tree
  /** One for each layer that changed a kept body; the last holds what the final image has. */
  readonly snapshots: readonly Snapshot[]
}

/** Stacks layers, base first. All tables share one `Directories`. */
export const stackLayers = (layers: readonly StackInput[], directories: Directories): Stacked => {
  const tables = layers.map(layer => layer.entries)
  const state = createState(directories, live =>
    live.entry < 0 ? '' : (tables[live.layer]!.link(live.entry) ?? ''),
  )
  const snapshots: Snapshot[] = []
  let bodyStates = 0
  for (const [index, layer] of layers.entries()) {
    const changed = stackLayer(state, layer, index)
    if (!changed) continue
    bodyStates += state.bodies.size
    if (bodyStates > LIMITS.bodyStates)
      throw new LimitError(
        `more than ${LIMITS.bodyStates} states of package databases and the like, which is the limit (bodyStates)`,
      )
    snapshots.push({ layer: index, bodies: new Map(state.bodies) })
  }
  if (state.links > LIMITS.linkChain) checkLinks(state)
  for (const [index, names] of state.names) state.blobs[index]!.paths = [...names].sort(compareNames)
  for (const blob of state.blobs)
    if (blob.paths && blob.paths.length === 1 && isOwnPath(tables, blob)) blob.paths = null
  assertAccounted(tables, state.blobs)
  return { tree: createTree(state, tables), snapshots }
}

interface State {
  readonly directories: Directories
  /** The target of a symbolic link, as written. */
  readonly linkOf: (live: Live) => string
  /** For each directory id, its live children by name. */
  readonly children: (Map<string, Live> | undefined)[]
  readonly blobs: Blob[]
  /** Live names of blobs whose names are not just their entry's own path. */
  readonly names: Map<number, Set<string>>
  /** Names that such blobs lost in the layer at hand: a blob is hidden under all of them at once. */
  readonly lost: Map<number, string[]>
  readonly bodies: Map<string, Buffer>
  /** Last parts of all paths that ever had a body, so that most paths need not be spelled out. */
  readonly bodyNames: Set<string>
  bodiesChanged: boolean
  /** Grows with every change that may turn a directory into something else. */
  version: number
  /** Symbolic links that were put anywhere, and names passed on the way along links. */
  links: number
  steps: number
  memo: { directory: number; real: number; version: number }
}

const createState = (directories: Directories, linkOf: State['linkOf']): State => ({
  directories,
  linkOf,
  children: [],
  blobs: [],
  names: new Map(),
  lost: new Map(),
  bodies: new Map(),
  bodyNames: new Set(),
  bodiesChanged: false,
  version: 0,
  links: 0,
  steps: 0,
  memo: { directory: ROOT, real: ROOT, version: 0 },
})

const stackLayer = (state: State, layer: StackInput, index: number): boolean => {
  const { entries } = layer
  state.bodiesChanged = false
  state.lost.clear()
  for (const path of layer.bodies.keys()) state.bodyNames.add(lastPart(path))
  // deletions act on what lower layers left, whatever the order in this layer's tar
  const whiteouts: number[] = []
  for (let id = 0; id < entries.length; id += 1) if (entries.name(id).startsWith(WHITEOUT)) whiteouts.push(id)
  if (whiteouts.length > 0) replaceByDirectories(state, entries, index)
  for (const id of whiteouts) {
    const name = entries.name(id)
    const directory = liveDirectory(state, entries.directory(id))
    if (directory < 0) continue
    if (name === OPAQUE) removeChildren(state, directory, index)
    else if (!name.startsWith(AUFS) && name.length > WHITEOUT.length)
      removeAt(state, directory, name.slice(WHITEOUT.length), index)
  }
  const links: number[] = []
  for (let id = 0; id < entries.length; id += 1) {
    const name = entries.name(id)
    if (name.startsWith(WHITEOUT)) {
      // a whiteout carries no bytes; one that does is counted, and nobody can see it
      if (entries.type(id) === EntryType.file && entries.sizeBytes(id) > 0)
        state.blobs.push({
          layer: index,
          entry: id,
          sizeBytes: entries.sizeBytes(id),
          hiddenBy: index,
          paths: null,
        })
      continue
    }
    if (entries.type(id) === EntryType.hardlink) {
      // most targets come first, as tar writes them; the others are settled when the layer is complete
      if (!link(state, entries, id, index)) links.push(id)
    } else put(state, layer, id, index)
  }
  for (const id of links) if (!link(state, entries, id, index)) putNameOnly(state, entries, id, index)
  return state.bodiesChanged
}

/**
 * Links and files that the layer replaces by directories, before its deletions: an opaque directory in place of a link is
 * no deletion of what the link led to. overlayfs marks every directory so that replaces something.
 */
const replaceByDirectories = (state: State, entries: EntryTable, index: number): void => {
  for (let id = 0; id < entries.length; id += 1) {
    if (entries.type(id) !== EntryType.directory) continue
    const directory = liveDirectory(state, entries.directory(id))
    const live = directory < 0 ? undefined : state.children[directory]?.get(entries.name(id))
    if (live && live.type !== EntryType.directory) removeAt(state, directory, entries.name(id), index)
  }
}

const put = (state: State, layer: StackInput, id: number, index: number): void => {
  const { entries } = layer
  const name = entries.name(id)
  if (name === '') {
    // a file without a name can be in nobody's sight; its bytes are shipped all the same
    if (entries.type(id) === EntryType.file)
      state.blobs.push({
        layer: index,
        entry: id,
        sizeBytes: entries.sizeBytes(id),
        hiddenBy: index,
        paths: null,
      })
    return
  }
  const directory = realDirectory(state, entries.directory(id), index)
  const type = entries.type(id)
  const before = state.children[directory]?.get(name)
  // the contents of a directory that is there already stay
  if (before && !(type === EntryType.directory && before.type === EntryType.directory))
    removeAt(state, directory, name, index)
  let blob = -1
  if (type === EntryType.file) {
    blob = state.blobs.length
    state.blobs.push({
      layer: index,
      entry: id,
      sizeBytes: entries.sizeBytes(id),
      hiddenBy: null,
      paths: null,
    })
    if (directory !== entries.directory(id)) state.names.set(blob, new Set([pathOf(state, directory, name)]))
    if (state.bodyNames.has(name))
      keepBody(state, pathOf(state, directory, name), layer.bodies.get(entries.path(id)))
  } else if (type === EntryType.symlink) {
    state.version += 1
    state.links += 1
  }
  childrenOf(state, directory).set(name, { layer: index, entry: id, type, blob })
}

/** A name of content that is already there; false while its target is not. */
const link = (state: State, entries: EntryTable, id: number, index: number): boolean => {
  const target = lookup(state, entries.link(id) ?? '/')
  if (!target || target.live.type === EntryType.directory) return false
  const directory = realDirectory(state, entries.directory(id), index)
  const name = entries.name(id)
  const path = pathOf(state, directory, name)
  const { live } = target
  if (path === target.path) return true
  const before = state.children[directory]?.get(name)
  if (before && before.blob === live.blob && live.blob >= 0) return true
  if (live.blob >= 0) {
    const names = state.names.get(live.blob) ?? new Set([target.path])
    state.names.set(live.blob, names.add(path))
  }
  if (before) removeAt(state, directory, name, index)
  childrenOf(state, directory).set(name, live)
  const body = state.bodies.get(target.path)
  if (body) state.bodyNames.add(name)
  keepBody(state, path, body)
  return true
}

/** A hard link to nothing: there is a name and no content. */
const putNameOnly = (state: State, entries: EntryTable, id: number, index: number): void => {
  const directory = realDirectory(state, entries.directory(id), index)
  const name = entries.name(id)
  if (name === '') return
  removeAt(state, directory, name, index)
  childrenOf(state, directory).set(name, { layer: index, entry: id, type: EntryType.other, blob: -1 })
}

const keepBody = (state: State, path: string, body: Buffer | undefined): void => {
  if (!body) return
  state.bodies.set(path, body)
  state.bodiesChanged = true
}

const pathOf = (state: State, directory: number, name: string): string =>
  `${state.directories.path(directory)}/${name}`

const childrenOf = (state: State, directory: number): Map<string, Live> => {
  let children = state.children[directory]
  if (!children) {
    children = new Map()
    state.children[directory] = children
  }
  return children
}

/** The live directory that a written one stands for, links in its parents followed; -1 when there is none. */
const liveDirectory = (state: State, directory: number): number => {
  const { directories } = state
  let at = ROOT
  for (const name of namesDown(state, directory)) {
    const live = state.children[at]?.get(name)
    if (live?.type === EntryType.directory) at = directories.find(at, name)
    else if (live?.type === EntryType.symlink) at = linkedDirectory(state, at, name)
    else return -1
    if (at < 0) return -1
  }
  return at
}

/**
 * The directory that content written below `directory` lands in: links in the parents are followed, as containerd and
 * umoci do when they unpack; anything else that is no directory gives way, and missing parents come into being.
 */
const realDirectory = (state: State, directory: number, index: number): number => {
  if (directory === ROOT) return ROOT
  const { memo, directories } = state
  if (memo.directory === directory && memo.version === state.version) return memo.real
  let at = ROOT
  for (const name of namesDown(state, directory)) {
    const live = state.children[at]?.get(name)
    if (live?.type === EntryType.directory) {
      at = directories.child(at, name)
      continue
    }
    const linked = live?.type === EntryType.symlink ? linkedDirectory(state, at, name) : -1
    if (linked >= 0) {
      at = linked
      continue
    }
    if (live) removeAt(state, at, name, index)
    childrenOf(state, at).set(name, { layer: index, entry: -1, type: EntryType.directory, blob: -1 })
    at = directories.child(at, name)
  }
  state.memo = { directory, real: at, version: state.version }
  return at
}

/** The names from below the root down to a directory. Without recursion: an attacker chooses the depth. */
const namesDown = ({ directories }: State, directory: number): string[] => {
  const names: string[] = []
  for (let at = directory; at !== ROOT; at = directories.parent(at)) names.push(directories.name(at))
  return names.reverse()
}

/** The directory that a link leads to, or -1. */
const linkedDirectory = (state: State, parent: number, name: string): number => {
  const end = walk(state, pathOf(state, parent, name), true)
  return end?.live?.type === EntryType.directory ? end.directory : -1
}

const removeAt = (state: State, directory: number, name: string, index: number): void => {
  const children = state.children[directory]
  const live = children?.get(name)
  if (!children || !live) return
  children.delete(name)
  state.version += live.type === EntryType.file ? 0 : 1
  if (live.type === EntryType.directory) {
    const below = state.directories.find(directory, name)
    if (below >= 0) removeChildren(state, below, index)
  } else if (live.blob >= 0) forget(state, directory, name, live, index)
}

/** Everything below a directory, without recursion: an attacker chooses the depth. */
const removeChildren = (state: State, directory: number, index: number): void => {
  state.version += 1
  const pending = [directory]
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    const children = state.children[at]
    if (!children) continue
    for (const [name, live] of children) {
      if (live.type === EntryType.directory) {
        const below = state.directories.find(at, name)
        if (below >= 0) pending.push(below)
      } else if (live.blob >= 0) forget(state, at, name, live, index)
    }
    state.children[at] = undefined
  }
}

/** A blob loses a name; without its last one it is hidden from here on. */
const forget = (state: State, directory: number, name: string, live: Live, index: number): void => {
  const names = state.names.get(live.blob)
  const path = names || state.bodyNames.has(name) ? pathOf(state, directory, name) : ''
  if (state.bodies.delete(path)) state.bodiesChanged = true
  const blob = state.blobs[live.blob]!
  if (names) {
    names.delete(path)
    const lost = state.lost.get(live.blob) ?? []
    lost.push(path)
    state.lost.set(live.blob, lost)
    if (names.size > 0) return
    blob.paths = lost.sort(compareNames)
    state.names.delete(live.blob)
  }
  blob.hiddenBy = index
}

/** What lives at a path, links in its parents followed. */
const lookup = (state: State, path: string): { readonly live: Live; readonly path: string } | null => {
  const slash = path.lastIndexOf('/')
  const directory = state.directories.lookup(path.slice(0, slash))
  const live = directory < 0 ? undefined : state.children[directory]?.get(path.slice(slash + 1))
  if (live) return { live, path }
  const end = walk(state, path, false)
  return end?.live ? { live: end.live, path: end.path } : null
}

/** Few bytes can ask for very long ways: a hundred links of two thousand parts each, for every entry. */
const countSteps = (state: State, steps: number): void => {
  state.steps += steps
  if (state.steps > LIMITS.linkSteps)
    throw new LimitError(
      `more than ${LIMITS.linkSteps} names on the way along links, which is the limit (linkSteps)`,
    )
}

/** Every live symbolic link, and the one that its target names. */
const checkLinks = (state: State): void => {
  const links = new Map<Live, { readonly directory: number; readonly name: string }>()
  for (const [directory, children] of state.children.entries())
    if (children)
      for (const [name, live] of children)
        if (live.type === EntryType.symlink) links.set(live, { directory, name })
  const { directories } = state
  checkLinkChains(links.keys(), live => {
    const { directory } = links.get(live)!
    const target = state.linkOf(live)
    if (target.length > LIMITS.linkBytes) return null
    let at = target.startsWith('/') ? ROOT : directory
    const parts = target.split('/').filter(part => part !== '' && part !== '.')
    const last = parts.pop()
    for (const part of parts) {
      at = part === '..' ? Math.max(directories.parent(at), ROOT) : directories.find(at, part)
      if (at < 0) return null
    }
    const next = last === undefined ? undefined : state.children[at]?.get(last)
    return next?.type === EntryType.symlink && links.has(next) ? next : null
  })
}

interface Walked {
  /** Where the path leads; what does not exist is appended as written. */
  readonly path: string
  readonly live: Live | null
  /** Id of the directory at the end, or -1. */
  readonly directory: number
}

/** Walks a path from the root, following links in its parents, and in its last part too when `last` says so. */
const walk = (state: State, path: string, last: boolean): Walked | null => {
  const { directories } = state
  const pending = path.split('/').reverse()
  countSteps(state, pending.length)
  const at: { readonly id: number; readonly name: string; readonly live: Live | null }[] = []
  let hops = 0
  while (pending.length > 0) {
    const part = pending.pop()!
    if (part === '' || part === '.') continue
    if (part === '..') {
      at.pop()
      continue
    }
    const parent = at.length === 0 ? ROOT : at.at(-1)!.id
    const live = (parent >= 0 ? state.children[parent]?.get(part) : undefined) ?? null
    if (live?.type === EntryType.symlink && (last || pending.some(piece => piece !== '' && piece !== '.'))) {
      hops += 1
      const target = state.linkOf(live)
      if (hops > LIMITS.linkHops || target.length > LIMITS.linkBytes) return null
      if (target.startsWith('/')) at.length = 0
      for (const piece of target.split('/').reverse()) pending.push(piece)
      countSteps(state, pending.length)
      continue
    }
    at.push({
      // an empty directory has no id until something is put below it
      id: live?.type === EntryType.directory ? directories.child(parent, part) : -1,
      name: part,
      live,
    })
  }
  const end = at.at(-1)
  return {
    path: `/${at.map(step => step.name).join('/')}`,
    live: end ? end.live : ROOT_LIVE,
    directory: end ? end.id : ROOT,
  }
}

const ROOT_LIVE: Live = { layer: 0, entry: -1, type: EntryType.directory, blob: -1 }

const isOwnPath = (tables: readonly EntryTable[], blob: Blob): boolean =>
  blob.paths![0] === tables[blob.layer]!.path(blob.entry)

/** All bytes = visible + hidden, or nothing is reported at all. */
const assertAccounted = (tables: readonly EntryTable[], blobs: readonly Blob[]): void => {
  let fromEntries = 0
  for (const entries of tables)
    for (let id = 0; id < entries.length; id += 1)
      if (entries.type(id) === EntryType.file) fromEntries += entries.sizeBytes(id)
  let fromBlobs = 0
  for (const blob of blobs) fromBlobs += blob.sizeBytes
  if (fromEntries !== fromBlobs)
    throw new Error(`bytes are missing: ${fromEntries} in the layers, ${fromBlobs} accounted for`)
}

/** The index is made when it is first asked. */
const lazyNames = (layers: readonly EntryTable[]): NameIndex => {
  let index: NameIndex | null = null
  return (name, found) => {
    index ??= indexEntryNames(layers)
    index(name, found)
  }
}

const createTree = (state: State, layers: readonly EntryTable[]): Tree => ({
  layers,
  blobs: state.blobs,
  entryAt: path => {
    const live = lookup(state, path)?.live
    return live && live.entry >= 0 ? { layer: live.layer, entry: live.entry } : null
  },
  eachLive: visit => {
    for (const [directory, children] of state.children.entries())
      if (children) for (const [name, { layer, entry }] of children) visit(directory, name, layer, entry)
  },
  eachNamed: lazyNames(layers),
  canonical: path => walk(state, path, false)?.path ?? path,
  resolve: path => {
    const end = walk(state, path, true)
    return end?.live ? end.path : null
  },
})
