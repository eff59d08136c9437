/** What `report.html` carries for its map. Strings are spelled out already: no character in them hides another. */

/** One row of the map: bytes that share path, package, line and kind, in base and head. */
export interface MapRow {
  readonly path: string
  readonly kind: 'file' | 'directory'
  /** Deleted or overwritten in a later layer, and still shipped. */
  readonly hidden: boolean
  /** A finding names it: it served the build and is not needed to run. */
  readonly leftover: boolean
  /** `manager:name`, or null. */
  readonly owner: string | null
  /** Index into the lines. */
  readonly line: number
  readonly base: number
  readonly head: number
}

/** A row as it is written: `[characters shared with the path before, rest, flags, owner, line, base, head]`. */
export type PackedRow = readonly [number, string, number, number, number, number, number]

/** The bits of a packed row's flags. */
export const DIRECTORY = 1
export const HIDDEN = 2
export const LEFTOVER = 4

export interface MapLine {
  /** `Dockerfile:14`, `base image`, `layer 3`. */
  readonly label: string
  /** The instruction in one line, or nothing. */
  readonly text: string
}

export interface PageData {
  readonly hasBase: boolean
  readonly lines: readonly MapLine[]
  readonly owners: readonly string[]
  readonly rows: readonly PackedRow[]
}
