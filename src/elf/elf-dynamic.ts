/** The dynamic section: what a file wants from others and what it offers (gABI, chapter 5; LSB 5, symbol versioning). */
import type { Fields } from './elf-fields.ts'
import { type ElfDynamic, type ElfHeader, type NeededVersions, SEGMENT } from './elf-types.ts'

const DT = {
  needed: 1,
  strings: 5,
  stringsBytes: 10,
  soname: 14,
  rpath: 15,
  runpath: 29,
  verdef: 0x6ffffffc,
  verdefCount: 0x6ffffffd,
  verneed: 0x6ffffffe,
  verneedCount: 0x6fffffff,
} as const

/** Above any real file by far: hostile counts must not make work. */
const ENTRIES_LIMIT = 4096
const VERSIONS_LIMIT = 4096
const NAME_BYTES = 4096
const WEAK = 2
/** The file's own name, which is no version. */
const BASE = 1

export interface DynamicTable {
  /** DT_NEEDED, as offsets into the strings. */
  readonly needed: readonly number[]
  /** The last value of every other tag. */
  readonly values: ReadonlyMap<number, number>
  /** Where the strings lie in the file, and how long they are. */
  readonly strings: { readonly offset: number; readonly bytes: number }
}

/** The entries of PT_DYNAMIC; null where there is none, a string where it could not be had. */
export const readDynamicTable = (fields: Fields, header: ElfHeader): DynamicTable | null | string => {
  // a file of debug information keeps the headers of what it was split from, and none of the contents
  const segment = header.segments.find(each => each.type === SEGMENT.dynamic && each.fileBytes > 0)
  if (!segment) return null
  const wordBytes = header.class / 8
  const needed: number[] = []
  const values = new Map<number, number>()
  const count = Math.floor(segment.fileBytes / (2 * wordBytes))
  for (let i = 0; ; i += 1) {
    if (i >= count || i >= ENTRIES_LIMIT) break
    const tag = fields.word(segment.offset + i * 2 * wordBytes)
    const value = fields.word(segment.offset + (i * 2 + 1) * wordBytes)
    if (tag === null || value === null) return 'its dynamic section could not be read'
    if (tag === 0) break
    if (tag === DT.needed) needed.push(value)
    else values.set(tag, value)
  }
  const offset = fileOffset(header, values.get(DT.strings))
  if (offset === null) return 'its dynamic section names no strings'
  return { needed, values, strings: { offset, bytes: values.get(DT.stringsBytes) ?? 0 } }
}

/** What the entries mean, or half a sentence that says why that could not be had. */
export const readDynamic = (fields: Fields, header: ElfHeader, table: DynamicTable): ElfDynamic | string => {
  const { strings, values } = table
  const name = (at: number | undefined): string | null =>
    at === undefined || at >= strings.bytes
      ? null
      : fields.text(strings.offset + at, Math.min(NAME_BYTES, strings.bytes - at))
  const named = (tag: number): string | null => (values.has(tag) ? name(values.get(tag)) : '')
  const needed = table.needed.map(name)
  const [soname, rpath, runpath] = [named(DT.soname), named(DT.rpath), named(DT.runpath)]
  if (needed.includes(null) || soname === null || rpath === null || runpath === null)
    return 'the strings of its dynamic section could not be read'
  return {
    needed: needed as string[],
    soname: soname === '' ? null : soname,
    rpath: folders(rpath),
    runpath: folders(runpath),
    verneed: readVerneed(fields, header, values, name),
    verdef: readVerdef(fields, header, values, name),
  }
}

const folders = (text: string): string[] => text.split(':').filter(folder => folder !== '')

/** Where an address of memory lies in the file. */
const fileOffset = (header: ElfHeader, address: number | undefined): number | null => {
  if (address === undefined) return null
  const holds = header.segments.find(
    each => each.type === SEGMENT.load && address >= each.address && address < each.address + each.fileBytes,
  )
  return holds ? holds.offset + (address - holds.address) : null
}

type Name = (at: number | undefined) => string | null

/** Runs through a chain of records, each with the distance to the next; false where one could not be read. */
const eachRecord = (
  start: number,
  count: number,
  nextOf: (at: number) => number | null,
  visit: (at: number) => boolean,
): boolean => {
  let at = start
  for (let i = 0; i < count && i < VERSIONS_LIMIT; i += 1) {
    const next = nextOf(at)
    if (next === null || !visit(at)) return false
    if (next === 0) break
    at += next
  }
  return true
}

const readVerneed = (
  fields: Fields,
  header: ElfHeader,
  values: DynamicTable['values'],
  name: Name,
): NeededVersions[] | null => {
  if (!values.has(DT.verneed)) return []
  const start = fileOffset(header, values.get(DT.verneed))
  if (start === null) return null
  const found: NeededVersions[] = []
  let total = 0
  const readFile = (at: number): boolean => {
    const [count, file, auxiliary] = [fields.u16(at + 2), fields.u32(at + 4), fields.u32(at + 8)]
    const library = file === null ? null : name(file)
    if (count === null || library === null || auxiliary === null) return false
    const versions: string[] = []
    const whole = eachRecord(
      at + auxiliary,
      count,
      each => fields.u32(each + 12),
      each => {
        total += 1
        const [flags, text] = [fields.u16(each + 4), name(fields.u32(each + 8) ?? undefined)]
        if (flags === null || text === null || total > VERSIONS_LIMIT) return false
        if ((flags & WEAK) === 0) versions.push(text)
        return true
      },
    )
    found.push({ library, versions })
    return whole
  }
  const count = values.get(DT.verneedCount) ?? 0
  return eachRecord(start, count, at => fields.u32(at + 12), readFile) ? found : null
}

const readVerdef = (
  fields: Fields,
  header: ElfHeader,
  values: DynamicTable['values'],
  name: Name,
): string[] | null => {
  if (!values.has(DT.verdef)) return []
  const start = fileOffset(header, values.get(DT.verdef))
  if (start === null) return null
  const found: string[] = []
  const readVersion = (at: number): boolean => {
    const [flags, auxiliary] = [fields.u16(at + 2), fields.u32(at + 12)]
    const text = auxiliary === null ? null : name(fields.u32(at + auxiliary) ?? undefined)
    if (flags === null || text === null) return false
    if ((flags & BASE) === 0) found.push(text)
    return true
  }
  const count = values.get(DT.verdefCount) ?? 0
  return eachRecord(start, count, at => fields.u32(at + 16), readVersion) ? found : null
}
