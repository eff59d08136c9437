/** One layer's uncompressed tar, as it streams by, to entries, hashes and the few bodies that matter. */

import * as crypto from 'node:crypto'
import { createHash, type Hash } from 'node:crypto'
import type { Limits } from '../limits.ts'
import { normalisePath } from '../tar/normalise-path.ts'
import { createTarReader, type TarHandler, type TarHeader } from '../tar/tar-reader.ts'
import { type Directories, EntryTable, EntryType, ROOT } from '../tree/entries.ts'
import { pathFromBytes } from '../tree/path-bytes.ts'
import type { HashThread, StreamHash } from './hash-thread.ts'
import type { Keep, KeepDecision, LeftOut, Program } from './image.ts'
import { createProgramReader } from './program-reader.ts'
import { createReadBudget, type ReadBudget, tooMuch } from './read-budget.ts'

/** What was read of one layer, before anybody has compared its digest. */
export interface ReadLayer {
  readonly diffId: string
  readonly entries: EntryTable
  readonly bodies: ReadonlyMap<string, Buffer>
  readonly leftOut?: LeftOut
  readonly programs: ReadonlyMap<number, Program>
  readonly endMarkerMissing: boolean
}

export interface LayerOptions {
  readonly directories: Directories
  readonly keep: Keep
  /** Whether programs are looked into; default: they are. */
  readonly programs?: boolean
  /** What all layers that are read together may still ask for. */
  readonly budget?: ReadBudget
  /** Hashes larger files beside the reading; without it they are hashed here. */
  readonly hashes?: HashThread
}

export interface LayerReader {
  /** Bytes of the uncompressed tar; the chunk is not kept. */
  write(chunk: Uint8Array): void
  /** All files have been hashed, also those that others hash. To be waited for after the last chunk. */
  hashed(): Promise<void>
  /** Throws when the archive did not end where it should. */
  end(): ReadLayer
}

const TYPES = {
  file: EntryType.file,
  directory: EntryType.directory,
  symlink: EntryType.symlink,
  hardlink: EntryType.hardlink,
  other: EntryType.other,
} as const

/** From here on what a thread saves is more than what a message to it costs. */
const LARGE_FILE_BYTES = 64 * 1024

/**
 * SHA-256, valid until the next call. One-shot hashing costs a third of `createHash`, and its digest as a string a third of
 * that again (measured); Node 20.12 and later have it.
 */
const hashOnce = (bytes: Uint8Array): Uint8Array => {
  if (!crypto.hash) return createHash('sha256').update(bytes).digest()
  const digest = crypto.hash('sha256', bytes, 'binary')
  for (let i = 0; i < onceBytes.length; i += 1) onceBytes[i] = digest.charCodeAt(i)
  return onceBytes
}
const onceBytes = new Uint8Array(32)

const EMPTY_HASH = createHash('sha256').digest()

/**
 * @param digest what hashes the uncompressed tar; null when the caller does so already, because the blob is not
 *   compressed, and will fill in `diffId`
 */
export const createLayerReader = (
  { directories, keep, programs: looksInside = true, budget = createReadBudget(), hashes }: LayerOptions,
  digest: Hash | null,
): LayerReader => {
  const { limits } = budget
  const entries = new EntryTable(directories)
  const bodies = new Map<string, Buffer>()
  const programs = new Map<number, Program>()
  const program = createProgramReader()
  const directoryIds = new Map<string, number>([['', ROOT]])
  let lastDirectory = ''
  let lastDirectoryId: number = ROOT
  let current = -1
  let storedBytes = 0
  let hash: Hash | null = null
  let away: StreamHash | null = null
  let hashed = false
  const pending: Promise<void>[] = []
  let kept: Buffer[] | null = null
  let keptPath = ''
  let maybeBytes = 0
  let leftOut: LeftOut | null = null

  /** The directory that holds a path. */
  const directoryOf = (path: string): number => {
    const end = path.lastIndexOf('/')
    // what is in one directory comes one after the other: mostly nothing is to be looked up
    if (end !== lastDirectory.length || !path.startsWith(lastDirectory)) {
      lastDirectory = path.slice(0, end)
      lastDirectoryId = directoryId(lastDirectory)
    }
    return lastDirectoryId
  }

  const directoryId = (path: string): number => {
    let id = directoryIds.get(path)
    if (id === undefined) {
      checkDepth(path, limits)
      const before = directories.length
      id = directories.intern(path)
      budget.take('directories', directories.length - before)
      directoryIds.set(path, id)
    }
    return id
  }

  /** Whether the body that begins is kept. */
  const isWanted = (decision: KeepDecision): boolean => {
    if (decision === 'none') return false
    if (decision === 'maybe') {
      const fits = maybeBytes + storedBytes <= limits.layerRuleBytes
      if (fits && budget.takeIfRoom('allBodyBytes', storedBytes)) {
        maybeBytes += storedBytes
        return true
      }
      leftOut = { path: leftOut?.path ?? keptPath, files: (leftOut?.files ?? 0) + 1 }
      return false
    }
    if (storedBytes > limits.bodyBytes)
      throw tooMuch(limits, 'bodyBytes', 'bytes in one file of a package database or the like')
    budget.take('allBodyBytes', storedBytes)
    return true
  }

  const entry = (header: TarHeader): void => {
    budget.take('entries', 1)
    budget.take('allPathBytes', costOf(header.path) + (header.link ? costOf(header.link) : 0))
    const { path, name } = normalisePath(header.path)
    const isFile = header.type === 'file'
    current = entries.add({
      directory: directoryOf(path),
      name,
      type: TYPES[header.type],
      sizeBytes: isFile ? header.sizeBytes : 0,
      mode: header.mode & 0o7777,
      uid: header.uid,
      gid: header.gid,
      ...(header.link ? { link: linkOf(header) } : {}),
    })
    if (!isFile) return
    if (header.capability) entries.setCapability(current, Buffer.from(header.capability).toString('hex'))
    budget.take('contentBytes', header.sizeBytes)
    storedBytes = header.storedBytes
    hashed = false
    if (looksInside)
      program.begin({ sizeBytes: header.sizeBytes, storedBytes, executable: (header.mode & 0o111) !== 0 })
    // only the stored parts of a sparse file arrive: its size is part of what it is
    if (header.sparse) hash = createHash('sha256').update(`sparse ${header.sizeBytes}\0`)
    else if (hashes && storedBytes >= LARGE_FILE_BYTES && !hashes.isBusy()) away = hashes.create()
    keptPath = path
    kept = isWanted(keep(path, header.sizeBytes)) ? [] : null
  }

  const body = (chunk: Uint8Array): void => {
    if (kept) kept.push(Buffer.from(chunk))
    program.body(chunk)
    if (away) {
      away.update(chunk)
      return
    }
    if (chunk.length === storedBytes && !hash) {
      entries.setHash(current, hashOnce(chunk))
      hashed = true
      return
    }
    hash ??= createHash('sha256')
    hash.update(chunk)
  }

  const entryEnd = (): void => {
    if (entries.type(current) !== EntryType.file) return
    if (away) hashLater(current, away)
    else if (hash) entries.setHash(current, hash.digest())
    else if (!hashed) entries.setHash(current, EMPTY_HASH)
    hash = null
    away = null
    const found = program.end()
    if (found) programs.set(current, found)
    if (kept) bodies.set(keptPath, kept.length === 1 ? kept[0]! : Buffer.concat(kept))
    else bodies.delete(keptPath)
    kept = null
  }

  const hashLater = (index: number, stream: StreamHash): void => {
    const set = stream.digestLater().then(digest => entries.setHash(index, Buffer.from(digest, 'hex')))
    // a failure is told by `hashed`; until then it must not count as unhandled
    set.catch(() => undefined)
    pending.push(set)
  }

  const handler: TarHandler = { entry, body, entryEnd }
  const reader = createTarReader(handler)
  let written = 0
  return {
    write: chunk => {
      written += chunk.length
      digest?.update(chunk)
      reader.write(chunk)
    },
    hashed: async () => {
      hashes?.flush()
      await Promise.all(pending)
    },
    end: () => {
      // a layer of no bytes at all is how some builders write an empty one
      const endMarkerMissing = written === 0 || !reader.end().endMarker
      return {
        diffId: digest ? `sha256:${digest.digest('hex')}` : '',
        entries,
        bodies,
        ...(leftOut ? { leftOut } : {}),
        programs,
        endMarkerMissing,
      }
    },
  }
}

/** Names that no program can open are in nobody's image by accident: they count twice. */
const costOf = ({ length }: Uint8Array): number => (length > LONG_NAME_BYTES ? 2 * length : length)
const LONG_NAME_BYTES = 4096

const checkDepth = (path: string, limits: Limits): void => {
  let depth = 0
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) depth += 1
  if (depth > limits.pathDepth) throw tooMuch(limits, 'pathDepth', 'directories in one path')
}

/** A hard link names a path of the same layer; a symbolic link is kept as written, as text like the names it leads to. */
const linkOf = (header: TarHeader): string =>
  header.type === 'hardlink' ? normalisePath(header.link!).path : pathFromBytes(header.link!)
