/** One bit turned anywhere in an OCI layout: refused, or told by no digest and without effect. */
import assert from 'node:assert/strict'
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import * as zlib from 'node:zlib'
import { UserError } from '../src/errors.ts'
import { inspectReport } from './support/inspect.ts'
import { type MadeImage, makeImage, writeLayout } from './support/make-image.ts'
import { directory, file, hardlink, symlink, whiteout } from './support/make-tar.ts'
import { needShared } from './support/need.ts'
import { createRandom } from './support/random.ts'

const TEMP = mkdtempSync(join(tmpdir(), 'plimsoll-bits-'))
after(() => rmSync(TEMP, { recursive: true, force: true }))

const zstd = (zlib as { zstdCompressSync?: (bytes: Uint8Array) => Buffer }).zstdCompressSync
const IMAGE: MadeImage = makeImage([
  [directory('etc'), file('etc/os-release', 'ID=small\n'), file('bin/sh', 'x'.repeat(9000), { mode: 0o755 })],
  [
    directory('app'),
    symlink('app/link', '../bin/sh'),
    hardlink('app/sh', 'bin/sh'),
    file('app/data', 'y'.repeat(3000)),
  ],
  [whiteout('bin/sh'), file('app/data', 'z'.repeat(100), { pax: { comment: 'none' } })],
])

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => statSync(join(folder, name)).isFile())
    .sort()

/** Turns one bit at a time, in files in turn, and asks what becomes of the report. */
const flip = async (folder: string, flips: number, seed: number): Promise<Record<string, number>> => {
  const random = createRandom(seed)
  const sound = JSON.stringify(await inspectReport(`oci-dir://${folder}`))
  const files = filesOf(folder).filter(name => /^(blobs|index\.json$|oci-layout$)/.test(name))
  const counts = { refused: 0, same: 0 }
  for (let i = 0; i < flips; i += 1) {
    const name = files[i % files.length]!
    const path = join(folder, name)
    const bytes = readFileSync(path)
    const at = random.below(bytes.length)
    const bit = 1 << random.below(8)
    const turned = Buffer.from(bytes)
    turned[at]! ^= bit
    writeFileSync(path, turned)
    try {
      const report = JSON.stringify(await inspectReport(`oci-dir://${folder}`))
      // nothing vouches for these two but themselves: what they say must then be the same
      assert.ok(!name.startsWith('blobs'), `${name}: bit ${bit} of byte ${at} was not noticed`)
      assert.equal(report, sound, `${name}: bit ${bit} of byte ${at} changed the report`)
      counts.same += 1
    } catch (error) {
      assert.ok(error instanceof UserError, String((error as Error).stack))
      counts.refused += 1
    } finally {
      writeFileSync(path, bytes)
    }
  }
  assert.equal(JSON.stringify(await inspectReport(`oci-dir://${folder}`)), sound)
  return counts
}

const KINDS = [
  ['plain', (layer: Buffer) => layer],
  ['gzip', (layer: Buffer) => zlib.gzipSync(layer)],
  ...(zstd ? ([['zstd', (layer: Buffer) => zstd(layer)]] as const) : []),
] as const

for (const [index, [name, compress]] of KINDS.entries())
  test(`a layout of ${name} layers with any one bit turned is refused, or says the same`, async t => {
    const folder = join(TEMP, name)
    writeLayout(folder, IMAGE, compress)
    const counts = await flip(folder, 300, 100 + index)
    t.diagnostic(JSON.stringify(counts))
    assert.ok(counts.refused! > 250, JSON.stringify(counts))
  })

/** The layouts of the corpus link their blobs: a copy has the files themselves. */
const copyOf = (t: TestContext, name: string): string | null => {
  const from = needShared(t, 'corpora', 'oci-layouts', name)
  if (!from) return null
  const to = join(TEMP, name)
  cpSync(from, to, { recursive: true, dereference: true })
  for (const blob of readdirSync(join(from, 'blobs', 'sha256')))
    writeFileSync(
      join(to, 'blobs', 'sha256', blob),
      readFileSync(realpathSync(join(from, 'blobs', 'sha256', blob))),
    )
  return to
}

for (const [index, name] of ['busybox-glibc', 'busybox-musl', 'busybox-uclibc'].entries())
  test(`${name} with any one bit turned is refused, or says the same`, async t => {
    const folder = copyOf(t, name)
    if (!folder) return
    t.diagnostic(JSON.stringify(await flip(folder, 40, 200 + index)))
  })
