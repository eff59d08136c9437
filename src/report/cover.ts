/** The fewest paths that cover a set of files without covering anybody else's. */
import { commonPath } from '../tree/covering-roots.ts'
import { compareNames } from '../tree/path-bytes.ts'
import { parentOf } from './path-rows.ts'

/** How many files lie below each directory of the image, hidden ones too. */
export interface DirectoryCounts {
  count(directory: string): number
}

/** @param directories of each file the one that it lies in */
export const countDirectories = (directories: Iterable<string>): DirectoryCounts => {
  const direct = new Map<string, number>()
  // files of one directory come one after the other
  let last = ''
  let files = 0
  for (const directory of directories) {
    if (directory === last) files += 1
    else {
      if (files > 0) direct.set(last, (direct.get(last) ?? 0) + files)
      last = directory
      files = 1
    }
  }
  if (files > 0) direct.set(last, (direct.get(last) ?? 0) + files)
  const totals = new Map<string, number>()
  for (const [directory, files] of direct)
    for (let at = directory; ; at = parentOf(at)) {
      totals.set(at, (totals.get(at) ?? 0) + files)
      if (at === '/') break
    }
  return { count: directory => totals.get(directory) ?? 0 }
}

/**
 * @param files paths with their bytes
 * @param most how many paths at most: those that cover most bytes
 */
export const coveringPaths = (
  files: readonly { readonly path: string; readonly bytes: number }[],
  counts: DirectoryCounts,
  most: number,
): string[] => {
  const own = countDirectories(files.map(file => parentOf(file.path)))
  const covered = new Map<string, number>()
  const tops = new Map<string, string>()
  /** The highest directory above `directory` that holds nothing else, or ''. */
  const topOf = (directory: string): string => {
    const known = tops.get(directory)
    if (known !== undefined) return known
    let top = ''
    if (directory !== '/' && own.count(directory) === counts.count(directory))
      top = topOf(parentOf(directory)) || directory
    tops.set(directory, top)
    return top
  }
  // a directory that holds one file says less than the file
  const shared = new Map<string, string>()
  for (const { path, bytes } of files) {
    const cover = topOf(parentOf(path)) || path
    covered.set(cover, (covered.get(cover) ?? 0) + bytes)
    shared.set(cover, commonPath(shared.get(cover) ?? path, path))
  }
  return [...covered]
    .map(([cover, bytes]) => ({ path: shared.get(cover)!, bytes }))
    .sort((a, b) => b.bytes - a.bytes || compareNames(a.path, b.path))
    .slice(0, most)
    .map(({ path }) => path)
}
