/** What an ELF file needs and gives, from pieces of its bytes (System V gABI; GNU symbol versioning as in LSB 5, core). */

import { readDynamic, readDynamicTable } from './elf-dynamic.ts'
import { createFields, type Fields } from './elf-fields.ts'
import { readHeader } from './elf-header.ts'
import type { Piece } from './elf-pieces.ts'
import { type ElfFacts, type ElfHeader, SEGMENT, type Segment } from './elf-types.ts'

/** PATH_MAX: the kernel takes no longer interpreter (fs/binfmt_elf.c). */
const INTERPRETER_BYTES = 4096
const NOTES_BYTES = 64 * 1024
/** In one segment: hostile ones must not make work. */
const NOTES_LIMIT = 32

/** True for the four bytes that begin every ELF file. */
export const isElf = (first: Uint8Array): boolean =>
  first[0] === 0x7f && first[1] === 0x45 && first[2] === 0x4c && first[3] === 0x46

/** Never throws: bytes that make no sense, or that were not kept, give `examined: false` and why. */
export const elfFacts = (pieces: readonly Piece[]): ElfFacts => {
  const header = readHeader(pieces)
  if (typeof header === 'string') return { examined: false, why: header, header: null, interpreter: null }
  const fields = createFields(pieces, header)
  const interpreter = readInterpreter(fields, header)
  const refuse = (why: string): ElfFacts => ({
    examined: false,
    why,
    header: { class: header.class, machine: header.machine, type: header.type },
    interpreter: interpreter ?? null,
  })
  if (interpreter === undefined) return refuse('the name of its program interpreter could not be read')
  const table = readDynamicTable(fields, header)
  if (typeof table === 'string') return refuse(table)
  const dynamic = table && readDynamic(fields, header, table)
  if (typeof dynamic === 'string') return refuse(dynamic)
  return {
    examined: true,
    class: header.class,
    machine: header.machine,
    type: header.type,
    osAbi: header.osAbi,
    interpreter,
    isGo: hasGoNote(fields, header),
    isStatic: dynamic === null,
    ...(dynamic ?? NO_DYNAMIC),
  }
}

const NO_DYNAMIC = { needed: [], soname: null, rpath: [], runpath: [], verneed: [], verdef: [] } as const

const segment = (header: ElfHeader, type: number): Segment | undefined =>
  header.segments.find(each => each.type === type && each.fileBytes > 0)

/** The name; null where there is none, undefined where it could not be had. */
const readInterpreter = (fields: Fields, header: ElfHeader): string | null | undefined => {
  const at = segment(header, SEGMENT.interpreter)
  if (!at) return null
  const name = fields.text(at.offset, Math.min(at.fileBytes, INTERPRETER_BYTES))
  return name === null || name === '' ? undefined : name
}

/** Go's linker writes a note named `Go` that holds the build id (cmd/internal/buildid). */
const hasGoNote = (fields: Fields, header: ElfHeader): boolean =>
  header.segments.some(({ type, offset, fileBytes }) => {
    if (type !== SEGMENT.note || fileBytes > NOTES_BYTES) return false
    for (let at = offset, i = 0; at + 16 <= offset + fileBytes && i < NOTES_LIMIT; i += 1) {
      const nameBytes = fields.u32(at)
      const contentBytes = fields.u32(at + 4)
      if (nameBytes === null || contentBytes === null) return false
      if (nameBytes === 4 && fields.text(at + 12, 4) === 'Go') return true
      at += 12 + align4(nameBytes) + align4(contentBytes)
    }
    return false
  })

const align4 = (bytes: number): number => Math.ceil(bytes / 4) * 4
