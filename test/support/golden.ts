/** Golden files: `UPDATE_GOLDEN=1` writes them, a person reads them in review. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, '..', 'golden')

/** Compares text with `test/golden/<name>`, to the byte. */
export const matchGolden = (name: string, text: string): void => {
  const path = join(FOLDER, name)
  if (process.env.UPDATE_GOLDEN === '1') {
    writeFileSync(path, text)
    return
  }
  assert.ok(
    existsSync(path),
    `test/golden/${name} is missing: run the test with UPDATE_GOLDEN=1 and read what it writes`,
  )
  assert.equal(text, readFileSync(path, 'utf8'), `test/golden/${name} differs: UPDATE_GOLDEN=1 rewrites it`)
}
