/** What GNU tar and Python's tarfile see in archives, in the words of our own reader. */
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { needProgram, needShared } from './need.ts'
import type { TarReading } from './read-tar.ts'

export type Listed = readonly [path: string, type: string, sizeBytes: number, link: string | null]
export type Listing = { readonly entries: readonly Listed[] } | { readonly error: string }
export interface Opinion {
  readonly file: string
  readonly python: Listing
  readonly gnu: Listing
}

/** The archives of the corpus, or null after a skip. */
export const nastyTars = (t: TestContext): readonly string[] | null => {
  const folder = needShared(t, 'corpora', 'nasty-tars')
  if (folder === null) return null
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => !entry.isDirectory())
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
}

/** What the two say of each file, or null after a skip. */
export const opinionsOf = (t: TestContext, files: readonly string[]): readonly Opinion[] | null => {
  const python = needProgram(t, 'python3')
  if (!python || !needProgram(t, 'tar')) return null
  const output = execFileSync(python, [join(import.meta.dirname, 'list-tars.py')], {
    input: files.join('\n'),
    encoding: 'utf8',
    maxBuffer: 256 * 2 ** 20,
  })
  return output
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Opinion)
}

/** GNU tar lists directories with a slash at the end, Python without. */
export const comparable = (entries: readonly Listed[]): unknown =>
  entries.map(([path, ...rest]) => [path.replace(/(?<=.)\/+$/, ''), ...rest])

export const sameEntries = (a: readonly Listed[], b: readonly Listed[]): boolean =>
  JSON.stringify(comparable(a)) === JSON.stringify(comparable(b))

export const listed = (reading: TarReading): readonly Listed[] | null =>
  'error' in reading
    ? null
    : reading.entries.map(({ path, type, sizeBytes, link }) => [path, type, sizeBytes, link])
