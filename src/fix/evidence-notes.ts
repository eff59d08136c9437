/** What is written down of names in a text: where in the image they lead, and what follows from them. */
import { lastPart } from '../path-parts.ts'
import { EntryType } from '../tree/entries.ts'
import type { Evidence } from './evidence.ts'
import { onPath } from './needs.ts'
import { isLeftover, type Scene } from './scene.ts'

/** Programs that make programs. */
const COMPILERS = new Set(
  'gcc g++ cc c++ c99 c89 clang clang++ tcc gfortran make gmake cmake ninja meson as ld javac kotlinc scalac rustc cargo go mvn gradle ghc cabal stack swiftc zig nvcc dotnet msbuild tsc'.split(
    ' ',
  ),
)

/** Each takes names and the file, or the distribution, that names them. */
export interface EvidenceNotes {
  readonly commands: (names: Iterable<string>, by: string) => void
  /** @returns how many files of the image they are */
  readonly libraries: (names: Iterable<string>, by: string) => number
  readonly paths: (names: Iterable<string>, by: string) => void
  /** A sentence; the first one counts. */
  readonly compiles: (sentence: string) => void
  readonly uncertain: (sentence: string) => void
  readonly all: () => Pick<Evidence, 'compiles' | 'uncertain' | 'named'>
}

export const createNotes = (scene: Scene): EvidenceNotes => {
  const named = new Map<string, string>()
  let compiles: string | null = null
  let uncertain: string | null = null
  return {
    commands: (names, by) => {
      for (const name of names) {
        const path = onPath(scene.hazards, name)
        const base = lastPart(name)
        if (path === null) continue
        if (COMPILERS.has(base)) compiles ??= `${by} starts ${base} while it runs`
        else named.set(path, by)
      }
    },
    libraries: (names, by) => {
      const found = [...names].flatMap(name => libraryPaths(scene, name))
      for (const path of found) named.set(path, by)
      return found.length
    },
    paths: (names, by) => {
      for (const path of names) if (isNamedPath(scene, path)) named.set(path, by)
    },
    compiles: sentence => {
      compiles ??= sentence
    },
    uncertain: sentence => {
      uncertain ??= sentence
    },
    all: () => ({ compiles, uncertain, named }),
  }
}

/** It names a folder of libraries that are the program's own, and so are all there. */
export const namesPlugins = (scene: Scene, paths: Iterable<string>): boolean =>
  [...paths].some(
    path =>
      path.split('/').length > 3 &&
      scene.own.some(
        item =>
          item.path.startsWith(`${path}/`) &&
          /\.so(?:\.[\d.]+)?$/.test(item.path) &&
          !isLeftover(scene, item.path) &&
          scene.ownerOf(item.path) === null,
      ),
  )

/** It names a library that it is not linked to: what it loads by `dlopen` is then known. */
export const loadsKnown = (scene: Scene, names: Iterable<string>, needed: readonly string[]): boolean =>
  [...names].some(name => !needed.includes(name) && libraryPaths(scene, name).length > 0)

/** `libmagic.so.1`, `magic` as `find_library` takes it, or a path. */
const libraryPaths = ({ hazards }: Scene, name: string): readonly string[] => {
  if (name.startsWith('/')) return hazards.resolve(name) === null ? [] : [hazards.resolve(name)!]
  const start = name.includes('.so') ? name : `lib${name}.so`
  return hazards
    .named(each => each === start || each.startsWith(`${start}.`))
    .filter(path => !path.includes('/site-packages/'))
    .flatMap(path => hazards.resolve(path) ?? [])
}

const IGNORED_PATH =
  /^\/(?:proc|sys|dev|run|tmp|var\/(?:tmp|run|log|cache)|bin|usr\/bin\/env|usr\/include|usr\/lib\/gcc|usr\/local\/(?:go|rustup|cargo|include)|usr\/src|root\/\.(?:cargo|cache)|go)(?:\/|$)|\.(?:go|c|cc|cpp|h|hpp|rs|S|s|java|o|a)$/

/** One that is there, says something, and is not the build's. */
const isNamedPath = (scene: Scene, path: string): boolean => {
  if (IGNORED_PATH.test(path) || path.split('/').length < 3) return false
  const end = scene.hazards.resolve(path)
  if (end === null || isLeftover(scene, end)) return false
  const item = scene.at(end)
  // folders that every image has say nothing
  return item !== null && (item.type === EntryType.file || path.split('/').length > 3)
}
