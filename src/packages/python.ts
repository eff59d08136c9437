/**
 * Installed Python distributions (packaging.python.org, "Recording installed projects"): what pip, uv, poetry and
 * others put beside the modules. Those that a system's package brought are its own.
 */
import { readFileList, readLines } from './file-list.ts'
import type { Package } from './package.ts'

/** `…/site-packages/flask-3.0.0.dist-info/RECORD`: the site, the distribution's folder, its file. */
const METADATA_FILE =
  /^(.*\/(?:site|dist)-packages)\/([^/]+\.(?:dist|egg)-info)\/(RECORD|METADATA|INSTALLER|PKG-INFO|installed-files\.txt)$/

/** A list of 40,000 files has 4 MB; the text of a README is the rest of METADATA. */
const LIST_LIMIT_BYTES = 16e6
const METADATA_LIMIT_BYTES = 1e6

const ENDINGS = ['/RECORD', '/METADATA', '/INSTALLER', '/PKG-INFO', '/installed-files.txt']
const LISTS = new Set(['RECORD', 'installed-files.txt'])

/** True for the files of a layer that `readPython` reads. */
export const keepForPython = (path: string, sizeBytes: number): boolean => {
  // asked for every file of an image: the expression is for the few that end like one of these
  if (!ENDINGS.some(ending => path.endsWith(ending))) return false
  const file = METADATA_FILE.exec(path)?.[3]
  return file !== undefined && sizeBytes <= (LISTS.has(file) ? LIST_LIMIT_BYTES : METADATA_LIMIT_BYTES)
}

interface Found {
  readonly site: string
  /** `flask-3.0.0.dist-info`. */
  readonly folder: string
  readonly files: Map<string, Buffer>
}

/**
 * The distributions that say which files are theirs, one for each place: two environments may hold the same one. Never
 * throws. The name is the normalised one (`typing-extensions`), as requirements of all spellings mean it.
 */
export const readPython = (bodies: ReadonlyMap<string, Buffer>): Package[] => {
  const found = new Map<string, Found>()
  for (const [path, body] of bodies) {
    const [, site, folder, file] = METADATA_FILE.exec(path) ?? []
    if (site === undefined || folder === undefined || file === undefined) continue
    const key = `${site}/${folder}`
    const known = found.get(key) ?? { site, folder, files: new Map() }
    known.files.set(file, body)
    found.set(key, known)
  }
  const distributions = [...found.values()].flatMap(readDistribution)
  // installers before pip 20.2 mark nothing: then nobody knows what was asked for
  const marking = new Set(distributions.filter(each => each.isMarked).map(each => each.site))
  return distributions.map(({ site, isMarked, isByPip, pkg }) => ({
    ...pkg,
    requested: isMarked ? true : isByPip && marking.has(site) ? false : null,
  }))
}

interface Distribution {
  readonly site: string
  /** It has a file `REQUESTED` (PEP 376), as pip writes for what its user named. */
  readonly isMarked: boolean
  readonly isByPip: boolean
  readonly pkg: Package
}

const readDistribution = ({ site, folder, files }: Found): Distribution[] => {
  const place = `${site}/${folder}`
  const record = files.get('RECORD')
  const list = record ?? files.get('installed-files.txt')
  const metadata = files.get('METADATA') ?? files.get('PKG-INFO')
  const fields = metadata ? readFields(metadata) : []
  const [folderName, folderVersion] = folder.replace(/\.(dist|egg)-info$/, '').split('-')
  const name = normaliseName(fieldOf(fields, 'Name') ?? folderName ?? '')
  if (!list || name === '') return []
  const paths = record
    ? readFileList(record, line => resolve(site, recordedPath(line)))
    : readFileList(list, line => resolve(place, line))
  return [
    {
      site,
      isMarked: paths.includes(`${place}/REQUESTED`),
      isByPip: files.get('INSTALLER')?.toString('latin1').trim() === 'pip',
      pkg: {
        manager: 'python',
        name,
        version: fieldOf(fields, 'Version') ?? folderVersion ?? '',
        section: null,
        files: paths,
        depends: requirements(fields).map(needed => [needed]),
        recommends: [],
        provides: [],
        essential: false,
        requested: null,
      },
    },
  ]
}

/** The first column of a line of CSV; quoted where it holds a comma or a quote. */
const recordedPath = (line: string): string => {
  if (!line.startsWith('"')) return line.slice(0, line.includes(',') ? line.indexOf(',') : line.length)
  let end = line.indexOf('"', 1)
  while (end !== -1 && line[end + 1] === '"') end = line.indexOf('"', end + 2)
  return end === -1 ? '' : line.slice(1, end).replaceAll('""', '"')
}

/** A path of a list, which may climb (`../../../bin/flask`) or be absolute, without its dots; null for nothing. */
const resolve = (from: string, path: string): string | null => {
  const text = path.replace(/\r$/, '')
  if (text === '') return null
  if (!text.startsWith('/') && !/(^|\/)\.{0,2}(\/|$)/.test(text)) return `${from}/${text}`
  const parts: string[] = []
  for (const part of (text.startsWith('/') ? text : `${from}/${text}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.length === 0 ? null : `/${parts.join('/')}`
}

/** The header fields of METADATA (core metadata, in the form of e-mail headers): the text below them is no field. */
const readFields = (body: Buffer): (readonly [string, string])[] => {
  const fields: (readonly [string, string])[] = []
  const end = body.indexOf('\n\n')
  for (const line of readLines(end === -1 ? body : body.subarray(0, end))) {
    const colon = line.indexOf(':')
    if (colon > 0) fields.push([line.slice(0, colon), line.slice(colon + 1).trim()])
  }
  return fields
}

const fieldOf = (fields: readonly (readonly [string, string])[], name: string): string | undefined =>
  fields.find(([key]) => key === name)?.[1] || undefined

/** `Requires-Dist: click (>=8.0) ; extra == 'x'`: what an extra would add is not needed. */
const requirements = (fields: readonly (readonly [string, string])[]): string[] =>
  fields.flatMap(([key, value]) => {
    if (key !== 'Requires-Dist') return []
    const marker = value.indexOf(';')
    if (marker !== -1 && /\bextra\s*==/.test(value.slice(marker))) return []
    return /^[A-Za-z0-9._-]+/.exec(value)?.map(normaliseName) ?? []
  })

/** packaging.python.org, "Name normalization". */
const normaliseName = (name: string): string => name.replace(/[-_.]+/g, '-').toLowerCase()
