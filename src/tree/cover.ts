/** The paths that stand for a set of files without standing for anybody else's. */
import { ROOT } from './entries.ts'
import { compareNames } from './path-bytes.ts'
import { type Blob, blobPaths, type Tree } from './tree.ts'

/** More roots than this say less than the directory above them. */
const MOST_ROOTS = 5

/** How many of some files lie below each directory, by its id. */
export type FileCounts = Uint32Array

/** A directory's id is always greater than its parent's. */
export const countFiles = (tree: Tree, blobs: readonly Blob[]): FileCounts => {
  const directories = tree.layers[0]?.directories
  const counts = new Uint32Array(directories?.length ?? 0)
  for (const blob of blobs) counts[directoryOf(tree, blob)]! += 1
  for (let id = counts.length - 1; id > ROOT; id -= 1) counts[directories!.parent(id)]! += counts[id]!
  return counts
}

/**
 * For each file a directory that holds nothing but files of the set, as high as it can be without being longer than
 * what its files share, else its own path; where that leaves many, what those below each top-level one share.
 * @param all every file that the directories are shared with, those of the set among them
 */
export const coveringRoots = (tree: Tree, blobs: readonly Blob[], all: FileCounts): readonly string[] => {
  const { of, paths } = coversOf(tree, blobs, all)
  const roots = new Set(paths).size <= MOST_ROOTS ? paths : sharedByTop(paths)
  return blobs.map((_, at) => roots[of[at]!]!)
}

/**
 * The paths that cover most bytes of a set of files, largest first.
 * @param all as above
 * @param most how many paths at most
 */
export const coveringPaths = (
  tree: Tree,
  blobs: readonly Blob[],
  all: FileCounts,
  most: number,
): string[] => {
  const { of, paths } = coversOf(tree, blobs, all)
  const bytes = new Float64Array(paths.length)
  for (const [at, { sizeBytes }] of blobs.entries()) bytes[of[at]!]! += sizeBytes
  return paths
    .map((path, cover) => ({ path, bytes: bytes[cover]! }))
    .sort((a, b) => b.bytes - a.bytes || compareNames(a.path, b.path))
    .slice(0, most)
    .map(({ path }) => path)
}

interface Covers {
  /** For each file which of the paths covers it. */
  readonly of: Uint32Array
  readonly paths: readonly string[]
}

const coversOf = (tree: Tree, blobs: readonly Blob[], all: FileCounts): Covers => {
  const of = new Uint32Array(blobs.length)
  const paths: string[] = []
  const topOf = createTops(tree, blobs, all)
  const byTop = new Map<number, number>()
  const byPath = new Map<string, number>()
  // files of one directory come one after the other
  let directory = NONE
  let top = NONE
  /** The path is no longer than the directory: its other files will not change it. */
  let isSettled = false
  for (let at = 0; at < blobs.length; at += 1) {
    const blob = blobs[at]!
    const own = directoryOf(tree, blob)
    if (own !== directory) {
      directory = own
      top = topOf(own)
      isSettled = false
    }
    const known = top === NONE ? undefined : byTop.get(top)
    if (known !== undefined && isSettled) {
      of[at] = known
      continue
    }
    const path = blobPaths(tree, blob)[0]!
    const cover = known ?? byPath.get(path) ?? paths.length
    of[at] = cover
    if (top === NONE) byPath.set(path, cover)
    else byTop.set(top, cover)
    paths[cover] = cover === paths.length ? path : commonPath(paths[cover]!, path)
    isSettled = top !== NONE && paths[cover]!.length <= tree.layers[blob.layer]!.directories.path(own).length
  }
  return { of, paths }
}

const NONE = -1

/** The highest directory at or above one that holds nothing but files of the set, or `NONE`. Never the root. */
const createTops = (tree: Tree, blobs: readonly Blob[], all: FileCounts): ((directory: number) => number) => {
  const own = countSparsely(tree, blobs)
  const tops = new Map<number, number>()
  const topOf = (directory: number): number => {
    const known = tops.get(directory)
    if (known !== undefined) return known
    let top = NONE
    if (directory > ROOT && own.get(directory) === all[directory]) {
      const above = topOf(tree.layers[0]!.directories.parent(directory))
      top = above === NONE ? directory : above
    }
    tops.set(directory, top)
    return top
  }
  return topOf
}

/** Like `countFiles`, of the directories alone that have any: a set is mostly small beside its image. */
const countSparsely = (tree: Tree, blobs: readonly Blob[]): ReadonlyMap<number, number> => {
  const direct = new Map<number, number>()
  let last = NONE
  let files = 0
  const add = (): unknown => files > 0 && direct.set(last, (direct.get(last) ?? 0) + files)
  for (const blob of blobs) {
    const directory = directoryOf(tree, blob)
    if (directory !== last) {
      add()
      last = directory
      files = 0
    }
    files += 1
  }
  add()
  const totals = new Map<number, number>()
  for (const [directory, count] of direct)
    for (let at = directory; at > ROOT; at = tree.layers[0]!.directories.parent(at))
      totals.set(at, (totals.get(at) ?? 0) + count)
  return totals
}

/** The directory that the first of a blob's paths lies in. */
const directoryOf = (tree: Tree, { layer, entry, paths }: Blob): number => {
  const table = tree.layers[layer]!
  return paths ? table.directories.lookup(parentOf(paths[0]!)) : table.directory(entry)
}

/** Each path replaced by the longest one that all below the same top-level directory share. */
const sharedByTop = (paths: readonly string[]): readonly string[] => {
  const shared = new Map<string, string>()
  for (const path of paths) {
    const before = shared.get(topLevel(path))
    shared.set(topLevel(path), before === undefined ? path : commonPath(before, path))
  }
  return paths.map(path => shared.get(topLevel(path))!)
}

export const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'))

const topLevel = (path: string): string => {
  const end = path.indexOf('/', 1)
  return end === -1 ? path : path.slice(0, end)
}

/** The longest path that both lie below, or are. */
const commonPath = (a: string, b: string): string => {
  if (b === a || b.startsWith(`${a}/`)) return a
  const parts = b.split('/')
  const wanted = a.split('/')
  let end = 0
  while (end < parts.length && parts[end] === wanted[end]) end += 1
  return parts.slice(0, end).join('/')
}
