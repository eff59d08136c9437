/** Arch Linux's packages, from pacman's local database: a folder with `desc` and `files` for each (alpm-db-desc(5)). */
import { readFileList, readLines } from './file-list.ts'
import type { Package } from './package.ts'

const LOCAL = '/var/lib/pacman/local/'
const DESC = '/desc'
const FILES = '/files'

/** True for the files of a layer that `readPacman` reads. */
export const keepForPacman = (path: string): boolean =>
  path.startsWith(LOCAL) && (path.endsWith(DESC) || path.endsWith(FILES)) && path.split('/').length === 7

/** The installed packages. Never throws: a folder without a name is skipped, one without a list owns no file. */
export const readPacman = (bodies: ReadonlyMap<string, Buffer>): Package[] => {
  const packages: Package[] = []
  for (const [path, body] of bodies) {
    if (!path.startsWith(LOCAL) || !path.endsWith(DESC)) continue
    const fields = readFields(body)
    const name = fields.get('NAME')?.[0]
    if (!name) continue
    const list = bodies.get(`${path.slice(0, -DESC.length)}${FILES}`)
    packages.push({
      manager: 'pacman',
      name,
      version: fields.get('VERSION')?.[0] ?? '',
      section: null,
      files: list ? readFileList(list, listedPath()) : [],
      depends: bareNames(fields.get('DEPENDS')).map(needed => [needed]),
      recommends: [],
      provides: bareNames(fields.get('PROVIDES')),
      essential: false,
      // pacman writes a reason only for what came as a dependency
      requested: fields.get('REASON')?.[0] !== '1',
    })
  }
  return packages
}

/** `%NAME%`, its lines, an empty line. */
const readFields = (body: Buffer): Map<string, string[]> => {
  const fields = new Map<string, string[]>()
  let values: string[] = []
  for (const line of readLines(body)) {
    const name = /^%([A-Z0-9]+)%$/.exec(line)?.[1]
    if (name === undefined) {
      if (line !== '') values.push(line)
      continue
    }
    values = []
    fields.set(name, values)
  }
  return fields
}

/** `%FILES%` comes first, `%BACKUP%` (with checksums) after it; a directory ends with a slash. */
const listedPath = (): ((line: string) => string | null) => {
  let inFiles = false
  return line => {
    if (line.startsWith('%')) {
      inFiles = line === '%FILES%'
      return null
    }
    return inFiles ? `/${line.replace(/\/$/, '')}` : null
  }
}

/** `glibc>=2.38` and `libz.so=1-64` without versions. */
const bareNames = (values: readonly string[] = []): string[] =>
  values.flatMap(value => /^[^<>=\s]+/.exec(value)?.[0] ?? [])
