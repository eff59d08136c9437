/** Debian packages of the example images: their files, and the database that dpkg and apt would keep of them. */
import { contentFor, textOf, wordsFor } from './content.ts'
import type { Item } from './tar.ts'

export interface MadePackage {
  readonly name: string
  readonly version: string
  readonly section: string
  readonly priority?: 'required' | 'important'
  readonly essential?: true
  readonly architecture?: 'all'
  readonly depends?: string
  /** Bytes by path, as the package lists it (`/lib` where the file is in `/usr/lib`). */
  readonly files: Readonly<Record<string, number>>
  /** Symbolic links by path. */
  readonly links?: Readonly<Record<string, string>>
}

/** So many files with made-up names in one folder, sharing the bytes unevenly. */
export const many = (
  folder: string,
  extension: string,
  count: number,
  totalBytes: number,
): Record<string, number> => {
  const names = wordsFor(folder, count).map((word, i) => `${folder}/${word}${i + 1}.${extension}`)
  const share = totalBytes / (count * (count + 1))
  return Object.fromEntries(names.map((name, i) => [name, Math.floor(share * 2 * (i + 1))]))
}

/** The files and links of packages, with `/bin`, `/sbin` and `/lib` where Debian keeps them. */
export const packageItems = (packages: readonly MadePackage[]): Item[] =>
  packages.flatMap(({ files, links }) => [
    ...Object.entries(files).map(([path, sizeBytes]): Item => {
      const mode = /\/s?bin\/|\/cc1$|\/lto1$|\/collect2$/.test(path) ? 0o755 : 0o644
      return { kind: 'file', path: merged(path), content: contentFor(path, sizeBytes), mode }
    }),
    ...Object.entries(links ?? {}).map(
      ([path, target]): Item => ({ kind: 'link', path: merged(path), target }),
    ),
  ])

const merged = (path: string): string => path.replace(/^\/(bin|sbin|lib|lib64)\//, '/usr/$1/')

/** dpkg's status of everything installed, and the file lists of what was installed now. */
export const dpkgItems = (installed: readonly MadePackage[], now: readonly MadePackage[]): Item[] => [
  file(
    '/var/lib/dpkg/status',
    installed
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(stanza)
      .join('\n'),
  ),
  ...now.map(pkg => {
    const suffix = pkg.architecture !== 'all' && /^lib|-dev$/.test(pkg.name) ? ':amd64' : ''
    return file(`/var/lib/dpkg/info/${pkg.name}${suffix}.list`, `${listed(pkg).join('\n')}\n`)
  }),
]

/** What apt remembers: the packages nobody asked for by name, and the command that installed them. */
export const aptItems = (command: string, now: readonly MadePackage[]): Item[] => {
  const asked = new Set(command.split(' '))
  const automatic = now.filter(pkg => !asked.has(pkg.name))
  const install = now
    .map(pkg => `${pkg.name}:amd64 (${pkg.version}${asked.has(pkg.name) ? '' : ', automatic'})`)
    .join(', ')
  return [
    file(
      '/var/lib/apt/extended_states',
      automatic.map(pkg => `Package: ${pkg.name}\nArchitecture: amd64\nAuto-Installed: 1\n`).join('\n'),
    ),
    file(
      '/var/log/apt/history.log',
      `\nStart-Date: 2026-11-20  12:00:00\nCommandline: ${command}\nInstall: ${install}\nEnd-Date: 2026-11-20  12:00:00\n`,
    ),
  ]
}

/** What `apt-get update` leaves behind. */
export const aptListItems = (): Item[] => {
  const list = '/var/lib/apt/lists/mirror.example_debian_dists_bookworm'
  return [
    file('/var/lib/apt/lists/lock', ''),
    { kind: 'directory', path: '/var/lib/apt/lists/partial', mode: 0o700 },
    { kind: 'file', path: `${list}_InRelease`, content: textOf(`${list}_InRelease`, 151_082) },
    {
      kind: 'file',
      path: `${list}_main_binary-amd64_Packages.lz4`,
      content: contentFor(`${list}_main_binary-amd64_Packages.lz4`, 4_712_640),
    },
  ]
}

const file = (path: string, content: string): Item => ({ kind: 'file', path, content: Buffer.from(content) })

const listed = (pkg: MadePackage): string[] => {
  const paths = new Set<string>()
  for (const path of [...Object.keys(pkg.files), ...Object.keys(pkg.links ?? {})]) {
    for (let end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1))
      paths.add(path.slice(0, end))
    paths.add(path)
  }
  return ['/.', ...[...paths].sort()]
}

const stanza = (pkg: MadePackage): string => {
  const kilobytes = Math.ceil(Object.values(pkg.files).reduce((sum, bytes) => sum + bytes, 0) / 1024)
  return [
    `Package: ${pkg.name}`,
    ...(pkg.essential ? ['Essential: yes'] : []),
    'Status: install ok installed',
    `Priority: ${pkg.priority ?? 'optional'}`,
    `Section: ${pkg.section}`,
    `Installed-Size: ${kilobytes}`,
    'Maintainer: Example Harbour <harbour@example.org>',
    `Architecture: ${pkg.architecture ?? 'amd64'}`,
    ...(/^lib|-dev$/.test(pkg.name) ? ['Multi-Arch: same'] : []),
    `Version: ${pkg.version}`,
    ...(pkg.depends ? [`Depends: ${pkg.depends}`] : []),
    `Description: stands in for ${pkg.name}`,
    '',
  ].join('\n')
}
