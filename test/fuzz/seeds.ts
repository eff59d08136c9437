/** Seeds that are real files: those of the shared test data where it is there, none otherwise. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sharedFolder } from '../support/need.ts'

/** Files below a folder of the corpora that are not larger than `limitBytes`, in the order of their names. */
export const corpus = (folder: string, limitBytes: number): Buffer[] => {
  const shared = sharedFolder()
  if (!shared) return []
  return readdirSync(join(shared, 'corpora', folder), { recursive: true, encoding: 'utf8' })
    .sort()
    .map(name => join(shared, 'corpora', folder, name))
    .filter(path => {
      const found = statSync(path)
      return found.isFile() && found.size <= limitBytes
    })
    .map(path => readFileSync(path))
}
