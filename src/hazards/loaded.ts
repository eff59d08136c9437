/** The files whose libraries are sure to be wanted: programs, importable extensions, and what those bring along. */

import { isForeign, isOfOtherLibc } from './foreign.ts'
import type { ElfFile, HazardImage, ProgramFile } from './hazard.ts'
import { isExamined } from './libraries.ts'
import { pythonTag } from './python-tag.ts'

/** Loaded by name from a language, which fails with the library: not a plug-in that a program may do without. */
const EXTENSION =
  /\/node_modules\/(?!.*\/prebuilds\/).*\.node$|\/(extensions|gems)\/[^/]+\/(?:[^/]+\/)*[^/]+\.so$|\/perl5?\/.*\/auto\/.*\.so$/

/**
 * Modules that their package is imported without. Python's own: `python:*-slim` leaves out Tk on purpose. Those of Qt
 * that are for sound, video, Bluetooth and the like.
 */
const OPTIONAL_MODULE =
  /\/lib-dynload\/(_tkinter|_dbm|_gdbm|nis|ossaudiodev|_crypt|_test\w*|xx\w*)\.|\/(PyQt|PySide)\d\/Qt(?!(Core|Gui|Widgets)\.)\w+\./

const PHP_EXTENSION = /\/php\/extensions\/[^/]+\/([\w-]+)\.so$/

const isExtension = (image: HazardImage, path: string): boolean => {
  const tag = pythonTag(path)
  if (tag !== null)
    return (
      !OPTIONAL_MODULE.test(path) &&
      image.pythons.some(each => tag.version === null || each.version === tag.version)
    )
  const php = PHP_EXTENSION.exec(path)?.[1]
  if (php !== undefined) return image.resolve(`/usr/local/etc/php/conf.d/docker-php-ext-${php}.ini`) !== null
  return EXTENSION.test(path)
}

const isProgram = (file: ElfFile): boolean =>
  file.isExecutable && (file.elf.type === 'executable' || file.elf.interpreter !== null)

/** Each with the program or extension that brings it; that may be itself. */
export const loadedFiles = (
  image: HazardImage,
): readonly { readonly file: ElfFile; readonly root: ElfFile }[] => {
  const found = new Map<ElfFile, ElfFile>()
  const visit = (file: ProgramFile, root: ElfFile): void => {
    const pending = [file]
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (!next.isOwn || !isExamined(next) || found.has(next) || isForeign(image, next)) continue
      found.set(next, root)
      for (const name of next.elf.needed) pending.push(...image.libraries.providers(name, next.elf))
    }
  }
  for (const file of image.programs) {
    if (!file.isOwn || !isExamined(file) || isOfOtherLibc(image, file)) continue
    if (isProgram(file) || file.paths.some(path => isExtension(image, path))) visit(file, file)
  }
  return [...found].map(([file, root]) => ({ file, root }))
}
