import { groupBy } from '../group-by.ts'
import { isForeign, isOfOtherLibc } from './foreign.ts'
import type { HazardFound, HazardImage, HazardRule, ProgramFile } from './hazard.ts'
import { libcOfLoader, nameOfLibc } from './libc.ts'
import { startedPrograms } from './started.ts'
import { code, list, verb } from './words.ts'

const loaderOf = (file: ProgramFile): string => file.elf?.interpreter ?? ''

/** A library can be a program too (libc.so.6 is); nobody starts it for that. */
const isLibrary = (path: string): boolean => /\.so(\.|$)/.test(path)

/** Packages of Node bring programs for several C libraries, and start the one that fits. */
const isOneOfSeveral = (image: HazardImage, file: ProgramFile): boolean =>
  file.path.includes('/node_modules/') && isOfOtherLibc(image, file)

const isJudged = (image: HazardImage, file: ProgramFile): boolean =>
  file.isOwn &&
  file.isExecutable &&
  !isLibrary(file.path) &&
  !isForeign(image, file) &&
  !isOneOfSeveral(image, file)

const reasonFor = (image: HazardImage, loader: string, files: readonly ProgramFile[]): string => {
  const paths = files.map(file => file.path)
  const libc = libcOfLoader(loader)
  const linked = libc ? ` linked to ${nameOfLibc(libc)} and` : ''
  const present = [...image.libcs].map(nameOfLibc)
  const instead =
    present.length === 0
      ? 'there is no C library in this image'
      : libc !== null && !image.libcs.has(libc)
        ? `this image has ${present.join(' and ')}`
        : 'there is nothing at that path'
  return `${list(paths)} ${verb(paths.length, 'is', 'are')}${linked} started by ${code(loader)}, but ${instead}. Starting ${verb(paths.length, 'it', 'them')} fails with "no such file or directory".`
}

const fixFor = (loader: string, files: readonly ProgramFile[]): string => {
  const libc = libcOfLoader(loader)
  const fitting =
    libc === 'musl'
      ? 'an image with musl (`alpine`)'
      : 'an image with glibc (`debian:bookworm-slim`, `distroless/base`)'
  if (files.every(file => file.elf?.examined && file.elf.isGo))
    return `Build with \`CGO_ENABLED=0\`, or start the final stage from ${fitting}.`
  return libc
    ? `Start the final stage from ${fitting}, or build in a stage with the C library of the final one, or link statically.`
    : `Bring ${code(loader)} into the final stage, or link statically.`
}

export const missingInterpreter: HazardRule = {
  id: 'missing-interpreter',
  title: 'Missing program interpreter',
  why: 'The kernel cannot start a program whose loader is not there: "no such file or directory", though the file exists.',
  fix: 'Build and run on the same C library (Debian has glibc, Alpine musl), or link statically.',
  check: image => {
    const started = startedPrograms(image)
    const broken = image.programs.filter(
      file =>
        loaderOf(file).startsWith('/') &&
        image.resolve(loaderOf(file)) === null &&
        (started.includes(file) || isJudged(image, file)),
    )
    return [...groupBy(broken, loaderOf)].map(
      ([loader, files]): HazardFound => ({
        subject: loader,
        paths: files.map(file => file.path),
        missing: loader,
        reason: reasonFor(image, loader, files),
        fix: fixFor(loader, files),
        layer: files[0]!.layer,
      }),
    )
  },
  examples: {
    finds: [
      {
        files: {
          '/app/myapp': { elf: { isGo: true } },
          '/lib/ld-musl-x86_64.so.1': { elf: {}, owned: true },
        },
        missing: '/lib64/ld-linux-x86-64.so.2',
        paths: ['/app/myapp'],
        advice: 'CGO_ENABLED=0',
      },
      {
        files: {
          '/usr/local/bin/tool': {
            elf: { interpreter: '/lib/ld-musl-x86_64.so.1', needed: ['libc.musl-x86_64.so.1'] },
          },
          '/lib64/ld-linux-x86-64.so.2': { elf: {}, owned: true },
        },
        missing: '/lib/ld-musl-x86_64.so.1',
        advice: 'alpine',
      },
      { files: { '/server': { elf: {} } }, missing: '/lib64/ld-linux-x86-64.so.2' },
      // the base image's own program, because the command starts it
      {
        files: {
          '/usr/local/bin/node': { elf: {}, base: true },
          '/app/run': { script: '#!/usr/bin/env node\n' },
          '/usr/bin/env': { elf: { interpreter: null }, owned: true },
        },
        cmd: ['/app/run'],
        paths: ['/usr/local/bin/node'],
      },
    ],
    ignores: [
      { files: { '/app/myapp': { elf: {} }, '/lib64/ld-linux-x86-64.so.2': { elf: {} } } },
      { files: { '/app/myapp': { elf: { interpreter: null, needed: [], isStatic: true } } } },
      { files: { '/usr/bin/tool': { elf: {}, owned: true } } },
      { files: { '/usr/bin/tool': { elf: {}, base: true } } },
      { files: { '/opt/sysroot/lib/libc.so.6': { elf: {} } } },
      { files: { '/app/data/program': { elf: {}, mode: 0o644 } } },
      { files: { '/go/src/debug/elf/testdata/hello': { elf: {} } } },
      {
        files: {
          '/app/node_modules/sass-embedded-linux-musl-x64/dart': {
            elf: { interpreter: '/lib/ld-musl-x86_64.so.1' },
          },
          '/lib64/ld-linux-x86-64.so.2': { elf: {} },
        },
      },
      // a link is as good as a file
      {
        files: {
          '/app/myapp': { elf: {} },
          '/lib64': { link: 'usr/lib64' },
          '/usr/lib64/ld-linux-x86-64.so.2': { elf: {} },
        },
      },
    ],
  },
}
