/** All package databases of an image. */
import { keepForApk, readApk } from './apk.ts'
import { distinctPackages } from './distinct-packages.ts'
import { keepForDpkg, readDpkg } from './dpkg.ts'
import { keepForNode } from './node-lockfile.ts'
import { readNpm } from './npm.ts'
import type { Package, PackageReading, Unread } from './package.ts'
import { keepForPacman, readPacman } from './pacman.ts'
import { keepForPython, readPython } from './python.ts'
import { keepForRpm, readRpm, rpmDatabases } from './rpm.ts'

/** The largest file of a database that is kept; what is larger is not examined, and the report says so. */
const FILE_LIMIT_BYTES = 60e6

type Bodies = ReadonlyMap<string, Buffer>

interface Reader {
  /** Of one language: there may be thousands in an image, and each says little. */
  readonly isOfLanguage?: true
  readonly keep: (path: string, sizeBytes: number) => boolean
  readonly read: (bodies: Bodies) => PackageReading
}

const whole =
  (read: (bodies: Bodies) => readonly Package[]): Reader['read'] =>
  bodies => ({ packages: read(bodies), unread: [] })

/** In the order in which they may claim a file: a system's package holds Python distributions, those hold Node's. */
const READERS: readonly Reader[] = [
  { keep: keepForDpkg, read: whole(readDpkg) },
  { keep: keepForApk, read: whole(readApk) },
  { keep: keepForRpm, read: readRpm },
  { keep: keepForPacman, read: whole(readPacman) },
  { isOfLanguage: true, keep: keepForPython, read: whole(readPython) },
  { isOfLanguage: true, keep: keepForNode, read: whole(readNpm) },
]

/**
 * True for the few files of a layer that `readPackages` reads: keep their content while the layer streams by.
 * @param sizeBytes of its content; 0 asks for the path alone
 */
export const keepForPackages = (path: string, sizeBytes = 0): boolean =>
  sizeBytes <= FILE_LIMIT_BYTES && READERS.some(({ keep }) => keep(path, sizeBytes))

/** Of these, the databases of operating systems: without them an image cannot be judged. */
export const keepForSystem = (path: string, sizeBytes = 0): boolean =>
  sizeBytes <= FILE_LIMIT_BYTES &&
  READERS.some(({ isOfLanguage, keep }) => !isOfLanguage && keep(path, sizeBytes))

/**
 * A function that gives the packages that are installed as far as the databases tell, asked once for each state of one
 * image. It never throws, and what did not change between two states is neither read nor made again.
 * @returns from the databases as a container sees them, by path, to packages; names are unique for each manager
 */
export const createPackageReader = (): ((bodies: Bodies) => PackageReading) => {
  const readers = READERS.map(rememberLast)
  return bodies => {
    const readings = readers.map(read => read(bodies))
    return {
      packages: distinctPackages(readings.flatMap(({ packages }) => packages)),
      unread: readings.flatMap(({ unread }) => unread),
    }
  }
}

/** The packages of a single state: see `createPackageReader`. */
export const readPackages = (bodies: Bodies): readonly Package[] => createPackageReader()(bodies).packages

/** Reads again only when one of the reader's own files is another Buffer than last time. */
const rememberLast = ({ keep, read }: Reader): Reader['read'] => {
  let known: Bodies | null = null
  let reading: PackageReading = { packages: [], unread: [] }
  return bodies => {
    const own = new Map([...bodies].filter(([path]) => keep(path, 0)))
    const before = known
    if (before?.size === own.size && [...own].every(([path, body]) => before.get(path) === body))
      return reading
    reading = read(own)
    known = own
    return reading
  }
}

const DATABASES = [
  '/var/lib/dpkg/status',
  '/lib/apk/db/installed',
  '/usr/lib/apk/db/installed',
  ...rpmDatabases,
]

/**
 * Databases that are in the image and were not kept because of their size.
 * @param sizeBytesOf the size of a live file, or 0
 */
export const databasesNotKept = (bodies: Bodies, sizeBytesOf: (path: string) => number): Unread[] =>
  DATABASES.filter(path => !bodies.has(path) && sizeBytesOf(path) > FILE_LIMIT_BYTES).map(path => ({
    path,
    why: 'the package database is larger than Plimsoll reads: its packages are unknown',
  }))
