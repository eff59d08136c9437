import type { HazardFound, HazardImage, HazardRule } from './hazard.ts'
import { findCommand, folderOf, isDangling, isInVirtualEnvironment, startedWords } from './started.ts'
import { code, list } from './words.ts'

/** Mounted when the container starts. */
const MOUNTED = /^\/(proc|sys|dev|run|tmp|var\/run)(\/|$)/

const pathOf = (image: HazardImage, word: string): string =>
  word.startsWith('/')
    ? word
    : `${image.workingDirectory === '/' ? '' : image.workingDirectory}/${word.replace(/^\.\//, '')}`

const isBrokenEnvironment = (image: HazardImage, path: string): boolean =>
  isDangling(image, path) && isInVirtualEnvironment(image, path)

const problemOf = (image: HazardImage, word: string): HazardFound | null => {
  if (word === '') return null
  const found = findCommand(image, word)
  if (!word.includes('/')) {
    if (found !== null || image.searchPath.some(folder => isBrokenEnvironment(image, `${folder}/${word}`)))
      return null
    return {
      subject: word,
      paths: [word],
      missing: word,
      reason: `The image's command starts ${code(word)}, and no folder of PATH (${list(image.searchPath, 8)}) has it.`,
      layer: null,
    }
  }
  const path = pathOf(image, word)
  if (MOUNTED.test(path) || isBrokenEnvironment(image, path)) return null
  if (found === null)
    return {
      subject: path,
      paths: [path],
      missing: path,
      reason: `The image's command starts ${code(word)}${word.startsWith('/') ? '' : ` in ${code(image.workingDirectory)}`}, and ${isDangling(image, path) ? 'that is a link to nothing' : 'there is no such file'}.`,
      layer: null,
    }
  if (image.isFile(found) && image.isExecutable(found)) return null
  const why = image.isFile(found) ? 'is not executable' : 'is not a file'
  return {
    subject: path,
    paths: [path],
    missing: null,
    reason: `The image's command starts ${code(word)}, which ${why}: "permission denied".`,
    ...(image.isFile(found)
      ? { fix: `Make it executable: ${code(`COPY --chmod=755 … ${folderOf(path)}/`)}.` }
      : {}),
    layer: image.layerOf(found),
  }
}

export const entrypointNotFound: HazardRule = {
  id: 'entrypoint-not-found',
  title: 'Command that is not there',
  why: 'A container cannot start when the first word of ENTRYPOINT or CMD names nothing that can be started.',
  fix: 'Copy or install the program in the final stage, or correct ENTRYPOINT, CMD, WORKDIR or PATH; without a shell use the form `CMD ["program", "argument"]`.',
  check: image =>
    image.programs.length === 0 ? [] : startedWords(image).flatMap(word => problemOf(image, word) ?? []),
  examples: {
    finds: [
      {
        files: { '/bin/sh': { elf: { interpreter: null } } },
        cmd: ['gunicorn', 'app:app'],
        missing: 'gunicorn',
      },
      {
        files: { '/server': { elf: { interpreter: null } } },
        cmd: ['/bin/sh', '-c', 'exec /server'],
        missing: '/bin/sh',
      },
      {
        files: { '/app/serve': { elf: { interpreter: null } } },
        entrypoint: ['./server'],
        workingDirectory: '/app',
        missing: '/app/server',
      },
      {
        files: {
          '/app/run.sh': { script: '#!/bin/sh\n', mode: 0o644 },
          '/bin/sh': { elf: { interpreter: null } },
        },
        entrypoint: ['/app/run.sh'],
        advice: '--chmod=755',
      },
      {
        files: { '/usr/bin/tini': { elf: { interpreter: null } } },
        entrypoint: ['/usr/bin/tini', '--', '/app/server'],
        missing: '/app/server',
      },
    ],
    ignores: [
      { files: { '/app/myapp': { elf: { interpreter: null } } }, cmd: ['./myapp'], workingDirectory: '/app' },
      {
        files: {
          '/usr/local/bin/python3': { link: 'python3.12' },
          '/usr/local/bin/python3.12': { elf: { interpreter: null } },
        },
        cmd: ['python3'],
      },
      {
        files: { '/opt/bin/tool': { elf: { interpreter: null } } },
        cmd: ['tool'],
        env: { PATH: '/opt/bin' },
      },
      // data for others to mount: nothing to start
      { files: { '/data/file': { text: '' } }, cmd: ['true'] },
      { files: { '/bin/sh': { elf: { interpreter: null } } } },
    ],
  },
}
