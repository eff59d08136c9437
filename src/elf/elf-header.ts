/** The ELF header and the program headers (gABI, chapters 4 and 5). */
import { createFields, type Fields } from './elf-fields.ts'
import { findPiece, type Piece } from './elf-pieces.ts'
import type { ElfClass, ElfHeader, ElfType, Segment } from './elf-types.ts'

const TYPES: readonly ElfType[] = ['other', 'relocatable', 'executable', 'shared', 'core']
/** The kernel refuses more than 64 KiB of them (fs/binfmt_elf.c, load_elf_phdrs). */
const PROGRAM_HEADERS_BYTES = 65_536

/** The header, or half a sentence that says why there is none. */
export const readHeader = (pieces: readonly Piece[]): ElfHeader | string => {
  const ident = findPiece(pieces, 0, 16)?.bytes
  if (!ident) return 'it is shorter than an ELF header'
  const [bits, order, osAbi] = [ident[4], ident[5], ident[7]!]
  if ((bits !== 1 && bits !== 2) || (order !== 1 && order !== 2))
    return 'its ELF header names no known word size or byte order'
  const layout = { class: (bits === 1 ? 32 : 64) as ElfClass, isLittleEndian: order === 1 }
  const fields = createFields(pieces, layout)
  const wide = layout.class === 64
  const type = fields.u16(16)
  const machine = fields.u16(18)
  const programOffset = fields.word(wide ? 32 : 28)
  const sectionOffset = fields.word(wide ? 40 : 32)
  const sizes = [0, 2, 4, 6].map(step => fields.u16((wide ? 54 : 42) + step))
  if (
    type === null ||
    machine === null ||
    programOffset === null ||
    sectionOffset === null ||
    sizes.includes(null)
  )
    return 'it is shorter than an ELF header'
  const [entryBytes, count, sectionBytes, sectionCount] = sizes as number[]
  const tableBytes = entryBytes! * count!
  if (count! > 0 && entryBytes !== (wide ? 56 : 32)) return 'its program headers have no known size'
  if (tableBytes > PROGRAM_HEADERS_BYTES) return 'it has more program headers than Linux loads'
  if (count! > 0 && !findPiece(pieces, programOffset, tableBytes))
    return 'its program headers could not be read'
  return {
    ...layout,
    osAbi,
    type: TYPES[type] ?? 'other',
    machine,
    segments: Array.from({ length: count! }, (_, i) =>
      readSegment(fields, programOffset + i * entryBytes!, wide),
    ),
    sectionOffset,
    sectionBytes: sectionBytes!,
    sectionCount: sectionCount!,
  }
}

const EXECUTABLE = 1

const readSegment = (fields: Fields, at: number, wide: boolean): Segment => {
  const word = (wideAt: number, narrowAt: number): number => fields.word(at + (wide ? wideAt : narrowAt))!
  return {
    type: fields.u32(at)!,
    isExecutable: (fields.u32(at + (wide ? 4 : 24))! & EXECUTABLE) !== 0,
    offset: word(8, 4),
    address: word(16, 8),
    fileBytes: word(32, 16),
  }
}
