/** Awkward archives through the whole chain, as `rootfs://`: soon, in little memory, and with the entries that the reader sees. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, test } from 'node:test'
import { LimitError, UserError } from '../src/errors.ts'
import { createBlobReader } from '../src/image/blob-reader.ts'
import type { LayerContent } from '../src/image/image.ts'
import { createReadBudget } from '../src/image/read-budget.ts'
import { parseReference } from '../src/image/reference.ts'
import { readImages } from '../src/image/sources.ts'
import { looksLikeTar } from '../src/tar/header.ts'
import { normalisePath } from '../src/tar/normalise-path.ts'
import { Directories, EntryType } from '../src/tree/entries.ts'
import { casesOf } from './fuzz/cases.ts'
import { tar } from './fuzz/targets/tar.ts'
import { createRandom } from './support/random.ts'
import { readTar } from './support/read-tar.ts'
import { sameThreadHashes } from './support/same-thread-hashes.ts'
import { nastyTars } from './support/tar-opinions.ts'

const TEMP = mkdtempSync(join(tmpdir(), 'plimsoll-nasty-'))
after(() => rmSync(TEMP, { recursive: true, force: true }))

const TIME_LIMIT_MS = 2000
const MEMORY_LIMIT_BYTES = 256e6

type Row = readonly [path: string, type: string, sizeBytes: number, link: string | null]

const NAMES = Object.fromEntries(Object.entries(EntryType).map(([name, value]) => [value, name]))

const rowsOf = ({ entries }: LayerContent): Row[] =>
  Array.from({ length: entries.length }, (_, id) => [
    entries.path(id),
    NAMES[entries.type(id)]!,
    entries.sizeBytes(id),
    entries.link(id),
  ])

/** What the chain should say: the reader's entries with their paths made absolute, or null for a refusal. */
const expectedRows = (bytes: Buffer): Row[] | null => {
  const reading = readTar(bytes)
  if ('error' in reading || !reading.end.endMarker || !looksLikeTar(bytes)) return null
  const absolute = (name: string): string => normalisePath(Buffer.from(name, 'latin1')).path
  return reading.entries.map(({ path, type, sizeBytes, link }) => [
    absolute(path),
    type,
    sizeBytes,
    link === null || link === ''
      ? null
      : type === 'hardlink'
        ? absolute(link)
        : Buffer.from(link, 'latin1').toString('utf8'),
  ])
}

const read = async (path: string): Promise<Row[] | null> => {
  try {
    const [image] = await readImages([parseReference(`rootfs://${path}`)], {
      keep: () => 'none',
      platform: 'linux/amd64',
      engine: () => assert.fail('no engine is needed'),
    })
    return rowsOf(image!.layers[0]!)
  } catch (error) {
    assert.ok(error instanceof UserError, String((error as Error).stack))
    assert.match(error.message, /^rootfs:\/\/[^\n]+$/)
    return null
  }
}

const readInSteps = async (bytes: Buffer, stepBytes: number): Promise<Row[] | null> => {
  const reader = createBlobReader({
    directories: new Directories(),
    keep: () => 'none',
    hashes: sameThreadHashes,
    budget: createReadBudget(),
  })
  try {
    for (let at = 0; at < bytes.length && !reader.isHopeless(); at += stepBytes) {
      const wait = reader.write(bytes.subarray(at, at + stepBytes))
      if (wait) await wait
    }
  } catch (error) {
    assert.ok(error instanceof LimitError, String(error))
    return null
  }
  const { content } = await reader.end()
  return content.kind === 'layer' && !content.layer.endMarkerMissing ? rowsOf(content.layer) : null
}

test('every awkward archive gives the entries that the reader sees or one line, whole and one byte at a time', async t => {
  const files = nastyTars(t)
  if (!files) return
  const counts = { read: 0, refused: 0 }
  for (const path of files) {
    const bytes = readFileSync(path)
    const rows = await read(path)
    assert.deepEqual(rows, expectedRows(bytes), basename(path))
    // 26 MB of one of them would take a minute byte by byte: its first 2 MiB have every kind of entry that it has
    const part = bytes.subarray(0, 2 ** 21)
    const isWhole = part.length === bytes.length
    const name = `${basename(path)}, byte by byte`
    assert.deepEqual(await readInSteps(part, 1), isWhole ? rows : expectedRows(part), name)
    if (!isWhole)
      assert.deepEqual(await readInSteps(bytes, 61), rows, `${basename(path)}, 61 bytes at a time`)
    counts[rows ? 'read' : 'refused'] += 1
  }
  t.diagnostic(JSON.stringify(counts))
  assert.ok(counts.read + counts.refused >= 121)
})

test('archives broken on purpose give the entries that the reader sees or one line', async () => {
  const seeds = tar.seeds()
  for (let block = 0; block < 3; block += 1)
    for (const [i, bytes] of casesOf(tar, seeds, 11, block).entries()) {
      const path = join(TEMP, 'made.tar')
      writeFileSync(path, bytes)
      const isOther = bytes[0] === 0x1f || bytes[0] === 0x28 || bytes.length === 0
      if (!isOther) assert.deepEqual(await read(path), expectedRows(bytes), `block ${block}, case ${i}`)
    }
})

test('every awkward archive ends within two seconds of the processor and 256 MB, with a report or one line', t => {
  const files = nastyTars(t)
  if (!files) return
  const cost = join(TEMP, 'cost')
  const output = execFileSync(
    process.execPath,
    [
      ...['--require', join(import.meta.dirname, 'support', 'cost.cjs')],
      join(import.meta.dirname, 'support', 'inspect-all.ts'),
    ],
    {
      input: files.join('\n'),
      encoding: 'utf8',
      env: { ...process.env, PLIMSOLL_COST: cost },
      maxBuffer: 2 ** 28,
    },
  )
  const ended = output
    .trim()
    .split('\n')
    .map(
      line => JSON.parse(line) as { file: string; cpuMs: number; error: string | null; crash: string | null },
    )
  assert.equal(ended.length, files.length)
  for (const { file, cpuMs, crash } of ended) {
    assert.equal(crash, null, file)
    assert.ok(cpuMs < TIME_LIMIT_MS, `${file}: ${cpuMs} ms`)
  }
  // of all of them one after the other, so of each
  const { peakBytes } = JSON.parse(readFileSync(cost, 'utf8')) as { peakBytes: number }
  t.diagnostic(`${Math.max(...ended.map(each => each.cpuMs))} ms at most, ${Math.round(peakBytes / 1e6)} MB`)
  assert.ok(peakBytes < MEMORY_LIMIT_BYTES, `${Math.round(peakBytes / 1e6)} MB`)
})

test('twenty awkward archives cut off at each block are refused until they are whole', async t => {
  const files = nastyTars(t)
  if (!files) return
  const whole = files.filter(path => {
    const bytes = readFileSync(path)
    return bytes.length <= 64 * 1024 && expectedRows(bytes) !== null
  })
  const chosen = createRandom(2026).sample(whole, 20)
  assert.equal(chosen.length, 20)
  let cuts = 0
  for (const file of chosen) {
    const bytes = readFileSync(file)
    const rows = expectedRows(bytes)
    const path = join(TEMP, 'cut.tar')
    for (let at = 0; at < bytes.length; at += 512) {
      writeFileSync(path, bytes.subarray(0, at))
      const cut = await read(path)
      // a tar is whole from the first block of its end marker on
      if (cut) assert.deepEqual(cut, rows, `${basename(file)} cut at ${at}`)
      cuts += 1
    }
  }
  t.diagnostic(`${cuts} cuts`)
  assert.ok(cuts > 200)
})
