import { groupBy } from '../group-by.ts'
import { lastPart } from '../path-parts.ts'
import type { HazardFound, HazardImage, HazardRule, LinkFile } from './hazard.ts'
import { isFromTheDriver } from './libc.ts'
import { findCommand, folderOf, isInVirtualEnvironment, searchFolders, startedWords } from './started.ts'
import { code, list } from './words.ts'

/** Mounted when the container starts, or kept by the system's own tools. */
const NOT_OURS =
  /^(\/(proc|sys|dev|run|tmp|var\/run|var\/tmp|mnt|media)(\/|$)|\/etc\/alternatives\/|\/nix\/store\/)/
/** `/usr/local/lib/libfoo.so.1`; without a number it serves the linker. */
const LIBRARY = /^(\/usr|\/usr\/local)?\/lib(64)?(\/[\w-]+-linux-[\w-]+)?\/[^/]+\.so\.\d+$/
const INSIDE_PACKAGES = /\/(node_modules|site-packages|dist-packages|testdata|doc|examples?)\//

const targetOf = ({ path, target }: LinkFile): string => {
  if (target.startsWith('/')) return target
  const parts: string[] = []
  for (const part of `${folderOf(path)}/${target}`.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

/** A command of PATH that no other folder has, or a library under the name that programs ask for. */
const matters = (image: HazardImage, link: LinkFile, folders: ReadonlySet<string>): boolean => {
  const name = lastPart(link.path)
  // another name for a neighbour that was left out on purpose, as images of Python do with `easy_install`
  if (folders.has(folderOf(link.path)))
    return folderOf(targetOf(link)) !== folderOf(link.path) && findCommand(image, name) === null
  return LIBRARY.test(link.path) && !isFromTheDriver(name) && !image.libraries.exists(name)
}

export const danglingLink: HazardRule = {
  id: 'dangling-link',
  title: 'Link to nothing',
  why: 'A command or a library is a symbolic link whose target is not in the image: "not found", though the name is there.',
  fix: 'Copy what the link leads to as well, or copy the file itself under that name (`COPY` follows a link that it is given by name, and keeps those inside a folder).',
  check: image => {
    const folders = searchFolders(image)
    // entrypoint-not-found tells of those
    const started = startedWords(image)
    const dangling = image.links.filter(
      link =>
        link.isOwn &&
        !started.includes(link.path) &&
        image.resolve(link.path) === null &&
        !image.wasDeleted(targetOf(link)) &&
        !NOT_OURS.test(targetOf(link)) &&
        !INSIDE_PACKAGES.test(link.path) &&
        !isInVirtualEnvironment(image, link.path) &&
        matters(image, link, folders),
    )
    return [...groupBy(dangling, link => folderOf(targetOf(link)))].map(
      ([folder, links]): HazardFound => ({
        subject: folder,
        paths: links.map(link => link.path),
        missing: targetOf(links[0]!),
        reason:
          links.length === 1
            ? `${code(links[0]!.path)} is a link to ${code(targetOf(links[0]!))}, which is not in the image.`
            : `${list(links.map(link => link.path))} are links into ${code(folder)}, which does not have what they name.`,
        layer: links[0]!.layer,
      }),
    )
  },
  examples: {
    finds: [
      {
        files: { '/usr/local/lib/libfoo.so.1': { link: 'libfoo.so.1.4.2' } },
        missing: '/usr/local/lib/libfoo.so.1.4.2',
      },
      {
        files: { '/usr/local/bin/yarn': { link: '/opt/yarn-v1.22.22/bin/yarn' } },
        missing: '/opt/yarn-v1.22.22/bin/yarn',
      },
    ],
    ignores: [
      { files: { '/usr/local/bin/easy_install': { link: 'easy_install-3.7' } } },
      { files: { '/usr/lib/libcuda.so.1': { link: 'libcuda.so.535.54' } } },
      { files: { '/usr/lib/libfoo.so': { link: 'libfoo.so.1' } } },
      {
        files: {
          '/usr/local/bin/npm': { link: '../lib/node_modules/npm/bin/npm-cli.js' },
          '/usr/local/lib/node_modules/npm/bin/npm-cli.js': { script: '#!/usr/bin/env node\n' },
          '/usr/bin/env': { elf: { interpreter: null } },
          '/usr/bin/node': { elf: { interpreter: null } },
        },
      },
      { files: { '/usr/bin/editor': { link: '/etc/alternatives/editor' } } },
      { files: { '/app/current': { link: '/data/releases/1' } } },
      { files: { '/usr/bin/x': { link: 'gone', owned: true } } },
      {
        files: { '/usr/local/bin/tool': { link: '/gone' }, '/usr/bin/tool': { elf: { interpreter: null } } },
      },
    ],
  },
}
