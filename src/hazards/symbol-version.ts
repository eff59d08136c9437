import { groupBy } from '../group-by.ts'
import { compareVersions, debianWith } from './glibc-releases.ts'
import type { ElfFile, HazardFound, HazardImage, HazardRule } from './hazard.ts'
import { isExamined } from './libraries.ts'
import { loadedFiles } from './loaded.ts'
import { code, list } from './words.ts'

interface Lack {
  readonly file: ElfFile
  readonly library: string
  /** The highest of the versions that are not there. */
  readonly version: string
  /** The highest of the same kind that is. */
  readonly has: string | null
}

const prefixOf = (version: string): string => version.replace(/[\d.]+$/, '')

const highest = (versions: readonly string[]): string | null =>
  versions.toSorted(compareVersions).at(-1) ?? null

/** Nothing is said where any library of that name has the version, or may have it. */
const lacksOf = (image: HazardImage, file: ElfFile): Lack[] =>
  (file.elf.verneed ?? []).flatMap(({ library, versions }) => {
    const defined: (readonly string[])[] = []
    for (const provider of image.libraries.providers(library, file.elf)) {
      const verdef = isExamined(provider) ? provider.elf.verdef : null
      // a library without versions answers for all of them (musl, and what was linked without a version script)
      if (verdef === null || verdef.length === 0) return []
      defined.push(verdef)
    }
    const lacking = versions.filter(version => !defined.some(verdef => verdef.includes(version)))
    const version = defined.length > 0 ? highest(lacking) : null
    if (version === null) return []
    const has = highest(defined.flat().filter(each => prefixOf(each) === prefixOf(version)))
    return { file, library, version, has }
  })

/** One thing to say of a file: what is newest in the C library is what the build stage gives away. */
const worstOf = (lacks: readonly Lack[]): Lack | undefined =>
  lacks.find(({ version }) => version.startsWith('GLIBC_')) ?? lacks[0]

const reasonFor = (lacks: readonly Lack[], version: string, has: string | null): string => {
  const { library } = lacks[0]!
  const release = debianWith(version)
  const since = release ? `, which Debian has from ${release} on` : ''
  const most = has === null ? 'none of that kind' : `${code(has)} at most`
  return `${list(lacks.map(lack => lack.file.path))} ${lacks.length === 1 ? 'needs' : 'need'} ${code(version)} of ${code(library)}${since}. The image's has ${most}, so loading fails with "version ${version} not found".`
}

export const symbolVersion: HazardRule = {
  id: 'symbol-version',
  title: 'Library older than the build',
  why: 'A program that was linked to a newer library asks for symbol versions which the older one does not have.',
  fix: 'Use the same distribution release in the build stage and in the final one (`golang:1.26-bookworm` with `debian:bookworm-slim`).',
  check: image => {
    const worst = loadedFiles(image).flatMap(({ file }) => worstOf(lacksOf(image, file)) ?? [])
    return [...groupBy(worst, lack => lack.library)].map(([library, lacks]): HazardFound => {
      const version = highest(lacks.map(lack => lack.version))!
      return {
        subject: library,
        paths: lacks.map(lack => lack.file.path),
        missing: version,
        reason: reasonFor(lacks, version, lacks[0]!.has),
        layer: lacks[0]!.file.layer,
      }
    })
  },
  examples: {
    finds: [
      {
        files: {
          '/app/server': {
            elf: {
              needed: ['libc.so.6'],
              verneed: [{ library: 'libc.so.6', versions: ['GLIBC_2.2.5', 'GLIBC_2.38'] }],
            },
          },
          '/lib/x86_64-linux-gnu/libc.so.6': {
            elf: { soname: 'libc.so.6', needed: [], verdef: ['GLIBC_2.2.5', 'GLIBC_2.36'] },
            owned: true,
          },
          '/lib64/ld-linux-x86-64.so.2': { elf: {}, owned: true },
        },
        missing: 'GLIBC_2.38',
        paths: ['/app/server'],
      },
    ],
    ignores: [
      {
        files: {
          '/app/server': { elf: { verneed: [{ library: 'libc.so.6', versions: ['GLIBC_2.34'] }] } },
          '/lib/x86_64-linux-gnu/libc.so.6': { elf: { needed: [], verdef: ['GLIBC_2.34'] }, owned: true },
          '/lib64/ld-linux-x86-64.so.2': { elf: {}, owned: true },
        },
      },
      // a second one has it
      {
        files: {
          '/app/server': { elf: { verneed: [{ library: 'libstdc++.so.6', versions: ['GLIBCXX_3.4.32'] }] } },
          '/app/lib/libstdc++.so.6': { elf: { interpreter: null, needed: [], verdef: ['GLIBCXX_3.4.32'] } },
          '/usr/lib/libstdc++.so.6': {
            elf: { interpreter: null, needed: [], verdef: ['GLIBCXX_3.4.30'] },
            owned: true,
          },
          '/lib64/ld-linux-x86-64.so.2': { elf: {}, owned: true },
        },
      },
      // no versions at all
      {
        files: {
          '/app/server': {
            elf: { verneed: [{ library: 'libtinfo.so.6', versions: ['NCURSES6_TINFO_5.0'] }] },
          },
          '/usr/lib/libtinfo.so.6': { elf: { interpreter: null, needed: [], verdef: [] } },
          '/lib64/ld-linux-x86-64.so.2': { elf: {}, owned: true },
        },
      },
    ],
  },
}
