/** What comes from the base image, whoever wrote it last. */
import { type EntryTable, EntryType } from '../tree/entries.ts'
import type { Tree } from '../tree/tree.ts'

/**
 * True for what the base image's layers hold, and for what a later layer holds once more unchanged: `chown -R` copies
 * everything that it touches.
 * @param baseLayers how many of the lowest layers come from the base image; null: nothing is inherited
 */
export const createInheritance = (
  tree: Tree,
  baseLayers: number | null,
): ((layer: number, entry: number) => boolean) => {
  if (baseLayers === null || baseLayers === 0) return () => false
  let below: BaseContents | null = null
  return (layer, entry) => {
    if (layer < baseLayers) return true
    below ??= contentsBelow(tree, baseLayers)
    const table = tree.layers[layer]!
    const before = below.get(table.directory(entry))?.get(table.name(entry))
    return before !== undefined && isSame(before, { table, entry })
  }
}

interface Place {
  readonly table: EntryTable
  readonly entry: number
}

/** By directory id, then name: the base image's last word on it. */
type BaseContents = ReadonlyMap<number, ReadonlyMap<string, Place>>

/** Only directories that a later layer writes to can hold anything twice. */
const contentsBelow = (tree: Tree, baseLayers: number): BaseContents => {
  const contents = new Map<number, Map<string, Place>>()
  for (const table of tree.layers.slice(baseLayers))
    for (let entry = 0; entry < table.length; entry += 1)
      if (hasContent(table, entry)) contents.set(table.directory(entry), new Map())
  for (const table of tree.layers.slice(0, baseLayers))
    for (let entry = 0; entry < table.length; entry += 1)
      if (hasContent(table, entry))
        contents.get(table.directory(entry))?.set(table.name(entry), { table, entry })
  return contents
}

const hasContent = (table: EntryTable, entry: number): boolean =>
  table.type(entry) === EntryType.file || table.type(entry) === EntryType.symlink

const isSame = (a: Place, b: Place): boolean => {
  if (a.table.type(a.entry) !== b.table.type(b.entry)) return false
  if (a.table.type(a.entry) === EntryType.symlink) return a.table.link(a.entry) === b.table.link(b.entry)
  return Buffer.compare(a.table.hash(a.entry), b.table.hash(b.entry)) === 0
}
