/** A layer with more files that rules read than are kept: it is read to its end, and the report says what it did not see. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseReference } from '../src/image/reference.ts'
import { inspectImages } from '../src/inspect.ts'
import { LIMITS } from '../src/limits.ts'
import type { ImageReport } from '../src/report/types.ts'
import { file, type MadeEntry, makeTar } from './support/make-tar.ts'
import { list, status } from './support/report-of-layers.ts'

const inspect = async (entries: readonly MadeEntry[]): Promise<ImageReport> => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-secrets-'))
  try {
    const archive = join(folder, 'root.tar')
    writeFileSync(archive, makeTar(entries))
    const [report] = await inspectImages(
      [{ reference: parseReference(`rootfs://${archive}`), builtFrom: null }],
      {
        platform: 'linux/amd64',
        engine: () => {
          throw new Error('no engine is needed for files')
        },
      },
    )
    return report!
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const KEY_BYTES = 64_000
const KEYS = 2000
const key = (i: number): MadeEntry =>
  file(`srv/keys/${String(i).padStart(4, '0')}.pem`, '-----BEGIN PRIVATE KEY-----\n'.padEnd(KEY_BYTES, 'x'))

test('thousands of keys in one layer do not end the reading, and databases after them are read', async () => {
  const keys = Array.from({ length: KEYS }, (_, i) => key(i))
  const report = await inspect([
    ...keys,
    status('app'),
    list('app', '/usr/bin/app'),
    file('usr/bin/app', 'x'),
  ])
  const read = Math.floor(LIMITS.layerRuleBytes / KEY_BYTES)
  assert.equal(report.findings.filter(({ rule }) => rule === 'secret').length, read)
  assert.deepEqual(
    report.notExamined.map(({ path }) => path),
    [`/srv/keys/${String(read).padStart(4, '0')}.pem`],
  )
  assert.match(report.notExamined[0]!.why, new RegExp(`and ${KEYS - read - 1} more of layer 0 was not read`))
  assert.deepEqual(
    report.packages.map(({ name, bytes }) => [name, bytes]),
    [['app', 1]],
  )
})

test('what an ordinary image holds of such files is read, and nothing is said', async () => {
  const report = await inspect([key(0), key(1)])
  assert.deepEqual(report.notExamined, [])
  assert.equal(report.findings.length, 2)
})
