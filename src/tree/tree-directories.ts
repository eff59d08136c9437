/** The directories that some layer of an image put something into: tars need not say that they are there. */
import { ROOT } from './entries.ts'
import type { Tree } from './tree.ts'

export interface TreeDirectories {
  has(path: string): boolean
  /** The paths of all with this last part, in no particular order. */
  named(name: string): readonly string[]
}

/** The table of names cannot answer: all images that are read together share one. */
export const treeDirectories = (tree: Tree): TreeDirectories => {
  const directories = tree.layers[0]?.directories
  const isOurs = new Uint8Array(directories?.length ?? 0)
  for (const table of tree.layers)
    for (let entry = 0; entry < table.length; entry += 1)
      for (let at = table.directory(entry); at >= ROOT && isOurs[at] === 0; at = table.directories.parent(at))
        isOurs[at] = 1
  const byName = new Map<string, number[]>()
  for (let id = ROOT + 1; id < isOurs.length; id += 1) {
    if (isOurs[id] === 0) continue
    const name = directories!.name(id)
    const others = byName.get(name)
    if (others) others.push(id)
    else byName.set(name, [id])
  }
  return {
    has: path => isOurs[directories?.lookup(path) ?? -1] === 1,
    named: name => (byName.get(name) ?? []).map(id => directories!.path(id)),
  }
}
