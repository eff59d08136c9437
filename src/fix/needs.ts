/** Which packages of the system the program needs: those that were asked for, and those whose libraries it loads. */
import type { ElfExamined } from '../elf/elf-types.ts'
import type { HazardImage, ProgramFile } from '../hazards/hazard.ts'
import { isExamined } from '../hazards/libraries.ts'
import { isSystemPackage, type Package } from '../packages/package.ts'
import { createPackageGraph, reach } from '../packages/package-graph.ts'
import { requestedBy } from '../packages/requested-by.ts'
import { isLeftover } from '../report/finding.ts'
import { EntryType } from '../tree/entries.ts'
import { compareNames } from '../tree/path-bytes.ts'
import type { Item, Scene } from './scene.ts'

/** Names of packages that every file of which is a leftover: nothing but a build wants them. */
export const leftoverPackages = (scene: Scene): ReadonlySet<string> => {
  const found = new Set<string>()
  for (const finding of scene.report.findings)
    if (isLeftover(finding) && BUILD_CATEGORIES.has(finding.category))
      for (const name of finding.packages) if (finding.key.endsWith(` ${name}`)) found.add(name)
  return found
}

const BUILD_CATEGORIES = new Set(['compiler', 'build-tool', 'headers', 'static-library', 'debug', 'download'])

/**
 * Packages that somebody asked for above the base image and that are no leftovers. One that only names others
 * (`default-jdk` is a run time and a compiler) gives way to those of them that are none.
 */
export const wantedPackages = (scene: Scene): readonly string[] => {
  const before = new Set(scene.basePackages.map(pkg => pkg.name))
  const left = leftoverPackages(scene)
  const { packages } = scene
  const askers = requestedBy(packages.filter(isSystemPackage), before)
  const graph = createPackageGraph(packages)
  const seen = new Set<number>()
  const found: string[] = []
  const add = (index: number): void => {
    const pkg = packages[index]!
    if (seen.has(index) || before.has(pkg.name) || left.has(pkg.name)) return
    seen.add(index)
    const brings = graph.depends[index]!
    if (onlyNames(pkg) && brings.some(each => left.has(packages[each]!.name))) brings.forEach(add)
    else found.push(pkg.name)
  }
  packages.forEach((pkg, index) => {
    if (isSystemPackage(pkg) && askers.get(pkg.name)?.includes(pkg.name)) add(index)
  })
  return found.sort(compareNames)
}

/** Nothing but documentation is in it. Those of `apk add --virtual .build-deps` are for others to delete. */
const onlyNames = ({ name, files }: Package): boolean =>
  !name.startsWith('.') && files.every(path => DOCUMENTATION.test(path))

const DOCUMENTATION = /^\/(?:\.|usr(?:\/share(?:\/doc(?:\/.*)?)?)?)?$/

/** What came with wanted packages because they recommend it, and is no leftover. */
export const recommendedPackages = (scene: Scene, wanted: readonly string[]): readonly string[] => {
  const before = new Set(scene.basePackages.map(pkg => pkg.name))
  const left = leftoverPackages(scene)
  const { packages } = scene
  const graph = createPackageGraph(packages)
  const found = new Set<string>()
  packages.forEach((pkg, start) => {
    if (!wanted.includes(pkg.name)) return
    const next = (index: number): number[] =>
      [...graph.depends[index]!, ...graph.recommends[index]!].filter(
        each => !left.has(packages[each]!.name) && !before.has(packages[each]!.name),
      )
    for (const index of reach(start, next)) found.add(packages[index]!.name)
  })
  return [...found].sort(compareNames)
}

/**
 * The packages that own a library, a loader or an interpreter that some files reach, through whatever they load.
 * Libraries that no package owns are not in it: they are files of the program, or of the base image.
 */
export const packagesLoadedBy = (
  scene: Scene,
  items: readonly Item[],
): { readonly packages: ReadonlySet<string>; readonly files: ReadonlySet<string> } => {
  const { hazards } = scene
  const packages = new Set<string>()
  const files = new Set<string>()
  const pending: ProgramFile[] = items.flatMap(item =>
    item.type === EntryType.file ? (hazards.programAt(item.path) ?? []) : [],
  )
  const add = (path: string | null): void => {
    const file = path === null ? null : hazards.programAt(path)
    if (file) pending.push(file)
  }
  const seen = new Set<ProgramFile>()
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (seen.has(file)) continue
    seen.add(file)
    files.add(file.path)
    const owner = scene.ownerOf(file.path)
    if (owner && isSystemPackage(owner)) packages.add(owner.name)
    if (file.script) {
      add(file.script.interpreter)
      const word = /\/env$/.test(file.script.interpreter)
        ? (file.script.argument ?? '').replace(/^-S\s*/, '').split(/\s+/)[0]
        : undefined
      if (word) add(onPath(hazards, word))
    }
    if (!isExamined(file)) continue
    add(file.elf.interpreter)
    for (const name of file.elf.needed) pending.push(...libraryFor(hazards, name, file.elf))
  }
  return { packages, files }
}

const SYSTEM_FOLDER = /^\/(?:usr\/)?lib(?:64|\/[^/]*-linux-[^/]*)?\/[^/]+$/

/** Where a library has several files of its name, the one where the loader looks first; else all. */
const libraryFor = (hazards: HazardImage, name: string, user: ElfExamined): readonly ProgramFile[] => {
  const found = hazards.libraries.providers(name, user)
  const usual = found.filter(file => file.paths.some(path => SYSTEM_FOLDER.test(path)))
  return usual.length > 0 ? usual : found
}

export const onPath = (hazards: HazardImage, word: string): string | null => {
  if (word.includes('/'))
    return hazards.resolve(word.startsWith('/') ? word : `${hazards.workingDirectory}/${word}`)
  for (const folder of hazards.searchPath) {
    const found = hazards.resolve(`${folder}/${word}`)
    if (found !== null && hazards.isFile(found) && hazards.isExecutable(found)) return found
  }
  return null
}

/** The names of packages that some names bring in, themselves among them. */
export const closureOf = (packages: readonly Package[], names: Iterable<string>): ReadonlySet<string> => {
  const graph = createPackageGraph(packages)
  const found = new Set<string>()
  const wanted = new Set(names)
  packages.forEach((pkg, start) => {
    if (wanted.has(pkg.name) && isSystemPackage(pkg))
      for (const index of reach(start, each => graph.depends[each]!)) found.add(packages[index]!.name)
  })
  return found
}

/** The fewest names that bring all of some packages in by what they depend on, without those that are there already. */
export const installLine = (
  packages: readonly Package[],
  needed: Iterable<string>,
  present: ReadonlySet<string>,
): readonly string[] => {
  const graph = createPackageGraph(packages)
  const missing = new Set([...needed].filter(name => !present.has(name)))
  const indexes = packages.flatMap((pkg, index) =>
    isSystemPackage(pkg) && missing.has(pkg.name) ? [index] : [],
  )
  const below = new Map(indexes.map(index => [index, reach(index, each => graph.depends[each]!)]))
  // of two that need each other the first stands for both
  const isBrought = (index: number): boolean =>
    indexes.some(
      other =>
        other !== index && below.get(other)!.has(index) && !(below.get(index)!.has(other) && index < other),
    )
  return indexes
    .filter(index => !isBrought(index))
    .map(index => packages[index]!.name)
    .sort(compareNames)
}
