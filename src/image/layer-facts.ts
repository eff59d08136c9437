/**
 * What was read of one layer, as bytes and back: the columns of its entries, its programs and the bodies that were
 * kept. The form of the file in a cache; it never leaves this machine, and a version guards it.
 */
import { type Directories, EntryTable, EntryType, ROOT } from '../tree/entries.ts'
import type { LayerContent, Program } from './image.ts'

interface Head {
  readonly diffId: string
  readonly blob: LayerContent['blob']
  readonly endMarkerMissing: boolean
  readonly entries: number
  /** Parents by index, the root being −1; each comes before those below it. */
  readonly parents: readonly number[]
  readonly links: readonly (readonly [number, string])[]
  readonly capabilities: readonly (readonly [number, string])[]
  readonly programs: readonly (readonly [number, Program])[]
  /** Paths of the bodies, with their lengths. */
  readonly bodies: readonly (readonly [string, number])[]
  /** Lengths in bytes of the two lists of names. */
  readonly directoryNames: number
  readonly names: number
}

/** No name holds it: tar names end there. */
const BETWEEN = '\0'
const HASH_BYTES = 32
/** Directory, mode, uid, gid, size and type. */
const COLUMN_BYTES = 4 + 2 + 4 + 4 + 8 + 1

export const encodeLayer = (layer: LayerContent): Buffer => {
  const { entries } = layer
  const { ids, parents, names: directoryNames } = localDirectories(entries)
  const columns = Buffer.alloc(entries.length * COLUMN_BYTES)
  const hashes: Uint8Array[] = []
  const links: [number, string][] = []
  const names: string[] = []
  for (let id = 0, at = 0; id < entries.length; id += 1, at += COLUMN_BYTES) {
    columns.writeInt32LE(ids.get(entries.directory(id))!, at)
    columns.writeUInt16LE(entries.mode(id), at + 4)
    columns.writeUInt32LE(entries.uid(id), at + 6)
    columns.writeUInt32LE(entries.gid(id), at + 10)
    columns.writeDoubleLE(entries.sizeBytes(id), at + 14)
    columns[at + 22] = entries.type(id)
    names.push(entries.name(id))
    const link = entries.link(id)
    if (link !== null) links.push([id, link])
    if (entries.type(id) === EntryType.file) hashes.push(entries.hash(id))
  }
  const directoryText = Buffer.from(directoryNames.join(BETWEEN), 'utf8')
  const nameText = Buffer.from(names.join(BETWEEN), 'utf8')
  const head: Head = {
    diffId: layer.diffId,
    blob: layer.blob,
    endMarkerMissing: layer.endMarkerMissing,
    entries: entries.length,
    parents,
    links,
    capabilities: [...entries.capabilities],
    programs: [...layer.programs],
    bodies: [...layer.bodies].map(([path, body]) => [path, body.length]),
    directoryNames: directoryText.length,
    names: nameText.length,
  }
  const headText = Buffer.from(JSON.stringify(head), 'utf8')
  const headBytes = Buffer.alloc(4)
  headBytes.writeUInt32LE(headText.length)
  return Buffer.concat([
    headBytes,
    headText,
    directoryText,
    nameText,
    columns,
    ...hashes,
    ...layer.bodies.values(),
  ])
}

/** The directories that a layer's entries are in, and all above them, numbered anew. */
const localDirectories = (
  entries: EntryTable,
): { readonly ids: ReadonlyMap<number, number>; readonly parents: number[]; readonly names: string[] } => {
  const { directories } = entries
  const ids = new Map<number, number>([[ROOT, -1]])
  const parents: number[] = []
  const names: string[] = []
  for (let entry = 0; entry < entries.length; entry += 1) {
    const missing: number[] = []
    for (let at = entries.directory(entry); !ids.has(at); at = directories.parent(at)) missing.push(at)
    for (const id of missing.reverse()) {
      parents.push(ids.get(directories.parent(id))!)
      names.push(directories.name(id))
      ids.set(id, parents.length - 1)
    }
  }
  return { ids, parents, names }
}

/** Throws, with whatever error, when the bytes are not what `encodeLayer` made. */
export const decodeLayer = (bytes: Buffer, directories: Directories): LayerContent => {
  let at = 0
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new Error('cut off')
    at += length
    return bytes.subarray(at - length, at)
  }
  const head = JSON.parse(take(take(4).readUInt32LE()).toString('utf8')) as Head
  const directoryNames = listOf(take(head.directoryNames), head.parents.length)
  const names = listOf(take(head.names), head.entries)
  const columns = take(head.entries * COLUMN_BYTES)
  const ids = Int32Array.from({ length: head.parents.length })
  const idOf = (local: number): number => (local < 0 ? ROOT : ids[local]!)
  for (const [local, name] of directoryNames.entries())
    ids[local] = directories.child(idOf(head.parents[local]!), name)
  const entries = new EntryTable(directories)
  const links = new Map(head.links)
  for (let id = 0, from = 0; id < head.entries; id += 1, from += COLUMN_BYTES) {
    const type = columns[from + 22] as EntryType
    const link = links.get(id)
    entries.add({
      directory: idOf(columns.readInt32LE(from)),
      name: names[id]!,
      type,
      mode: columns.readUInt16LE(from + 4),
      uid: columns.readUInt32LE(from + 6),
      gid: columns.readUInt32LE(from + 10),
      sizeBytes: columns.readDoubleLE(from + 14),
      ...(link === undefined ? {} : { link }),
    })
    if (type === EntryType.file) entries.setHash(id, take(HASH_BYTES))
  }
  for (const [id, hex] of head.capabilities) entries.setCapability(id, hex)
  // copies: one small body must not keep the whole file in memory
  const bodies = new Map(head.bodies.map(([path, length]) => [path, Buffer.from(take(length))]))
  if (at !== bytes.length) throw new Error('too long')
  return {
    diffId: head.diffId,
    blob: head.blob,
    endMarkerMissing: head.endMarkerMissing,
    entries,
    programs: new Map(head.programs),
    bodies,
  }
}

const listOf = (bytes: Buffer, length: number): string[] => {
  const list = length === 0 ? [] : bytes.toString('utf8').split(BETWEEN)
  if (list.length !== length) throw new Error('a list of another length')
  return list
}
