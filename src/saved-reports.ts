/**
 * Reports that another job saved, found and read as data from strangers: within bounds, never through a symbolic link,
 * and only from regular files that lie where the pattern says.
 */
import { constants, type Dirent } from 'node:fs'
import { lstat, open, readdir, realpath } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { messageOf, UserError } from './errors.ts'
import { compileGlob } from './report/glob.ts'
import type { SavedFiles } from './report/read-review.ts'

/** The files of one folder; `source` names `report.json` in messages, harmless in one line. */
export interface SavedReport extends SavedFiles {
  readonly source: string
}

/** More than any honest artifact has. */
const LIMITS = {
  reports: 100,
  entries: 20_000,
  depth: 24,
  reportBytes: 48e6,
  reviewBytes: 16e6,
  totalBytes: 256e6,
}

/**
 * Every file that a pattern matches, with the `review.json` beside it, sorted by path.
 * @param patterns as the user wrote them: relative to `workspace`, or absolute
 */
export const readSavedReports = async (
  patterns: readonly string[],
  workspace: string,
  trustedFolders: readonly string[],
): Promise<readonly SavedReport[]> => {
  const found = new Set<string>()
  for (const pattern of patterns) for (const path of await matching(pattern, workspace)) found.add(path)
  if (found.size > LIMITS.reports)
    throw new UserError(`reports: more than ${LIMITS.reports} files match: name them more closely`)
  const saved: SavedReport[] = []
  let totalBytes = 0
  for (const path of [...found].sort()) {
    const source = shown(path, workspace)
    await checkPlace(path, [workspace, ...trustedFolders], source)
    const report = await readRegular(path, LIMITS.reportBytes, source)
    if (report === null) continue
    const review = await readRegular(join(dirname(path), 'review.json'), LIMITS.reviewBytes, source)
    totalBytes += report.length + (review?.length ?? 0)
    if (totalBytes > LIMITS.totalBytes)
      throw new UserError(`reports: all files together are larger than ${LIMITS.totalBytes} bytes`)
    saved.push({ report, review, folder: basename(dirname(path)), source })
  }
  return saved
}

/** A path for a message: relative, one line of printable ASCII, not long. */
const shown = (path: string, workspace: string): string => {
  const inside = relative(workspace, path)
  return (inside.startsWith('..') ? path : inside).replace(/[^\x20-\x7e]/g, '?').slice(-200)
}

const matching = async (pattern: string, workspace: string): Promise<readonly string[]> => {
  const absolute = resolve(workspace, pattern)
  const matches = compileGlob(absolute.split(sep).join('/'), 'reports')
  // what comes before the first wildcard is one folder
  const fixed = absolute.slice(0, absolute.search(/[*?]|$/))
  const start = fixed === absolute ? dirname(absolute) : fixed.slice(0, fixed.lastIndexOf(sep) + 1) || sep
  const found: string[] = []
  let entries = 0
  const walk = async (folder: string, depth: number): Promise<void> => {
    for (const entry of await entriesOf(folder)) {
      entries += 1
      if (entries > LIMITS.entries)
        throw new UserError(`reports: more than ${LIMITS.entries} files were looked at: name a folder`)
      const path = join(folder, entry.name)
      if (entry.isDirectory()) {
        if (depth < LIMITS.depth) await walk(path, depth + 1)
      } else if (matches(path.split(sep).join('/'))) found.push(path)
    }
  }
  await walk(resolve(start), 0)
  return found
}

/** A folder that is not there has nothing in it. */
const entriesOf = async (folder: string): Promise<readonly Dirent[]> => {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw new UserError(`reports: a folder cannot be read: ${code ?? messageOf(error)}`)
  }
}

/** No folder on the way, from one that the workflow itself made, is a symbolic link. */
const checkPlace = async (path: string, roots: readonly string[], source: string): Promise<void> => {
  const root = roots.find(each => path.startsWith(join(each, sep))) ?? dirname(path)
  const [real, realRoot] = [await realpath(dirname(path)), await realpath(root)]
  if (real !== join(realRoot, relative(root, dirname(path))))
    throw new UserError(`${source}: there is a symbolic link on the way: it is not read`)
}

/** A file's text, or null where there is none. Anything but a regular file of a bearable size is an error. */
const readRegular = async (path: string, limitBytes: number, source: string): Promise<string | null> => {
  const at = basename(path) === 'review.json' ? `${source}: the review.json beside it` : source
  const found = await lstat(path).catch(() => null)
  if (found === null) return null
  if (!found.isFile()) throw new UserError(`${at}: it is no regular file and is not read`)
  // nothing is followed, and a pipe that took its place meanwhile is not waited for
  const file = await open(
    path,
    constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
  )
  try {
    const { size } = await file.stat()
    if (size > limitBytes)
      throw new UserError(`${at}: larger than ${limitBytes} bytes: it is no report of Plimsoll`)
    const bytes = Buffer.alloc(size)
    const { bytesRead } = await file.read(bytes, 0, size, 0)
    return bytes.subarray(0, bytesRead).toString('utf8')
  } finally {
    await file.close()
  }
}
