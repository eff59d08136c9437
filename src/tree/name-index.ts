/** Entries by the last part of their path, for questions about whole images that are asked again and again. */
import type { EntryTable } from './entries.ts'

/** Calls back for every entry of any layer that has the name, in layer order, then tar order. */
export type NameIndex = (name: string, found: (layer: number, entry: number) => void) => void

/** A chained hash table in numbers: eight bytes for each entry, and made in one pass. */
export const indexEntryNames = (tables: readonly EntryTable[]): NameIndex => {
  const starts: number[] = []
  let total = 0
  for (const table of tables) {
    starts.push(total)
    total += table.length
  }
  const mask = 2 ** Math.max(4, Math.ceil(Math.log2(total + 1))) - 1
  const heads = new Int32Array(mask + 1).fill(-1)
  const next = new Int32Array(total)
  // backwards, so that each chain runs forwards
  for (let layer = tables.length - 1; layer >= 0; layer -= 1) {
    const table = tables[layer]!
    const start = starts[layer]!
    for (let entry = table.length - 1; entry >= 0; entry -= 1) {
      const slot = hashOf(table.name(entry)) & mask
      next[start + entry] = heads[slot]!
      heads[slot] = start + entry
    }
  }
  return (name, found) => {
    let layer = 0
    for (let at = heads[hashOf(name) & mask]!; at >= 0; at = next[at]!) {
      while (layer + 1 < tables.length && at >= starts[layer + 1]!) layer += 1
      const entry = at - starts[layer]!
      if (tables[layer]!.name(entry) === name) found(layer, entry)
    }
  }
}

/** FNV-1a over UTF-16 units. Names that were made to collide cost no more than a walk through all of them. */
const hashOf = (name: string): number => {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i += 1) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return hash ^ (hash >>> 15)
}
