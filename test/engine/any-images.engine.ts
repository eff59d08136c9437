/** Ten thousand pairs of random images: everything adds up, and comes out the same from another source. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { parseReference } from '../../src/image/reference.ts'
import { readImages } from '../../src/image/sources.ts'
import { compare } from '../../src/report/compare.ts'
import type { BaseImage, ImageReport } from '../../src/report/types.ts'
import { anyPair, checkPair } from '../support/any-images.ts'
import { makeImage, ociArchive } from '../support/make-image.ts'
import { keepForReport, type Layers, reportOfRead } from '../support/report-of-layers.ts'

const RUNS = 10_000

test('10,000 pairs add up to the byte and compare alike when their layers come out of archives', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-any-'))
  /** Written as an archive, with every other one's layers compressed, and read back. */
  const throughArchive = async (
    layers: Layers,
    words: readonly string[],
    base: BaseImage | null,
    compressed: boolean,
  ): Promise<ImageReport> => {
    const path = join(folder, compressed ? 'gzip.tar' : 'plain.tar')
    writeFileSync(
      path,
      ociArchive(makeImage(layers), compressed ? { compress: bytes => gzipSync(bytes) } : {}),
    )
    const [image] = await readImages([parseReference(`archive://${path}`)], {
      keep: keepForReport,
      platform: 'linux/amd64',
      engine: () => assert.fail('files need no engine'),
    })
    return reportOfRead(image!.layers, words, base)
  }
  try {
    await fc.assert(
      fc.asyncProperty(anyPair, async pair => {
        const { baseLayers, headLayers, comparison } = checkPair(pair)
        const base = await throughArchive(baseLayers, pair.baseWords, pair.image, false)
        const head = await throughArchive(headLayers, pair.headWords, pair.image, true)
        assert.deepEqual(compare(base, head, 10_000), comparison)
      }),
      { numRuns: RUNS, seed: 5 },
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
