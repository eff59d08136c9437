/** The sections that `strip` would take (gABI, chapter 4; names of debug sections as DWARF 5 has them). */
import type { Fields } from './elf-fields.ts'
import { readSections, SECTION } from './elf-sections.ts'
import type { ElfExamined, ElfHeader } from './elf-types.ts'

const NAME_BYTES = 32

/** Bytes of symbol tables and of debug information; null where the section table or its names were not kept. */
export const readSymbols = (fields: Fields, header: ElfHeader): ElfExamined['symbols'] => {
  const sections = readSections(fields, header)
  if (!sections) return null
  const names = sections[header.sectionNamesIndex]
  let tableBytes = 0
  let debugBytes = 0
  for (const { name, type, bytes, link, isLoaded } of sections) {
    if (isLoaded || type === SECTION.noBits) continue
    if (type === SECTION.symbols) {
      const strings = sections[link]
      tableBytes += bytes + (strings?.type === SECTION.strings ? strings.bytes : 0)
      continue
    }
    const text = names ? fields.text(names.offset + name, NAME_BYTES) : null
    if (text === null) return null
    if (/^\.z?debug_/.test(text)) debugBytes += bytes
  }
  return { tableBytes, debugBytes }
}
