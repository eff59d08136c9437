/** Why bytes are hidden, and which live bytes are there twice: facts about blobs, before any rule judges them. */

import { groupBy } from '../group-by.ts'
import { lastPart, parentOf } from '../path-parts.ts'
import { countSomeFiles, coveringRoots, type FileCounts } from './cover.ts'
import { type Blob, blobPaths, type Tree } from './tree.ts'

/**
 * What took a blob's last name.
 * - `rewritten`: the same content was stored again with another mode or owner, or with neither changed (`touch`)
 * - `overwritten`: other content at the same path
 * - `moved`: the same content at another path
 * - `deleted`: nothing of the above
 */
export type WasteCause = 'deleted' | 'overwritten' | 'rewritten' | 'moved'

export interface Waste {
  readonly cause: WasteCause
  /** The layer that hid it. */
  readonly hiddenBy: number
  /** What a rewrite changed. */
  readonly changed: { readonly mode: boolean; readonly owner: boolean }
  /** The path that stands for all that one layer did to this blob's layer in this way. */
  readonly root: string
  /** Where the same content lives on, for `moved`. */
  readonly twin: string | null
}

interface Ended {
  readonly index: number
  readonly cause: WasteCause
  readonly twin: Blob | null
}

/** Of hidden blobs with bytes, by index into `tree.blobs`; what its own layer hid is `overwritten`. */
export const explainHidden = (tree: Tree): ReadonlyMap<number, Waste> => {
  const result = new Map<number, Waste>()
  const hidden: number[] = []
  for (const [index, { hiddenBy, sizeBytes }] of tree.blobs.entries())
    if (hiddenBy !== null && sizeBytes > 0) hidden.push(index)
  if (hidden.length === 0) return result
  const byLayer: Blob[][] = tree.layers.map(() => [])
  for (const blob of tree.blobs) byLayer[blob.layer]!.push(blob)
  const counts = new Map<number, FileCounts>()
  const countsOf = (layer: number): FileCounts => {
    const known = counts.get(layer) ?? countSomeFiles(tree, byLayer[layer]!)
    counts.set(layer, known)
    return known
  }
  for (const [layer, indexes] of groupBy(hidden, index => tree.blobs[index]!.hiddenBy!)) {
    const ended = explainLayer(tree, indexes, byLayer[layer]!)
    for (const group of groupBy(ended, each => `${tree.blobs[each.index]!.layer} ${each.cause}`).values())
      addGroup(tree, group, countsOf(tree.blobs[group[0]!.index]!.layer), result)
  }
  return result
}

const addGroup = (
  tree: Tree,
  group: readonly Ended[],
  ofLayer: FileCounts,
  result: Map<number, Waste>,
): void => {
  const roots = coveringRoots(
    tree,
    group.map(each => tree.blobs[each.index]!),
    ofLayer,
  )
  // most files of a group share one root, and were changed alike: they share what is said of them
  let last: Waste | null = null
  group.forEach(({ index, cause, twin }, at) => {
    const blob = tree.blobs[index]!
    const waste: Waste = {
      cause,
      hiddenBy: blob.hiddenBy!,
      changed: cause === 'rewritten' && twin ? difference(tree, blob, twin) : UNCHANGED,
      root: roots[at]!,
      twin: cause === 'moved' && twin ? blobPaths(tree, twin)[0]! : null,
    }
    if (!last || !isSame(last, waste)) last = waste
    result.set(index, last)
  })
}

const UNCHANGED: Waste['changed'] = { mode: false, owner: false }

/** Of two members of one group. */
const isSame = (a: Waste, b: Waste): boolean =>
  a.root === b.root &&
  a.twin === b.twin &&
  a.changed.mode === b.changed.mode &&
  a.changed.owner === b.changed.owner

const difference = (tree: Tree, blob: Blob, twin: Blob): Waste['changed'] => {
  const before = tree.layers[blob.layer]!
  const after = tree.layers[twin.layer]!
  return {
    mode: before.mode(blob.entry) !== after.mode(twin.entry),
    owner:
      before.uid(blob.entry) !== after.uid(twin.entry) || before.gid(blob.entry) !== after.gid(twin.entry),
  }
}

/** The causes of all that one layer hid. */
const explainLayer = (tree: Tree, indexes: readonly number[], ofLayer: readonly Blob[]): Ended[] => {
  const layer = tree.blobs[indexes[0]!]!.hiddenBy!
  const replacements = indexPlaces(tree, ofLayer)
  const replacedBy = (blob: Blob): Blob | null => {
    for (const { directory, name } of placesOf(tree, blob)) {
      const found = replacements.get(directory)?.get(name)
      if (found) return found
    }
    return null
  }
  const gone: Blob[] = []
  const ended = indexes.map((index): Ended => {
    const blob = tree.blobs[index]!
    if (blob.layer === layer) return { index, cause: 'overwritten', twin: null }
    const twin = replacedBy(blob)
    if (twin) return { index, cause: hasSameContent(tree, blob, twin) ? 'rewritten' : 'overwritten', twin }
    gone.push(blob)
    return { index, cause: 'deleted', twin: null }
  })
  if (gone.length === 0) return ended
  const byContent = indexContents(tree, ofLayer, new Set(gone.map(blob => blob.sizeBytes)))
  return ended.map(each => {
    if (each.cause !== 'deleted') return each
    const twin = byContent.get(contentOf(tree, tree.blobs[each.index]!)) ?? null
    return twin ? { index: each.index, cause: 'moved', twin } : each
  })
}

interface Place {
  readonly directory: number
  readonly name: string
}

/** Where a blob's names are, without spelling out their paths. */
const placesOf = (tree: Tree, { layer, entry, paths }: Blob): readonly Place[] => {
  const table = tree.layers[layer]!
  if (!paths) return [{ directory: table.directory(entry), name: table.name(entry) }]
  return paths.map(path => ({ directory: table.directories.lookup(parentOf(path)), name: lastPart(path) }))
}

/** The blobs of a layer by directory and name; of several at one place the last is the one that stayed. */
const indexPlaces = (tree: Tree, blobs: readonly Blob[]): Map<number, Map<string, Blob>> => {
  const places = new Map<number, Map<string, Blob>>()
  for (const blob of blobs)
    for (const { directory, name } of placesOf(tree, blob)) {
      let names = places.get(directory)
      if (!names) {
        names = new Map()
        places.set(directory, names)
      }
      names.set(name, blob)
    }
  return places
}

/** The first blob of each content, of those with one of some sizes. */
const indexContents = (tree: Tree, blobs: readonly Blob[], sizes: ReadonlySet<number>): Map<string, Blob> => {
  const contents = new Map<string, Blob>()
  for (const blob of blobs) {
    if (!sizes.has(blob.sizeBytes)) continue
    const content = contentOf(tree, blob)
    if (!contents.has(content)) contents.set(content, blob)
  }
  return contents
}

const hasSameContent = (tree: Tree, a: Blob, b: Blob): boolean =>
  a.sizeBytes === b.sizeBytes &&
  Buffer.compare(tree.layers[a.layer]!.hash(a.entry), tree.layers[b.layer]!.hash(b.entry)) === 0

/** A live file whose content is there twice. */
export interface Duplicate {
  /** The directory (or file) that is a copy. */
  readonly root: string
  /** What it is a copy of. */
  readonly original: string
}

/** Copies smaller than this are the ordinary noise of package trees (research: licences, changelogs). */
const SMALLEST_BYTES = 4096
const REPORTED_BYTES = 1_000_000

/**
 * Live copies by index into `tree.blobs`, for each pair of directories that share 1 MB or more.
 * @param takesPart false for what may be there twice: files of packages, and parts of installed libraries
 */
export const findDuplicates = (
  tree: Tree,
  takesPart: (path: string) => boolean,
): ReadonlyMap<number, Duplicate> => {
  const copies: { readonly index: number; readonly root: string; readonly original: string }[] = []
  const pathOf = (index: number): string => blobPaths(tree, tree.blobs[index]!)[0]!
  for (const equal of equalContents(tree)) {
    const [first, ...others] = equal.filter(index => takesPart(pathOf(index)))
    if (first === undefined) continue
    for (const index of others) {
      const [original, root] = withoutCommonEnd(pathOf(first), pathOf(index))
      copies.push({ index, root, original })
    }
  }
  const result = new Map<number, Duplicate>()
  for (const group of groupBy(copies, each => `${each.original}\0${each.root}`).values()) {
    const bytes = group.reduce((sum, each) => sum + tree.blobs[each.index]!.sizeBytes, 0)
    if (bytes >= REPORTED_BYTES)
      for (const { index, root, original } of group) result.set(index, { root, original })
  }
  return result
}

/** Live blobs of some size that are equal, two or more each; contents are looked at only where sizes agree. */
const equalContents = (tree: Tree): number[][] => {
  const large: number[] = []
  for (const [index, { hiddenBy, sizeBytes }] of tree.blobs.entries())
    if (hiddenBy === null && sizeBytes >= SMALLEST_BYTES) large.push(index)
  const equal: number[][] = []
  for (const ofSize of groupBy(large, index => tree.blobs[index]!.sizeBytes).values()) {
    if (ofSize.length < 2) continue
    for (const same of groupBy(ofSize, index => contentOf(tree, tree.blobs[index]!)).values())
      if (same.length > 1) equal.push(same)
  }
  return equal
}

/** `/app/lib/x` and `/src/lib/x` are `/app` and `/src`. */
const withoutCommonEnd = (a: string, b: string): [string, string] => {
  const [left, right] = [a.split('/'), b.split('/')]
  while (left.length > 2 && right.length > 2 && left.at(-1) === right.at(-1)) {
    left.pop()
    right.pop()
  }
  return [left.join('/'), right.join('/')]
}

const contentOf = (tree: Tree, blob: Blob): string =>
  `${blob.sizeBytes} ${Buffer.from(tree.layers[blob.layer]!.hash(blob.entry)).toString('latin1')}`
