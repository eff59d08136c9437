/** Debian's packages, from `/var/lib/dpkg` and `/var/lib/apt` (dpkg(1), dpkg-query(1), apt-mark(8)). */
import { lastPart } from '../path-parts.ts'
import { readAptHistory } from './apt-history.ts'
import { divert, readDiversions } from './dpkg-diversions.ts'
import { readFileList } from './file-list.ts'
import type { Package } from './package.ts'
import { readStanzas } from './stanzas.ts'

const STATUS = '/var/lib/dpkg/status'
const INFO = '/var/lib/dpkg/info/'
const DIVERSIONS = '/var/lib/dpkg/diversions'
const EXTENDED_STATES = '/var/lib/apt/extended_states'
/** Says the same of what was installed while it was kept; images often lack one of the two. */
const HISTORY = '/var/log/apt/history.log'
/** Distroless images have one file for each package here, and no `status`. */
const STATUS_D = '/var/lib/dpkg/status.d/'
const MD5SUMS = '.md5sums'

/** True for the files of a layer that `readDpkg` reads. */
export const keepForDpkg = (path: string): boolean =>
  path === HISTORY ||
  (path.startsWith('/var/lib/') &&
    (path === STATUS ||
      path === DIVERSIONS ||
      path === EXTENDED_STATES ||
      (path.startsWith(INFO) && path.endsWith('.list')) ||
      (path.startsWith(STATUS_D) && !path.includes('/', STATUS_D.length))))

/**
 * The installed packages, in the order of the database. A package that was removed but keeps its configuration is
 * not installed. Never throws: a block without a name is skipped, a package without a file list owns no file.
 */
export const readDpkg = (bodies: ReadonlyMap<string, Buffer>): Package[] => {
  const records = [...readStatus(bodies), ...readStatusD(bodies)]
  const ownArchitecture = mostFrequent(records.map(record => record.architecture))
  const isRequested = readRequested(bodies, ownArchitecture)
  const diversions = readDiversions(bodies.get(DIVERSIONS) ?? null)
  return records.map(({ fields, name, architecture, files }): Package => {
    const foreign = architecture !== 'all' && architecture !== ownArchitecture
    return {
      manager: 'dpkg',
      name: foreign ? `${name}:${architecture}` : name,
      version: fields.get('Version') ?? '',
      section: readSection(fields.get('Section')),
      files: divert(files, name, diversions),
      depends: [...readRelations(fields.get('Pre-Depends')), ...readRelations(fields.get('Depends'))],
      recommends: readRelations(fields.get('Recommends')),
      provides: readRelations(fields.get('Provides')).flat(),
      essential: fields.get('Essential') === 'yes' || fields.get('Priority') === 'required',
      requested: isRequested(name, architecture),
    }
  })
}

interface DpkgRecord {
  readonly fields: ReadonlyMap<string, string>
  readonly name: string
  readonly architecture: string
  readonly files: readonly string[]
}

const FIELDS = new Set([
  'Package',
  'Status',
  'Architecture',
  'Version',
  'Section',
  'Priority',
  'Essential',
  'Pre-Depends',
  'Depends',
  'Recommends',
  'Provides',
])

const readStatus = (bodies: ReadonlyMap<string, Buffer>): DpkgRecord[] => {
  const records: DpkgRecord[] = []
  for (const fields of readStanzas(bodies.get(STATUS)?.toString('utf8') ?? '', FIELDS)) {
    const name = fields.get('Package')
    if (!name || !hasFiles(fields.get('Status') ?? '')) continue
    const architecture = fields.get('Architecture') ?? 'all'
    // the architecture is part of the file name where several can be installed side by side
    const list = bodies.get(`${INFO}${name}:${architecture}.list`) ?? bodies.get(`${INFO}${name}.list`)
    records.push({ fields, name, architecture, files: list ? readFileList(list, listedPath) : [] })
  }
  return records
}

const readStatusD = (bodies: ReadonlyMap<string, Buffer>): DpkgRecord[] => {
  const records: DpkgRecord[] = []
  for (const [path, body] of bodies) {
    if (!path.startsWith(STATUS_D) || path.endsWith(MD5SUMS)) continue
    const fields = readStanzas(body.toString('utf8'), FIELDS)[0]
    const name = fields?.get('Package')
    if (!fields || !name) continue
    const sums = bodies.get(`${path}${MD5SUMS}`)
    const files = sums ? readFileList(sums, summedPath) : []
    records.push({ fields, name, architecture: fields.get('Architecture') ?? 'all', files })
  }
  return records
}

/** `want flag state`: from `unpacked` on, a package's files are there; `config-files` is what a removal leaves. */
const hasFiles = (status: string): boolean =>
  /^\S+ \S+ (installed|triggers-pending|triggers-awaited|half-configured|unpacked)$/.test(status)

/** `/.` is the root itself. */
const listedPath = (line: string): string | null => (line[0] === '/' && line !== '/.' ? line : null)

/** `32 hexadecimal digits, two blanks, path without its slash`. */
const summedPath = (line: string): string | null => {
  const start = line.search(/ [^ ]/)
  return start === -1 ? null : `/${line.slice(start + 1).replace(/^\.?\//, '')}`
}

/** `non-free/libdevel` is `libdevel`. */
const readSection = (section: string | undefined): string | null => (section ? lastPart(section) : null)

/** `a (>= 1) | b, c:any` is `[[a, b], [c]]`. */
const readRelations = (text: string | undefined): string[][] => {
  if (!text) return []
  const groups: string[][] = []
  for (const group of text.split(',')) {
    const names = group.split('|').flatMap(relation => /^\s*([^\s:(]+)/.exec(relation)?.[1] ?? [])
    if (names.length > 0) groups.push(names)
  }
  return groups
}

/** Whether somebody asked apt for a package: by its own record, else by its log; null where neither knows. */
const readRequested = (
  bodies: ReadonlyMap<string, Buffer>,
  ownArchitecture: string,
): ((name: string, architecture: string) => boolean | null) => {
  const states = bodies.get(EXTENDED_STATES)
  const history = bodies.get(HISTORY)
  const known = states ? readAutomatic(states) : history ? readAptHistory(history) : null
  // apt files a package for all architectures under the machine's own
  return (name, architecture) =>
    known?.get(`${name}:${architecture === 'all' ? ownArchitecture : architecture}`) ??
    known?.get(`${name}:${architecture}`) ??
    // a package without a mark was asked for
    (states ? true : null)
}

/** False for each `name:architecture` that apt installed as somebody's dependency. */
const readAutomatic = (body: Buffer): Map<string, boolean> => {
  const requested = new Map<string, boolean>()
  const wanted = new Set(['Package', 'Architecture', 'Auto-Installed'])
  for (const fields of readStanzas(body.toString('utf8'), wanted)) {
    if (fields.get('Auto-Installed') === '1')
      requested.set(`${fields.get('Package')}:${fields.get('Architecture')}`, false)
  }
  return requested
}

/** The architecture of most packages, `all` aside: the image's own. */
const mostFrequent = (architectures: readonly string[]): string => {
  const counts = new Map<string, number>()
  for (const name of architectures) if (name !== 'all') counts.set(name, (counts.get(name) ?? 0) + 1)
  let best = 'all'
  for (const [name, count] of counts) if (count > (counts.get(best) ?? 0)) best = name
  return best
}
