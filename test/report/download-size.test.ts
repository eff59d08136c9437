/** What a registry sends: whole, above a base image, and to who has another image. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ImageContent } from '../../src/image/image.ts'
import { downloadSize, updateSize } from '../../src/report/download-size.ts'
import type { ImageReport } from '../../src/report/types.ts'

type Made = readonly [diffId: string, sizeBytes: number, estimateBytes?: number | null]

/** A third part says that the layer is plain, and what was estimated. */
const image = (layers: readonly Made[]): ImageContent =>
  ({
    config: {},
    layers: layers.map(([diffId, sizeBytes, estimateBytes]) => ({
      diffId,
      blob: {
        sizeBytes,
        compressed: estimateBytes === undefined,
        ...(typeof estimateBytes === 'number' && { estimateBytes }),
      },
    })),
  }) as unknown as ImageContent

const BASE = { name: 'a', layers: 1, evidence: 'build' } as const

const report = (layers: readonly Made[]): ImageReport =>
  ({
    size: { download: downloadSize(image(layers), null) },
    layers: layers.map(([diffId]) => ({ diffId })),
  }) as unknown as ImageReport

test('compressed layers are counted as they are, a layer that comes twice once', () => {
  assert.deepEqual(
    downloadSize(
      image([
        ['a', 5],
        ['b', 7],
        ['a', 5],
      ]),
      BASE,
    ),
    {
      bytes: 12,
      exact: true,
      own: 7,
      layers: [5, 7, 5],
    },
  )
})

test('one plain layer makes it an estimate, and one that nobody estimated makes it unknown', () => {
  assert.deepEqual(
    downloadSize(
      image([
        ['a', 5],
        ['b', 100, 30],
      ]),
      null,
    ),
    {
      bytes: 35,
      exact: false,
      own: null,
      layers: [5, 30],
    },
  )
  assert.equal(
    downloadSize(
      image([
        ['a', 5],
        ['b', 100, null],
      ]),
      null,
    ),
    null,
  )
  assert.equal(downloadSize({ ...image([['a', 5]]), config: null }, null), null)
})

test('who has the base image downloads the layers that it does not have', () => {
  const base = report([
    ['a', 5],
    ['b', 7],
  ])
  assert.deepEqual(
    updateSize(
      base,
      report([
        ['a', 5],
        ['c', 100, 9],
        ['b', 7],
      ]),
    ),
    { bytes: 9, exact: false },
  )
  assert.deepEqual(updateSize(base, base), { bytes: 0, exact: true })
})

test('a report of an earlier version says nothing of its layers', () => {
  const old = {
    ...report([['a', 5]]),
    size: { download: { bytes: 5, exact: true } },
  } as unknown as ImageReport
  assert.equal(updateSize(report([['a', 5]]), old), null)
})
