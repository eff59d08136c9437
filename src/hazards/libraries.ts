/** The shared libraries of an image by the names that programs ask for. */

import type { ElfExamined } from '../elf/elf-types.ts'
import { lastPart } from '../path-parts.ts'
import type { ElfFile, ProgramFile } from './hazard.ts'

export interface Libraries {
  /** Files that answer to a name, by file name or SONAME, anywhere in the image, for the same kind of program. */
  providers(name: string, user: ElfExamined): readonly ProgramFile[]
  /** A file of any kind that is really there under that name. */
  exists(name: string): boolean
  /** True where nothing in the image could be meant: no such file of any kind, examined or not. */
  isAbsent(name: string, user: ElfExamined): boolean
}

export interface LibrarySource {
  readonly programs: readonly ProgramFile[]
  /** Live symbolic links. */
  readonly links: readonly { readonly path: string }[]
  programAt(path: string): ProgramFile | null
  /** Live paths with a last part, of any kind. */
  existsNamed(name: string): boolean
}

export const createLibraries = (source: LibrarySource): Libraries => {
  const byName = new Map<string, Set<ProgramFile>>()
  const add = (name: string, file: ProgramFile): void => {
    const files = byName.get(name) ?? new Set()
    byName.set(name, files.add(file))
  }
  for (const file of source.programs) {
    if (!file.elf) continue
    for (const path of file.paths) add(lastPart(path), file)
    if (file.elf.examined && file.elf.soname !== null) add(file.elf.soname, file)
  }
  for (const { path } of source.links) {
    const name = lastPart(path)
    const file = name.includes('.so') ? source.programAt(path) : null
    if (file?.elf) add(name, file)
  }
  const providers = (name: string, user: ElfExamined): ProgramFile[] =>
    [...(byName.get(lastPart(name)) ?? [])].filter(file => fits(file, user))
  return {
    providers,
    exists: source.existsNamed,
    isAbsent: (name, user) => {
      if (providers(name, user).length > 0) return false
      // something of that name which is no library of another kind: a driver's empty file, a text, a broken one
      return (byName.get(lastPart(name))?.size ?? 0) > 0 || !source.existsNamed(lastPart(name))
    },
  }
}

/** What could not be examined may be anything. */
const fits = ({ elf }: ProgramFile, user: ElfExamined): boolean => {
  const known = elf?.examined ? elf : (elf?.header ?? null)
  return known === null || (known.class === user.class && known.machine === user.machine)
}

export const isExamined = (file: ProgramFile): file is ElfFile => file.elf?.examined === true
