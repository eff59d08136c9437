/** The values that reading an ELF file gives. */

/** What a segment is for: `p_type` (gABI, program header). */
export const SEGMENT = { load: 1, dynamic: 2, interpreter: 3, note: 4 } as const

/** Where a segment lies in the file and in memory (gABI, program header). */
export interface Segment {
  readonly type: number
  readonly isExecutable: boolean
  readonly offset: number
  readonly address: number
  readonly fileBytes: number
}

export type ElfClass = 32 | 64

/** `executable` and `shared` are ET_EXEC and ET_DYN; a position-independent program is `shared` too. */
export type ElfType = 'relocatable' | 'executable' | 'shared' | 'core' | 'other'

export interface ElfHeader {
  readonly class: ElfClass
  readonly isLittleEndian: boolean
  readonly osAbi: number
  readonly type: ElfType
  /** `e_machine`: 62 is x86-64, 183 AArch64. */
  readonly machine: number
  readonly segments: readonly Segment[]
  readonly sectionOffset: number
  readonly sectionBytes: number
  readonly sectionCount: number
}

/** Versions that a file wants of one library; weak ones are left out, because nobody insists on them. */
export interface NeededVersions {
  readonly library: string
  readonly versions: readonly string[]
}

export interface ElfDynamic {
  /** DT_NEEDED, in order. */
  readonly needed: readonly string[]
  readonly soname: string | null
  /** Directories, as written. */
  readonly rpath: readonly string[]
  readonly runpath: readonly string[]
  /** Null where the records were not kept: nothing follows from that. */
  readonly verneed: readonly NeededVersions[] | null
  /** Versions that the file defines; null as above. */
  readonly verdef: readonly string[] | null
}

export interface ElfExamined extends ElfDynamic {
  readonly examined: true
  readonly class: ElfClass
  readonly machine: number
  readonly type: ElfType
  /** `EI_OSABI`: 0 is System V, 3 Linux. */
  readonly osAbi: number
  /** PT_INTERP: the loader that the kernel starts. */
  readonly interpreter: string | null
  /** It has no dynamic section: nothing is loaded with it. */
  readonly isStatic: boolean
  /** It carries Go's build id. */
  readonly isGo: boolean
}

export interface ElfNotExamined {
  readonly examined: false
  /** Half a sentence: "its dynamic section could not be read". */
  readonly why: string
  /** What could be read all the same. */
  readonly header: Pick<ElfHeader, 'class' | 'machine' | 'type'> | null
  readonly interpreter: string | null
}

export type ElfFacts = ElfExamined | ElfNotExamined
