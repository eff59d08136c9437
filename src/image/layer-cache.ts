/**
 * Layers that an earlier run has read, in a folder: one file for each blob, named by its digest. A file is read only
 * when its version and its own checksum agree; whatever is wrong with it, the layer is read from its source as if there
 * were no cache, and the file is written anew. Nothing in the folder is ever needed: it may be deleted at any time.
 */
import { createHash, randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { messageOf, UserError } from '../errors.ts'
import { type Directories, EntryType } from '../tree/entries.ts'
import type { Keep, LayerContent } from './image.ts'
import { decodeLayer, encodeLayer } from './layer-facts.ts'
import type { ReadBudget } from './read-budget.ts'

export interface LayerCache {
  /** The layer that a blob holds, or null. What it asks for is taken from the run's limits as if it had been read. */
  find(blobDigest: string): LayerContent | null
  /** Keeps a layer whose digests have been compared; where that cannot be done, nothing happens. */
  store(layer: LayerContent): void
  /** Removes what was not used for longest until the folder is small enough. */
  trim(): void
}

export interface LayerCacheOptions {
  readonly folder: string
  /** Names the program: another version may keep other facts. */
  readonly version: string
  readonly directories: Directories
  readonly keep: Keep
  readonly budget: ReadBudget
  /** Default: 1 GB. */
  readonly limitBytes?: number
}

/** Raise it with every change of what is known of a layer, or of how it is written. */
const FORMAT = 4
const LIMIT_BYTES = 1e9
/** A larger file would fill the folder alone, and must be in memory at once. */
const SHARE = 4
const NAME = /^[0-9a-f]{64}\.layer$/
const UNFINISHED = /^[0-9a-f]{64}\.[0-9a-f]{16}\.part$/
const UNFINISHED_MS = 3_600_000

/** Throws a UserError when the folder cannot be one; a folder that may only be read is used for reading. */
export const openLayerCache = (options: LayerCacheOptions): LayerCache => {
  const { folder, limitBytes = LIMIT_BYTES } = options
  makeFolder(folder)
  const magic = Buffer.from(`plimsoll layer ${FORMAT} ${options.version}\n`, 'utf8')
  const pathOf = (digest: string): string | null => {
    const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1]
    return hex === undefined ? null : join(folder, `${hex}.layer`)
  }
  const stored = new Set<string>()
  return {
    find: blobDigest => {
      const path = pathOf(blobDigest)
      if (path === null) return null
      const layer = attempt(() => readLayer(path, magic, limitBytes, options))
      if (layer?.blob.digest !== blobDigest) return null
      if (!takeFromBudget(layer, options.budget)) return null
      stored.add(blobDigest)
      attempt(() => fs.utimesSync(path, new Date(), new Date()))
      return layer
    },
    store: layer => {
      const { digest } = layer.blob
      const path = pathOf(digest ?? '')
      // what was left out for want of room may fit the next time
      if (digest === undefined || path === null || layer.leftOut || stored.has(digest)) return
      stored.add(digest)
      attempt(() => writeLayer(path, magic, limitBytes, layer))
    },
    trim: () => {
      attempt(() => trimFolder(folder, limitBytes))
    },
  }
}

const attempt = <T>(act: () => T): T | null => {
  try {
    return act()
  } catch {
    return null
  }
}

const makeFolder = (folder: string): void => {
  try {
    fs.mkdirSync(folder, { recursive: true })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') return
    throw new UserError(`cache-dir: ${folder} cannot be a folder (${messageOf(error)}): name another one`)
  }
}

const checksumOf = (magic: Buffer, bytes: Uint8Array): Buffer =>
  createHash('sha256').update(magic).update(bytes).digest()

const CHECKSUM_BYTES = 32

const readLayer = (
  path: string,
  magic: Buffer,
  limitBytes: number,
  { directories, keep, budget }: LayerCacheOptions,
): LayerContent | null => {
  const before = directories.length
  const found = fs.lstatSync(path)
  if (!found.isFile() || found.size > limitBytes / SHARE) return null
  const file = fs.readFileSync(path)
  const start = magic.length + CHECKSUM_BYTES
  if (!file.subarray(0, magic.length).equals(magic)) return null
  const bytes = file.subarray(start)
  if (!checksumOf(magic, bytes).equals(file.subarray(magic.length, start))) return null
  const layer = decodeLayer(bytes, directories)
  budget.take('directories', directories.length - before)
  return withWanted(layer, keep)
}

/** The bodies that this run asks for; null when it asks for one that an earlier run did not. */
const withWanted = (layer: LayerContent, keep: Keep): LayerContent | null => {
  const { entries } = layer
  const bodies = new Map<string, Buffer>()
  for (let id = 0; id < entries.length; id += 1) {
    if (entries.type(id) !== EntryType.file) continue
    const path = entries.path(id)
    const isWanted = keep(path, entries.sizeBytes(id)) !== 'none'
    const body = layer.bodies.get(path)
    if (isWanted && !body) return null
    if (isWanted && body) bodies.set(path, body)
    else bodies.delete(path)
  }
  return { ...layer, bodies }
}

/** False where what need not be had does not fit: then reading decides what is left out. */
const takeFromBudget = ({ entries, bodies }: LayerContent, budget: ReadBudget): boolean => {
  let bodyBytes = 0
  for (const body of bodies.values()) bodyBytes += body.length
  if (bodyBytes > budget.limits.layerRuleBytes || !budget.takeIfRoom('allBodyBytes', bodyBytes)) return false
  let contentBytes = 0
  let pathBytes = 0
  for (let id = 0; id < entries.length; id += 1) {
    contentBytes += entries.sizeBytes(id)
    pathBytes += entries.path(id).length + (entries.link(id)?.length ?? 0)
  }
  budget.take('entries', entries.length)
  budget.take('allPathBytes', pathBytes)
  budget.take('contentBytes', contentBytes)
  return true
}

/** Written beside its place and moved there whole: a reader sees the old file or the new one. */
const writeLayer = (path: string, magic: Buffer, limitBytes: number, layer: LayerContent): void => {
  const bytes = encodeLayer(layer)
  if (bytes.length > limitBytes / SHARE) return
  const unfinished = path.replace(/layer$/, `${randomBytes(8).toString('hex')}.part`)
  try {
    fs.writeFileSync(unfinished, Buffer.concat([magic, checksumOf(magic, bytes), bytes]), {
      flag: 'wx',
      mode: 0o644,
    })
    fs.renameSync(unfinished, path)
  } catch (error) {
    attempt(() => fs.unlinkSync(unfinished))
    throw error
  }
}

/** Nothing but files of this cache's own names is ever touched. */
const trimFolder = (folder: string, limitBytes: number): void => {
  const now = Date.now()
  const files = fs.readdirSync(folder).flatMap(name => {
    if (!NAME.test(name) && !UNFINISHED.test(name)) return []
    const path = join(folder, name)
    const found = attempt(() => fs.lstatSync(path))
    return found?.isFile() ? [{ path, name, sizeBytes: found.size, usedMs: found.mtimeMs }] : []
  })
  let total = 0
  for (const { path, name, sizeBytes, usedMs } of files.sort((a, b) => b.usedMs - a.usedMs)) {
    const isLeft = UNFINISHED.test(name) && now - usedMs > UNFINISHED_MS
    total += sizeBytes
    if (isLeft || total > limitBytes) attempt(() => fs.unlinkSync(path))
  }
}
