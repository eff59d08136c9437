/** Live paths by their last part. */
import { compareNames } from '../tree/path-bytes.ts'
import type { Tree } from '../tree/tree.ts'

/** Live paths by their last part, of those that look like libraries or like Python. */
export type Names = ReadonlyMap<string, readonly string[]>

/** One walk for all rules. */
export const indexNames = (tree: Tree): Names => {
  const paths = new Map<string, string[]>()
  const directories = tree.layers[0]?.directories
  tree.eachLive((directory, name) => {
    if (!name.includes('.so') && !name.startsWith('python3.')) return
    const path = `${directories!.path(directory)}/${name}`
    const known = paths.get(name)
    if (known) known.push(path)
    else paths.set(name, [path])
  })
  return paths
}

/** The paths of the names that fit, by byte order. */
export const pathsOf = (names: Names, test: (name: string) => boolean): string[] =>
  [...names].flatMap(([name, paths]) => (test(name) ? paths : [])).sort(compareNames)

/** The same for any name: it walks through the whole image. */
export const namedPaths = (tree: Tree, test: (name: string) => boolean): string[] => {
  const paths: string[] = []
  const directories = tree.layers[0]?.directories
  tree.eachLive((directory, name) => {
    if (test(name)) paths.push(`${directories!.path(directory)}/${name}`)
  })
  return paths.sort(compareNames)
}
