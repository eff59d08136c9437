/** The paths that stand for a set of files without standing for anybody else's. */
import { parentOf } from '../path-parts.ts'
import { ROOT } from './entries.ts'
import { compareNames } from './path-bytes.ts'
import { type Blob, blobPaths, type Tree } from './tree.ts'

/** More roots than this say less than the directory above them. */
const MOST_ROOTS = 5

/** How many of some files lie below a directory, by its id. */
export type FileCounts = (directory: number) => number

/** Of a whole image: a number for each directory that there is. A directory's id is always greater than its parent's. */
export const countFiles = (tree: Tree): FileCounts => {
  const directories = tree.layers[0]?.directories
  const counts = new Uint32Array(directories?.length ?? 0)
  for (const blob of tree.blobs) counts[directoryOf(tree, blob)]! += 1
  for (let id = counts.length - 1; id > ROOT; id -= 1) counts[directories!.parent(id)]! += counts[id]!
  return directory => counts[directory] ?? 0
}

/** Of some files: a number for each directory above any of them. There may be very many layers of few files each. */
export const countSomeFiles = (tree: Tree, blobs: readonly Blob[]): FileCounts => {
  const direct = new Map<number, number>()
  // files of one directory come one after the other
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
  return directory => totals.get(directory) ?? 0
}

/**
 * For each file a directory that holds nothing but files of the set, as high as it can be without being longer than
 * what its files share, else its own path; where that leaves many, what those below each top-level one share.
 * @param blobs files of one layer
 * @param all every file that the directories are shared with, those of the set among them
 */
export const coveringRoots = (tree: Tree, blobs: readonly Blob[], all: FileCounts): readonly string[] => {
  const { of, count, pathOf } = coversOf(tree, blobs, all)
  const paths = Array.from({ length: count }, (_, cover) => pathOf(cover))
  const roots = new Set(paths).size <= MOST_ROOTS ? paths : sharedByTop(paths)
  return blobs.map((_, at) => roots[of[at]!]!)
}

/**
 * The paths that cover most bytes of a set of files, largest first.
 * @param blobs files of one layer
 * @param all as above
 * @param most how many paths at most
 */
export const coveringPaths = (
  tree: Tree,
  blobs: readonly Blob[],
  all: FileCounts,
  most: number,
): string[] => {
  const { of, count, pathOf } = coversOf(tree, blobs, all)
  const bytes = new Float64Array(count)
  for (let at = 0; at < blobs.length; at += 1) bytes[of[at]!]! += blobs[at]!.sizeBytes
  const isBefore = (a: number, b: number): boolean =>
    bytes[a] === bytes[b] ? compareNames(pathOf(a), pathOf(b)) < 0 : bytes[a]! > bytes[b]!
  const first: number[] = []
  for (let cover = 0; cover < count; cover += 1) {
    if (first.length === most && !isBefore(cover, first.at(-1)!)) continue
    let place = first.length
    while (place > 0 && isBefore(cover, first[place - 1]!)) place -= 1
    first.splice(place, 0, cover)
    first.length = Math.min(first.length, most)
  }
  return first.map(pathOf)
}

interface Covers {
  /** For each file which of the covers is its own. */
  readonly of: Uint32Array
  readonly count: number
  readonly pathOf: (cover: number) => string
}

const coversOf = (tree: Tree, blobs: readonly Blob[], all: FileCounts): Covers => {
  const of = new Uint32Array(blobs.length)
  /** Null for what covers one file alone: its path is spelled out when somebody asks. */
  const paths: (string | null)[] = []
  const firstOf: Blob[] = []
  const ownPath = (blob: Blob): string => blobPaths(tree, blob)[0]!
  const topOf = createTops(tree, blobs, all)
  const byTop = new Map<number, number>()
  const byPath = new Map<string, number>()
  // only of a path twice in one layer the first content is hidden there
  const hasTwins = blobs.some(blob => blob.hiddenBy === blob.layer)
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
    const known = top === NONE ? (hasTwins ? byPath.get(ownPath(blob)) : undefined) : byTop.get(top)
    of[at] = known ?? paths.length
    if (known === undefined) {
      if (top !== NONE) byTop.set(top, paths.length)
      else if (hasTwins) byPath.set(ownPath(blob), paths.length)
      paths.push(null)
      firstOf.push(blob)
    } else if (top !== NONE && !isSettled) {
      const path = commonPath(paths[known] ?? ownPath(firstOf[known]!), ownPath(blob))
      paths[known] = path
      isSettled = path.length <= tree.layers[blob.layer]!.directories.path(own).length
    }
  }
  const pathOf = (cover: number): string => paths[cover] ?? ownPath(firstOf[cover]!)
  return { of, count: paths.length, pathOf }
}

const NONE = -1

/** The highest directory at or above one that holds nothing but files of the set, or `NONE`. Never the root. */
const createTops = (tree: Tree, blobs: readonly Blob[], all: FileCounts): ((directory: number) => number) => {
  const own = countSomeFiles(tree, blobs)
  const tops = new Map<number, number>()
  const topOf = (directory: number): number => {
    const known = tops.get(directory)
    if (known !== undefined) return known
    let top = NONE
    if (directory > ROOT && own(directory) === all(directory)) {
      const above = topOf(tree.layers[0]!.directories.parent(directory))
      top = above === NONE ? directory : above
    }
    tops.set(directory, top)
    return top
  }
  return topOf
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
