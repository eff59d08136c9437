/** Alpine's packages, from apk's database (apk-package(5), and the files of Alpine 3.10 to 3.20). */
import { readLines } from './file-list.ts'
import type { Package } from './package.ts'

/** Wolfi and later Alpines keep it under `/usr`. */
const INSTALLED = ['/usr/lib/apk/db/installed', '/lib/apk/db/installed']
const WORLD = '/etc/apk/world'

/** True for the files of a layer that `readApk` reads. */
export const keepForApk = (path: string): boolean => path === WORLD || INSTALLED.includes(path)

/**
 * The installed packages, in the order of the database. Never throws: a record without a name is skipped, an unknown
 * or damaged line is ignored. A virtual package (`.build-deps`) is a package without files.
 */
export const readApk = (bodies: ReadonlyMap<string, Buffer>): Package[] => {
  const body = INSTALLED.map(path => bodies.get(path)).find(found => found !== undefined)
  const records = body ? readRecords(body) : []
  const world = bodies.get(WORLD)
  if (!world) return records.map(record => toPackage(record, null))
  const asked = new Set(names(world.toString('utf8')))
  // "pkgconfig" in the world file may be answered by a package with another name
  const installed = new Set(records.map(record => record.name))
  return records.map(record => {
    const byOtherName = record.provides.some(name => asked.has(name) && !installed.has(name))
    return toPackage(record, asked.has(record.name) || byOtherName)
  })
}

interface ApkRecord {
  name: string
  version: string
  files: string[]
  depends: string[]
  provides: string[]
}

const toPackage = (record: ApkRecord, requested: boolean | null): Package => ({
  manager: 'apk',
  name: record.name,
  version: record.version,
  section: null,
  files: record.files,
  depends: record.depends.map(name => [name]),
  recommends: [],
  provides: record.provides,
  essential: false,
  requested,
})

const readRecords = (body: Buffer): ApkRecord[] => {
  const records: ApkRecord[] = []
  let record = emptyRecord()
  let directory = ''
  const finish = (): void => {
    if (record.name !== '') records.push(record)
    record = emptyRecord()
    directory = ''
  }
  for (const line of readLines(body)) {
    if (line === '') finish()
    if (line[1] !== ':') continue
    const value = line.slice(2)
    if (line[0] === 'P') record.name = value
    else if (line[0] === 'V') record.version = value
    else if (line[0] === 'D') record.depends = names(value)
    else if (line[0] === 'p') record.provides = names(value)
    else if (line[0] === 'F') directory = value === '' ? '' : `/${value}`
    else if (line[0] === 'R') record.files.push(`${directory}/${value}`)
  }
  finish()
  return records
}

const emptyRecord = (): ApkRecord => ({ name: '', version: '', files: [], depends: [], provides: [] })

/** `so:libc.so=1 cmd:sh python3<3.13 tool@edge !conflict` without versions, repositories and conflicts. */
const names = (text: string): string[] =>
  text.split(/\s+/).flatMap(word => /^(?!!)([^=<>~@]+)/.exec(word)?.[1] ?? [])
