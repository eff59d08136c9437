import { groupBy } from '../group-by.ts'
import { lastPart } from '../path-parts.ts'
import type { HazardFound, HazardImage, HazardRule, ProgramFile } from './hazard.ts'
import {
  envWord,
  findCommand,
  folderOf,
  isInVirtualEnvironment,
  searchFolders,
  startedPrograms,
} from './started.ts'
import { code, list, verb } from './words.ts'

/** What the first line asks for and the image has not, or null. */
const lackOf = (image: HazardImage, file: ProgramFile): string | null => {
  const { script } = file
  if (!script?.interpreter.startsWith('/')) return null
  if (image.resolve(script.interpreter) === null) return script.interpreter
  const word = envWord(script)
  return word !== null && findCommand(image, word) === null ? word : null
}

/** GDB loads it beside the program of that name (gdb manual, "objfile-gdb.ext"): nobody starts it. */
const FOR_DEBUGGERS = /-gdb\.(py|scm)$/

const reasonFor = (missing: string, paths: readonly string[]): string => {
  const start = `The first line of ${list(paths)} asks for`
  if (missing.endsWith('\r'))
    return `${start} ${code(missing.slice(0, -1))} with a carriage return at the end, which is part of the name: the ${verb(paths.length, 'file has', 'files have')} the line ends of Windows.`
  return missing.startsWith('/')
    ? `${start} ${code(missing)}, which is not in the image. Starting ${verb(paths.length, 'it', 'them')} fails with "no such file or directory".`
    : `${start} ${code(missing)} by way of \`env\`, and no folder of PATH has it.`
}

const fixFor = (missing: string): string =>
  missing.endsWith('\r')
    ? 'Save with line feeds alone (`*.sh text eol=lf` in `.gitattributes`).'
    : `Install ${code(lastPart(missing))} in the final stage, or change the first line to an interpreter that is there.`

export const shebangWithoutInterpreter: HazardRule = {
  id: 'shebang-without-interpreter',
  title: 'Script without its interpreter',
  why: 'A script whose first line names a program that is not there cannot be started, though the file exists.',
  fix: 'Install the interpreter in the final stage, or change the first line of the script.',
  check: image => {
    const started = startedPrograms(image)
    const folders = searchFolders(image)
    const broken = image.programs.flatMap(file => {
      const isJudged =
        started.includes(file) ||
        (file.isOwn && file.paths.some(path => folders.has(folderOf(path)) && !FOR_DEBUGGERS.test(path)))
      const missing = isJudged && !isInVirtualEnvironment(image, file.path) ? lackOf(image, file) : null
      return missing === null ? [] : [{ file, missing }]
    })
    return [...groupBy(broken, each => each.missing)].map(([missing, group]): HazardFound => {
      const paths = group.map(each => each.file.path)
      const layer = group[0]!.file.layer
      const name = missing.replace(/\r$/, '')
      return {
        subject: name,
        paths,
        missing: name,
        reason: reasonFor(missing, paths),
        fix: fixFor(missing),
        layer,
      }
    })
  },
  examples: {
    finds: [
      {
        files: { '/docker-entrypoint.sh': { script: '#!/bin/bash\n' }, '/bin/sh': { elf: {}, owned: true } },
        entrypoint: ['/docker-entrypoint.sh'],
        missing: '/bin/bash',
      },
      {
        files: { '/usr/local/bin/flask': { script: '#!/usr/local/bin/python3.11\n' } },
        missing: '/usr/local/bin/python3.11',
      },
      {
        files: {
          '/usr/local/bin/tool': { script: '#!/usr/bin/env node\n' },
          '/usr/bin/env': { elf: {}, owned: true },
        },
        missing: 'node',
      },
      {
        files: { '/usr/local/bin/run': { script: '#!/bin/sh\r\n' }, '/bin/sh': { elf: {} } },
        missing: '/bin/sh',
        advice: '.gitattributes',
      },
    ],
    ignores: [
      { files: { '/usr/local/bin/python3.11-gdb.py': { script: '#!/usr/bin/python\n' } } },
      { files: { '/usr/local/bin/run': { script: '#!/bin/sh -e\n' }, '/bin/sh': { elf: {} } } },
      { files: { '/app/scripts/dev.sh': { script: '#!/bin/zsh\n' } } },
      { files: { '/usr/local/bin/run': { script: '#!/bin/zsh\n', mode: 0o644 } } },
      { files: { '/usr/bin/x': { script: '#!/usr/bin/perl\n', owned: true } } },
      {
        files: {
          '/usr/local/bin/run': { script: '#!/usr/bin/env -S NODE_ENV=x node --flag\n' },
          '/usr/bin/env': { elf: {} },
          '/usr/bin/node': { elf: {} },
        },
      },
    ],
  },
}
