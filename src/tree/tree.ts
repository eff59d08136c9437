/** The stacked filesystem of an image: what a container sees, and what it ships unseen. */
import type { EntryTable } from './entries.ts'
import type { NameIndex } from './name-index.ts'

/**
 * One regular file's content in one layer. Hard links are names of one blob. Bytes belong to blobs, never to paths
 * (docs/decisions/0005-bytes-belong-to-blobs.md).
 */
export interface Blob {
  readonly layer: number
  /** Index of the regular file's entry in its layer's table. */
  readonly entry: number
  readonly sizeBytes: number
  /** The layer that took its last live path, or null while it is visible. A path twice in one layer hides itself. */
  hiddenBy: number | null
  /** All live paths by byte order (those at the time it was hidden), or null when the entry's own path is the only one. */
  paths: readonly string[] | null
}

export interface Tree {
  readonly layers: readonly EntryTable[]
  /** In layer order, then tar order. */
  readonly blobs: readonly Blob[]
  /** The live entry at a canonical absolute path (parents are real directories), or null. */
  entryAt(path: string): { readonly layer: number; readonly entry: number } | null
  /**
   * Every live path except `/`, in no particular order, with the entry that made it; −1 for a directory that no layer
   * names.
   */
  eachLive(visit: (directory: number, name: string, layer: number, entry: number) => void): void
  /** Every entry of any layer whose path has this last part, in layer order, then tar order. */
  readonly eachNamed: NameIndex
  /** Follows symbolic links in all parents (not in the last part); the path itself where nothing is there. */
  canonical(path: string): string
  /** Follows every symbolic link; null when the end does not exist. */
  resolve(path: string): string | null
}

/** The paths of a blob: at least one, by byte order. */
export const blobPaths = (tree: Tree, blob: Blob): readonly string[] =>
  blob.paths ?? [tree.layers[blob.layer]!.path(blob.entry)]
