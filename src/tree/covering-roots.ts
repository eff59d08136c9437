/** The paths that stand for a set of files. */

/** More roots than this say less than the directory above them. */
const MOST_ROOTS = 5

/**
 * For each path a directory that holds nothing but paths of the same set, as high as it can be without being longer
 * than what its files share, else the path itself; where that leaves many, what those below each top-level one share.
 * @param paths absolute paths of files
 * @param count how many files lie below a directory, those and all that it is shared with; asked for only when there is
 *   something to cover
 */
export const coveringRoots = (
  paths: readonly string[],
  count: () => (directory: string) => number,
): string[] => {
  if (paths.length === 0) return []
  const own = countBelow(paths)
  const everything = count()
  const tops = new Map<string, string>()
  const topOf = (directory: string): string => {
    const known = tops.get(directory)
    if (known !== undefined) return known
    let top = ''
    if (directory !== '' && own.get(directory) === everything(directory))
      top = topOf(parentOf(directory)) || directory
    tops.set(directory, top)
    return top
  }
  const roots = narrowed(
    paths,
    paths.map(path => topOf(parentOf(path)) || path),
  )
  return new Set(roots).size <= MOST_ROOTS ? roots : narrowed(paths, roots.map(topLevel))
}

/** Each root replaced by the longest path that all files below it share: one file is its own root. */
const narrowed = (paths: readonly string[], roots: readonly string[]): string[] => {
  const shared = new Map<string, string>()
  paths.forEach((path, at) => {
    const before = shared.get(roots[at]!)
    shared.set(roots[at]!, before === undefined ? path : commonPath(before, path))
  })
  return roots.map(root => shared.get(root)!)
}

/** How many of some paths lie below each directory. */
export const countBelow = (paths: readonly string[]): Map<string, number> => {
  const direct = new Map<string, number>()
  for (const path of paths) {
    const directory = parentOf(path)
    direct.set(directory, (direct.get(directory) ?? 0) + 1)
  }
  const totals = new Map<string, number>()
  for (const [directory, count] of direct)
    for (let at = directory; at !== ''; at = parentOf(at)) totals.set(at, (totals.get(at) ?? 0) + count)
  return totals
}

export const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'))

const topLevel = (path: string): string => {
  const end = path.indexOf('/', 1)
  return end === -1 ? path : path.slice(0, end)
}

/** The longest path that both lie below, or are. */
export const commonPath = (a: string, b: string): string => {
  if (b === a || b.startsWith(`${a}/`)) return a
  const parts = b.split('/')
  const wanted = a.split('/')
  let end = 0
  while (end < parts.length && parts[end] === wanted[end]) end += 1
  return parts.slice(0, end).join('/')
}
