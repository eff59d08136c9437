/** The packages of Fedora, RHEL, SUSE, Azure Linux and their kin, from rpm's database (rpm(8), rpmdb(8)). */
import type { Package, PackageReading } from './package.ts'
import { isBdb, readRpmBdb } from './rpm-bdb.ts'
import { createRpmBudget, isSpent, type RpmHeader, readRpmHeader } from './rpm-header.ts'
import { isNdb, readRpmNdb } from './rpm-ndb.ts'
import { isSqlite, readRpmSqlite } from './rpm-sqlite.ts'

const FOLDERS = ['/var/lib/rpm', '/usr/lib/sysimage/rpm', '/usr/share/rpm']
/** The newest format first: a conversion may leave the older file behind. */
const NAMES = ['rpmdb.sqlite', 'Packages.db', 'Packages']
/** Where a database may be, the preferred place first. */
export const rpmDatabases: readonly string[] = NAMES.flatMap(name =>
  FOLDERS.map(folder => `${folder}/${name}`),
)
/** Beside an SQLite file: what was written last and is not in it yet. */
const WAL = '-wal'
/** What Azure Linux leaves in images that have no rpm: names and versions. */
const MANIFEST = '/var/lib/rpmmanifest/container-manifest-2'

const KEPT = new Set([...rpmDatabases, ...FOLDERS.map(folder => `${folder}/${NAMES[0]}${WAL}`), MANIFEST])

/** True for the files of a layer that `readRpm` reads. */
export const keepForRpm = (path: string): boolean =>
  // asked for every file of an image: a comparison costs less than a hash
  (path.startsWith('/var/lib/rpm') ||
    path.startsWith('/usr/lib/sysimage/') ||
    path.startsWith('/usr/share/rpm/')) &&
  KEPT.has(path)

/**
 * The installed packages. Never throws: of a damaged database what can be read is given; one with unfinished writes
 * beside it is not trusted at all.
 */
export const readRpm = (bodies: ReadonlyMap<string, Buffer>): PackageReading => {
  const path = rpmDatabases.find(name => (bodies.get(name)?.length ?? 0) > 0)
  const manifest = bodies.get(MANIFEST)
  if (path === undefined) return { packages: manifest ? readManifest(manifest) : [], unread: [] }
  if ((bodies.get(path + WAL)?.length ?? 0) > 0)
    return {
      packages: [],
      unread: [
        { path, why: `${path}${WAL} holds changes that are not in the database: its packages are unknown` },
      ],
    }
  const { headers, whole } = readHeaders(bodies.get(path)!)
  const why = 'the package database is damaged or of an unknown kind: some of its packages are unknown'
  return { packages: toPackages(headers), unread: whole ? [] : [{ path, why }] }
}

const readHeaders = (body: Buffer): { readonly headers: RpmHeader[]; readonly whole: boolean } => {
  const budget = createRpmBudget()
  const headers: RpmHeader[] = []
  let whole = true
  const visit = (blob: Buffer): void => {
    const header = readRpmHeader(blob, budget)
    if (header) headers.push(header)
    else whole = false
  }
  const read = isSqlite(body)
    ? readRpmSqlite
    : isNdb(body)
      ? readRpmNdb
      : isBdb(body)
        ? readRpmBdb
        : () => false
  const isWhole = read(body, visit)
  return { headers, whole: isWhole && whole && !isSpent(budget) }
}

/** A key that signs packages is filed as a package too. */
const KEY = 'gpg-pubkey'

const toPackages = (headers: readonly RpmHeader[]): Package[] => {
  const real = headers.filter(header => header.name !== KEY)
  const ownArchitecture = mostFrequent(real.map(header => header.arch))
  const neededPaths = new Set(real.flatMap(header => header.requires.filter(name => name.startsWith('/'))))
  return real.map(header => {
    const { name, arch, files } = header
    const isForeign = arch !== 'noarch' && arch !== '' && arch !== ownArchitecture
    return {
      manager: 'rpm',
      name: isForeign ? `${name}.${arch}` : name,
      version: versionOf(header),
      // what `Group:` says is not what a package is for
      section: null,
      files,
      depends: header.requires.flatMap(readRelation),
      recommends: header.recommends.flatMap(readRelation),
      provides: [
        ...header.provides,
        ...(isForeign ? [name] : []),
        ...files.filter(path => neededPaths.has(path)),
      ],
      essential: false,
      requested: null,
    }
  })
}

/** `epoch:version-release`, as `rpm -q --qf '%{EVR}'` prints it. */
const versionOf = ({ epoch, version, release }: RpmHeader): string =>
  `${epoch === null ? '' : `${epoch}:`}${version}-${release}`

/**
 * A needed name, or several: `(a >= 1 and b if c)` needs `a` and `b`, which may be more than it really does (rpm's
 * docs/man: boolean dependencies). What rpm itself answers is left out.
 */
const readRelation = (text: string): string[][] => {
  if (text.startsWith('rpmlib(') || text.startsWith('config(')) return []
  if (!text.startsWith('(')) return [[text]]
  const names: string[][] = []
  let isCondition = false
  let isVersion = false
  for (const word of text.split(/\s+/)) {
    const bare = withoutOuterBrackets(word)
    if (CONDITIONS.has(bare) || bare === 'else') isCondition = bare !== 'else'
    else if (!isCondition && !isVersion && !JOINTS.has(bare) && bare !== '') names.push([bare])
    isVersion = COMPARISON.test(bare)
  }
  return names
}

const CONDITIONS = new Set(['if', 'unless'])
const JOINTS = new Set(['and', 'or', 'with', 'without', '<', '<=', '=', '>=', '>'])
const COMPARISON = /^[<>=]+$/

/** `((perl(DBI)` and `perl(DBI))` are `perl(DBI)`. */
const withoutOuterBrackets = (word: string): string => {
  const bare = word.replace(/^\(+/, '')
  const surplus = bare.split(')').length - bare.split('(').length
  return surplus > 0 && bare.endsWith(')'.repeat(surplus)) ? bare.slice(0, -surplus) : bare
}

/** The architecture of most packages, `noarch` aside: the image's own. */
const mostFrequent = (architectures: readonly string[]): string => {
  const counts = new Map<string, number>()
  for (const name of architectures) if (name !== 'noarch') counts.set(name, (counts.get(name) ?? 0) + 1)
  let best = ''
  for (const [name, count] of counts) if (count > (counts.get(best) ?? 0)) best = name
  return best
}

/** `name, version-release, times, vendor, epoch, size, architecture …`, with tabs between. */
const readManifest = (body: Buffer): Package[] =>
  body
    .toString('utf8')
    .split('\n')
    .flatMap(line => {
      const [name, version] = line.split('\t')
      if (!name || !version) return []
      return [
        {
          manager: 'rpm' as const,
          name,
          version,
          section: null,
          files: [],
          depends: [],
          recommends: [],
          provides: [],
          essential: false,
          requested: null,
        },
      ]
    })
