/**
 * The partition of an image's bytes that a comparison needs: one row for each file of 64 kB or more, one for the
 * smaller files of each (directory, layer, package). So two saved reports compare like the two images (CONTRACT).
 */

import { createHash } from 'node:crypto'
import { parentOf } from '../path-parts.ts'
import { compareNames } from '../tree/path-bytes.ts'
import type { HiddenPathRow, PathRow } from './types.ts'

/** Files from here on have a row of their own, with their SHA-256. */
const FILE_ROW_BYTES = 64_000
/** Rows above this are folded into their parents. */
const ROWS_LIMIT = 50_000

/** What is asked when the rows are made, so that it is at hand for one directory at a time and not for an image. */
export interface RowSource {
  /** The last part of a file's path. */
  nameOf(id: number): string
  pathOf(id: number): string
  /** Hexadecimal SHA-256 of its content. */
  sha256Of(id: number): string
}

/** One file on its way into a row. */
export interface RowFile {
  /** The directory that it lies in. */
  readonly directory: string
  readonly sizeBytes: number
  readonly layer: number
  /** What `RowSource` knows it by. */
  readonly id: number
  readonly owner: string | null
  readonly hiddenBy: number | null
}

interface Group {
  readonly path: string
  readonly layer: number
  readonly owner: string | null
  readonly hiddenBy: number | null
  bytes: number
  files: number
  readonly ids: number[]
  folded: boolean
}

export interface RowBuilder {
  add(file: RowFile): void
  /** Rows by bytes descending, then path; at most `limit`. */
  rows(limit?: number): (PathRow & { readonly hiddenBy: number | null })[]
}

export const createRows = (source: RowSource): RowBuilder => {
  const files: (PathRow & { readonly hiddenBy: number | null })[] = []
  const groups = new Map<string, Group>()
  let last: Group | null = null
  return {
    add: file => {
      const { directory, layer, owner, hiddenBy } = file
      if (file.sizeBytes >= FILE_ROW_BYTES) {
        files.push({
          path: source.pathOf(file.id),
          kind: 'file',
          bytes: file.sizeBytes,
          files: 1,
          layer,
          owner,
          digest: source.sha256Of(file.id),
          hiddenBy,
        })
        return
      }
      const at = { path: directory, layer, owner, hiddenBy }
      const group: Group = last && isIn(last, at) ? last : groupAt(groups, at)
      last = group
      group.bytes += file.sizeBytes
      group.files += 1
      group.ids.push(file.id)
    },
    rows: (limit = ROWS_LIMIT) => {
      const rows = [...files, ...[...groups.values()].map(group => groupRow(group, source))]
      return (rows.length > limit ? fold(rows, limit) : rows).sort(byBytesThenPath)
    },
  }
}

const keyOf = (row: Pick<Group, 'path' | 'layer' | 'owner' | 'hiddenBy'>): string =>
  `${row.path}\0${row.layer}\0${row.owner ?? ''}\0${row.hiddenBy ?? ''}`

const groupAt = (
  groups: Map<string, Group>,
  at: Pick<Group, 'path' | 'layer' | 'owner' | 'hiddenBy'>,
): Group => {
  const key = keyOf(at)
  let group = groups.get(key)
  if (!group) {
    group = { ...at, bytes: 0, files: 0, ids: [], folded: false }
    groups.set(key, group)
  }
  return group
}

/** Files of one directory come one after the other: mostly no key has to be made. */
const isIn = (group: Group, at: Pick<Group, 'path' | 'layer' | 'owner' | 'hiddenBy'>): boolean =>
  group.layer === at.layer &&
  group.owner === at.owner &&
  group.hiddenBy === at.hiddenBy &&
  group.path === at.path

const groupRow = (
  { path, layer, owner, hiddenBy, bytes, files, ids, folded }: Group,
  { nameOf, sha256Of }: RowSource,
): PathRow & { readonly hiddenBy: number | null } => {
  const names = ids.map(id => `${nameOf(id)}\0${sha256Of(id)}`)
  const digest = createHash('sha256').update(names.sort(compareNames).join('\n')).digest('hex')
  return {
    path,
    kind: 'directory',
    bytes,
    files,
    layer,
    owner,
    digest,
    ...(folded ? { folded: true as const } : {}),
    hiddenBy,
  }
}

/** Deepest rows first, the smaller first among those: each goes into the row of its parent directory. */
const fold = (
  rows: readonly (PathRow & { readonly hiddenBy: number | null })[],
  limit: number,
): (PathRow & { readonly hiddenBy: number | null })[] => {
  const live = new Map(rows.map(row => [keyOf(row) + row.kind, row]))
  let depth = 0
  for (const row of live.values()) depth = Math.max(depth, depthOf(row))
  while (live.size > limit && depth > 0) {
    const deepest = [...live]
      .filter(([, row]) => depthOf(row) === depth)
      .sort(([, a], [, b]) => a.bytes - b.bytes || compareNames(a.path, b.path))
    for (const [key, row] of deepest) {
      if (live.size <= limit) break
      live.delete(key)
      const path = parentOf(row.path)
      const parentKey = `${keyOf({ ...row, path })}directory`
      const parent = live.get(parentKey)
      const digest = createHash('sha256')
        .update(`${parent?.digest ?? ''}\n${row.path}\0${row.digest}`)
        .digest('hex')
      live.set(parentKey, {
        path,
        kind: 'directory',
        bytes: (parent?.bytes ?? 0) + row.bytes,
        files: (parent?.files ?? 0) + row.files,
        layer: row.layer,
        owner: row.owner,
        digest,
        folded: true,
        hiddenBy: row.hiddenBy,
      })
    }
    depth -= 1
  }
  return [...live.values()]
}

const depthOf = (row: PathRow): number => (row.path === '/' ? 0 : row.path.split('/').length - 1)

const byBytesThenPath = (a: PathRow, b: PathRow): number =>
  b.bytes - a.bytes ||
  compareNames(a.path, b.path) ||
  a.layer - b.layer ||
  compareNames(a.owner ?? '', b.owner ?? '') ||
  compareNames(a.kind, b.kind) ||
  ((a as HiddenPathRow).hiddenBy ?? 0) - ((b as HiddenPathRow).hiddenBy ?? 0)
