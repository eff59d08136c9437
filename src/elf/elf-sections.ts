/** The section table (gABI, chapter 4). It may be anywhere: Go's linker puts it right behind the program headers. */
import type { Fields } from './elf-fields.ts'
import type { ElfHeader } from './elf-types.ts'

export interface Section {
  readonly type: number
  /** It is loaded into memory. */
  readonly isLoaded: boolean
  readonly offset: number
  readonly bytes: number
}

export const SECTION = { strings: 3, verdef: 0x6ffffffd, verneed: 0x6ffffffe } as const

const SECTIONS_LIMIT = 4096
const FLAG_ALLOC = 2

/** Null where the table was not kept, or makes no sense; empty where there is none. */
export const readSections = (fields: Fields, header: ElfHeader): readonly Section[] | null => {
  const { sectionOffset, sectionBytes, sectionCount } = header
  const wide = header.class === 64
  if (sectionOffset === 0) return []
  if (sectionBytes !== (wide ? 64 : 40) || sectionCount > SECTIONS_LIMIT) return null
  const sections: Section[] = []
  for (let i = 0; i < sectionCount; i += 1) {
    const at = sectionOffset + i * sectionBytes
    const type = fields.u32(at + 4)
    // bits above the 32nd are for processors; what is wanted is below
    const flags = fields.word(at + 8)
    const offset = fields.word(at + (wide ? 24 : 16))
    const bytes = fields.word(at + (wide ? 32 : 20))
    if (type === null || flags === null || offset === null || bytes === null) return null
    sections.push({ type, isLoaded: flags % 4 >= FLAG_ALLOC, offset, bytes })
  }
  return sections
}
