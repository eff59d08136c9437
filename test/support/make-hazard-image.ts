/** Hazard inputs from the small images that rules give as examples: a real tree, with programs put in by path. */
import type { ElfExamined, ElfFacts } from '../../src/elf/elf-types.ts'
import type { ExampleFile, HazardExample } from '../../src/hazards/hazard.ts'
import type { HazardInput } from '../../src/hazards/judge-hazards.ts'
import type { Program } from '../../src/image/image.ts'
import { ownersOf } from '../../src/packages/owners.ts'
import type { Package } from '../../src/packages/package.ts'
import { EntryType } from '../../src/tree/entries.ts'
import { stackLayers } from '../../src/tree/stack.ts'
import { readLayers } from './make-image.ts'
import { file, type MadeEntry, symlink } from './make-tar.ts'
import { makePackage } from './package.ts'

/** A dynamic x86-64 program of glibc. */
export const makeElf = (part: Partial<ElfExamined> = {}): ElfExamined => ({
  examined: true,
  class: 64,
  machine: 62,
  type: part.interpreter === null ? 'shared' : 'executable',
  osAbi: 0,
  interpreter: '/lib64/ld-linux-x86-64.so.2',
  isGo: false,
  isStatic: false,
  needed: ['libc.so.6'],
  soname: null,
  rpath: [],
  runpath: [],
  verneed: [],
  verdef: [],
  ...part,
})

const UNREADABLE: ElfFacts = {
  examined: false,
  why: 'its dynamic section could not be read',
  header: null,
  interpreter: null,
}

/** Files marked `base` are a layer of their own below; `baseLayers` says so only then. */
export const makeHazardInput = (example: HazardExample): HazardInput => {
  const files = { ...example.files, ...recordsOf(example) }
  const paths = Object.entries(files)
  const parts = [paths.filter(([, each]) => each.base), paths.filter(([, each]) => !each.base)]
  const withBase = parts[0]!.length > 0
  const read = readLayers(
    (withBase ? parts : [parts[1]!]).map(part => part.map(([path, each]) => entryOf(path, each))),
    path => (files[path]?.text === undefined ? 'none' : 'all'),
  )
  const { tree } = stackLayers(read, read[0]!.entries.directories)
  const packages = packagesOf(example)
  return {
    tree,
    layers: read.map(({ entries, bodies, programs }) => {
      const all = new Map<number, Program>(programs)
      for (let entry = 0; entry < entries.length; entry += 1) {
        const elf = entries.type(entry) === EntryType.file ? elfOf(files[entries.path(entry)]) : null
        if (elf) all.set(entry, { kind: 'elf', elf })
      }
      return { bodies, programs: all }
    }),
    owners: ownersOf([{ layer: 0, packages }], tree.canonical),
    packages,
    ownersKnown: true,
    baseLayers: withBase ? 1 : null,
    platform: example.platform ?? null,
    env: Object.entries(example.env ?? {}).map(([name, value]) => `${name}=${value}`),
    entrypoint: example.entrypoint ?? [],
    cmd: example.cmd ?? [],
    workingDirectory: example.workingDirectory ?? null,
    lines: read.map((_, layer) => ({ file: 'Dockerfile', start: layer + 1, end: layer + 1 })),
  }
}

const elfOf = (each: ExampleFile | undefined): ElfFacts | null =>
  each?.elf ? makeElf(each.elf) : each?.notExamined ? UNREADABLE : null

const entryOf = (path: string, { script, text, link, mode }: ExampleFile): MadeEntry => {
  if (link !== undefined) return symlink(path.slice(1), link)
  if (text !== undefined) return file(path.slice(1), text, { mode: mode ?? 0o644 })
  return file(path.slice(1), script ?? 'program', { mode: mode ?? 0o755 })
}

/** What an installer writes of each distribution. */
const recordsOf = ({ distributions = {} }: HazardExample): Record<string, ExampleFile> =>
  Object.fromEntries(
    Object.entries(distributions).map(([name, { site }]) => [
      `${site}/${name}-1.0.dist-info/RECORD`,
      { text: '' },
    ]),
  )

const packagesOf = ({ files, distributions = {} }: HazardExample): Package[] => {
  const owned = Object.entries(files).flatMap(([path, each]) => (each.owned ? [path] : []))
  return [
    makePackage({ name: 'system', files: owned }),
    ...Object.entries(distributions).map(([name, { site, files: listed }]) =>
      makePackage({
        name,
        manager: 'python',
        files: [
          `${site}/${name}-1.0.dist-info/RECORD`,
          ...listed.map(path => new URL(`file://${site}/${path}`).pathname),
        ],
      }),
    ),
  ]
}
