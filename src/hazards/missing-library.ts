import { groupBy } from '../group-by.ts'
import type { ElfFile, HazardFound, HazardImage, HazardRule } from './hazard.ts'
import { isFromTheDriver, isPartOfLibc } from './libc.ts'
import { loadedFiles } from './loaded.ts'
import { code, list } from './words.ts'

interface Want {
  readonly soname: string
  readonly file: ElfFile
  readonly root: ElfFile
}

const reasonFor = (soname: string, wants: readonly Want[]): string => {
  const files = [...new Set(wants.map(want => want.file.path))]
  const roots = [...new Set(wants.filter(want => want.root !== want.file).map(want => want.root.path))]
  const through =
    roots.length > 0 ? ` (which ${list(roots, 2)} ${roots.length === 1 ? 'loads' : 'load'})` : ''
  return `${list(files)} ${files.length === 1 ? 'needs' : 'need'} ${code(soname)}${through}, and no file in the image answers to that name.`
}

/** `mysqlclient`, when a Python distribution brought the file. */
const fixFor = (image: HazardImage, soname: string): string => {
  const provider = image.providerOf(soname)
  return provider
    ? `Install ${code(provider.package)} in the final stage: ${code(provider.command)}.`
    : `Install the package that has ${code(soname)} in the final stage, or copy the library there.`
}

export const missingLibrary: HazardRule = {
  id: 'missing-library',
  title: 'Missing shared library',
  why: 'A program or an extension module that needs a library which is not there fails when it is loaded.',
  fix: 'Install the run-time package of the library in the final stage (`libpq5`, not `libpq-dev`).',
  check: image => {
    const wants = loadedFiles(image).flatMap(({ file, root }) =>
      file.elf.needed
        .filter(
          soname =>
            !isPartOfLibc(soname) &&
            !isFromTheDriver(soname) &&
            image.libraries.isAbsent(soname, file.elf) &&
            (!soname.includes('/') || image.resolve(soname) === null),
        )
        .map((soname): Want => ({ soname, file, root })),
    )
    return [...groupBy(wants, want => want.soname)].map(
      ([soname, group]): HazardFound => ({
        subject: soname,
        paths: group.map(want => want.file.path),
        missing: soname,
        reason: reasonFor(soname, group),
        fix: fixFor(image, soname),
        layer: group[0]!.file.layer,
      }),
    )
  },
  examples: {
    finds: [
      {
        files: {
          '/usr/local/lib/python3.9/site-packages/MySQLdb/_mysql.cpython-39-x86_64-linux-gnu.so': {
            elf: { interpreter: null, needed: ['libmariadb.so.3', 'libc.so.6'] },
          },
          '/usr/local/bin/python3.9': { elf: {} },
          '/lib64/ld-linux-x86-64.so.2': { elf: {}, owned: true },
          '/var/lib/dpkg/info/libmariadb3.shlibs': { text: 'libmariadb 3 libmariadb3\n' },
        },
        missing: 'libmariadb.so.3',
        advice: 'apt-get install libmariadb3',
      },
      {
        files: {
          '/app/server': { elf: { needed: ['libpq.so.5', 'libc.so.6'] } },
          '/lib64/ld-linux-x86-64.so.2': { elf: {} },
        },
        missing: 'libpq.so.5',
      },
      // through a library that the same instruction copied
      {
        files: {
          '/app/server': { elf: { needed: ['libbundled.so.1'] } },
          '/app/lib/libbundled.so.1': {
            elf: { interpreter: null, needed: ['libGL.so.1'], soname: 'libbundled.so.1' },
          },
          '/lib64/ld-linux-x86-64.so.2': { elf: {} },
        },
        missing: 'libGL.so.1',
        paths: ['/app/lib/libbundled.so.1'],
      },
      // a link to nothing, and a library for another processor
      {
        files: {
          '/app/server': { elf: { needed: ['liba.so.1'] } },
          '/usr/lib/liba.so.1': { link: 'liba.so.1.2' },
          '/opt/arm/liba.so.1': { elf: { interpreter: null, machine: 183 } },
          '/lib64/ld-linux-x86-64.so.2': { elf: {} },
        },
        missing: 'liba.so.1',
      },
    ],
    ignores: [
      // present, whatever the search path: a launcher may have loaded it
      {
        files: {
          '/opt/java/bin/java': { elf: { needed: ['libjvm.so'] } },
          '/opt/java/lib/server/libjvm.so': { elf: { interpreter: null } },
          '/lib64/ld-linux-x86-64.so.2': { elf: {} },
        },
      },
      // found by SONAME
      {
        files: {
          '/app/server': { elf: { needed: ['liba.so.1'] } },
          '/app/liba-1.2.so': { elf: { interpreter: null, soname: 'liba.so.1' } },
          '/lib64/ld-linux-x86-64.so.2': { elf: {} },
        },
      },
      {
        files: {
          '/usr/lib/caca/libgl_plugin.so': { elf: { needed: ['libGLU.so.1'] }, owned: true },
          '/lib64/ld-linux-x86-64.so.2': { elf: {} },
        },
      },
      // a plug-in that nothing names
      {
        files: {
          '/app/lib/plugins/libqxcb.so': { elf: { interpreter: null, needed: ['libX11.so.6'] } },
          '/lib64/ld-linux-x86-64.so.2': { elf: {} },
        },
      },
      {
        files: {
          '/app/infer': { elf: { needed: ['libcuda.so.1'] } },
          '/lib64/ld-linux-x86-64.so.2': { elf: {} },
        },
      },
      // one that cannot be read may be the one
      {
        files: {
          '/app/server': { elf: { needed: ['liba.so.1'] } },
          '/app/liba.so.1': { notExamined: true },
          '/lib64/ld-linux-x86-64.so.2': { elf: {} },
        },
      },
      {
        files: {
          '/usr/local/lib/python3.9/lib-dynload/_tkinter.cpython-39-x86_64-linux-gnu.so': {
            elf: { interpreter: null, needed: ['libtk8.6.so'] },
          },
          '/usr/local/bin/python3.9': { elf: {} },
          '/lib64/ld-linux-x86-64.so.2': { elf: {} },
        },
      },
      // the whole Python is for another C library: that is another hazard
      {
        files: {
          '/usr/local/bin/python3.9': { elf: { needed: ['libcrypt.so.1'] } },
          '/lib/ld-musl-x86_64.so.1': { elf: {}, owned: true },
        },
      },
    ],
  },
}
