/** One package of an rpm database: the header that all its formats hold (rpm's docs/manual/format_header.md). */
import { readLines } from './file-list.ts'

/** What Plimsoll reads of a package's header. */
export interface RpmHeader {
  readonly name: string
  readonly epoch: number | null
  readonly version: string
  readonly release: string
  /** `x86_64`, `noarch`; empty for what is no real package. */
  readonly arch: string
  readonly requires: readonly string[]
  readonly recommends: readonly string[]
  readonly provides: readonly string[]
  /** Absolute paths, without those that another package replaced. */
  readonly files: readonly string[]
}

/** What all headers of one database may still ask for: a few bytes can say very many, very long names. */
export interface RpmBudget {
  strings: number
  pathCharacters: number
}

/** Several times what any distribution puts into one image. */
export const createRpmBudget = (): RpmBudget => ({ strings: 4e6, pathCharacters: 256e6 })

/** Whether something had to be left out. */
export const isSpent = (budget: RpmBudget): boolean => budget.strings < 0 || budget.pathCharacters < 0

const TAG = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  arch: 1022,
  oldFileNames: 1027,
  fileStates: 1029,
  provideName: 1047,
  requireName: 1049,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
  recommendName: 5046,
} as const

const TYPE = { char: 1, int8: 2, int32: 4, string: 6, stringArray: 8, i18nString: 9 } as const

const WANTED: ReadonlySet<number> = new Set(Object.values(TAG))

const INTRO_BYTES = 8
const ENTRY_BYTES = 16
/** rpm's own limit (HEADER_TAGS_MAX). */
const ENTRIES_LIMIT = 65_535
/** PATH_MAX of Linux. */
const PATH_LIMIT = 4096

/** The package of a header, or null when it is none or damaged. Never throws. */
export const readRpmHeader = (blob: Buffer, budget: RpmBudget): RpmHeader | null => {
  const header = openHeader(blob)
  const name = header && text(header, TAG.name)
  if (!header || !name) return null
  return {
    name,
    epoch: numbers(header, TAG.epoch, 1)[0] ?? null,
    version: text(header, TAG.version),
    release: text(header, TAG.release),
    arch: text(header, TAG.arch),
    requires: strings(header, TAG.requireName, budget),
    recommends: strings(header, TAG.recommendName, budget),
    provides: strings(header, TAG.provideName, budget),
    files: readFiles(header, budget),
  }
}

interface Entry {
  readonly type: number
  readonly offset: number
  readonly count: number
}

interface Header {
  readonly entries: ReadonlyMap<number, Entry>
  readonly data: Buffer
}

const openHeader = (blob: Buffer): Header | null => {
  if (blob.length < INTRO_BYTES) return null
  const count = blob.readUInt32BE(0)
  const dataBytes = blob.readUInt32BE(4)
  const start = INTRO_BYTES + count * ENTRY_BYTES
  if (count > ENTRIES_LIMIT || start + dataBytes > blob.length) return null
  const entries = new Map<number, Entry>()
  for (let at = INTRO_BYTES; at < start; at += ENTRY_BYTES) {
    const tag = blob.readUInt32BE(at)
    const offset = blob.readUInt32BE(at + 8)
    // of a tag twice the last one counts: it was added when the package was installed
    if (WANTED.has(tag) && offset < dataBytes)
      entries.set(tag, { type: blob.readUInt32BE(at + 4), offset, count: blob.readUInt32BE(at + 12) })
  }
  return { entries, data: blob.subarray(start, start + dataBytes) }
}

/** A string tag's value, or "". */
const text = ({ entries, data }: Header, tag: number): string => {
  const entry = entries.get(tag)
  if (!entry || (entry.type !== TYPE.string && entry.type !== TYPE.i18nString)) return ''
  const end = data.indexOf(0, entry.offset)
  return end === -1 ? '' : data.toString('utf8', entry.offset, end)
}

/** A string array's values: as many as it really has. */
const strings = ({ entries, data }: Header, tag: number, budget: RpmBudget): string[] => {
  const entry = entries.get(tag)
  if (!entry || entry.type !== TYPE.stringArray) return []
  let end = entry.offset
  let found = 0
  for (; found < entry.count && found <= budget.strings; found += 1) {
    const next = data.indexOf(0, end)
    if (next === -1) break
    end = next + 1
  }
  budget.strings -= found
  if (found === 0 || isSpent(budget)) return []
  return readLines(data.subarray(entry.offset, end - 1), '\0')
}

const numbers = ({ entries, data }: Header, tag: number, most: number): number[] => {
  const entry = entries.get(tag)
  if (!entry || entry.type !== TYPE.int32) return []
  const count = Math.min(entry.count, most, Math.floor((data.length - entry.offset) / 4))
  return Array.from({ length: count }, (_, i) => data.readUInt32BE(entry.offset + 4 * i))
}

const bytes = ({ entries, data }: Header, tag: number): Buffer | null => {
  const entry = entries.get(tag)
  if (!entry || (entry.type !== TYPE.char && entry.type !== TYPE.int8)) return null
  return data.subarray(entry.offset, entry.offset + entry.count)
}

/** `rpmfileState`: another package's file took its place, or the same of another architecture did. */
const REPLACED = 1
const WRONG_COLOUR = 4

const readFiles = (header: Header, budget: RpmBudget): string[] => {
  const states = bytes(header, TAG.fileStates)
  const baseNames = strings(header, TAG.baseNames, budget)
  const dirNames = strings(header, TAG.dirNames, budget)
  const dirIndexes = numbers(header, TAG.dirIndexes, baseNames.length)
  const files: string[] = []
  const add = (directory: string | undefined, name: string, index: number): void => {
    const state = states?.[index]
    if (directory === undefined || state === REPLACED || state === WRONG_COLOUR) return
    const length = directory.length + name.length
    if (length > PATH_LIMIT || isSpent(budget)) return
    budget.pathCharacters -= length
    const path = directory + name
    if (path[0] === '/' && length > 1) files.push(path)
  }
  baseNames.forEach((name, i) => {
    add(dirNames[dirIndexes[i] ?? -1], name, i)
  })
  // packages of rpm 3
  if (baseNames.length === 0)
    for (const [i, path] of strings(header, TAG.oldFileNames, budget).entries()) add('', path, i)
  return files
}
