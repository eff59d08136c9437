/** The reader against Python's tarfile and GNU tar, on archives that were broken on purpose, other ones than the corpus has. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { casesOf } from '../fuzz/cases.ts'
import { tar } from '../fuzz/targets/tar.ts'
import { readTar } from '../support/read-tar.ts'
import { listed, opinionsOf, sameEntries } from '../support/tar-opinions.ts'

const TEMP = mkdtempSync(join(tmpdir(), 'plimsoll-made-tars-'))
after(() => rmSync(TEMP, { recursive: true, force: true }))

/**
 * Where both read on, and we do not: what they pass over in silence could be anything, and Go, which unpacks layers in
 * every engine, refuses all of it.
 */
const STRICTER: readonly (readonly [says: RegExp, why: string])[] = [
  [/data after a single block of zeros/, 'both stop there: what follows would be missing without a word'],
  [/the archive ends inside a header/, 'both take a header that was cut off for the end'],
  [/the checksum of the header is wrong/, 'both take a broken header behind others for the end'],
  [/in the header is not a number/, 'they read other numbers than Go out of such a field, or none'],
  [/out of range/, 'no Linux id, or no size that a number holds'],
  [/sparse map|sparse file/, 'a map that does not fit the body: GNU tar lists what it could not unpack'],
  [/pax record/, 'a record that is not as long as it says'],
  [/extended header/, 'an extended header of nothing, or one that gives all entries a size'],
  [/give different names/, 'PAX and GNU names that differ: readers choose differently'],
  [/the limit is/, 'above a limit of Go'],
]

const BLOCKS = 12

test('on archives broken on purpose we see what GNU tar and Python agree on, or refuse; what both refuse is refused', t => {
  const seeds = tar.seeds()
  const cases = Array.from({ length: BLOCKS }, (_, block) => casesOf(tar, seeds, 2026, block)).flat()
  const files = cases.map((bytes, i) => {
    const path = join(TEMP, String(i))
    writeFileSync(path, bytes)
    return path
  })
  const all = opinionsOf(t, files)
  if (!all) return
  const counts = { agreed: 0, stricter: 0, refused: 0, disagreed: 0 }
  for (const [i, { python, gnu }] of all.entries()) {
    const reading = readTar(cases[i]!)
    const ours = listed(reading)
    const isWhole = 'end' in reading && reading.end.endMarker
    const name = `case ${i}`
    if ('error' in python && 'error' in gnu) {
      counts.refused += 1
      assert.equal(isWhole, false, `${name}: both refuse (${python.error}; ${gnu.error})`)
    } else if ('entries' in python && 'entries' in gnu && sameEntries(python.entries, gnu.entries)) {
      if (ours) {
        counts.agreed += 1
        assert.ok(sameEntries(ours, python.entries), `${name}: ${JSON.stringify([ours, python.entries])}`)
      } else {
        counts.stricter += 1
        const { error } = reading as { error: string }
        assert.ok(
          STRICTER.some(([says]) => says.test(error)),
          `${name}: refused for a reason that is not explained: ${error}`,
        )
      }
    } else counts.disagreed += 1
  }
  t.diagnostic(JSON.stringify(counts))
  assert.ok(counts.agreed > 50 && counts.refused > 100, JSON.stringify(counts))
})
