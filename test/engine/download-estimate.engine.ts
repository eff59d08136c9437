/** The estimate of the download against the blobs that a registry would send, on real images. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { createEstimateThread } from '../../src/image/download-estimate.ts'
import { saveImage } from '../support/engine.ts'
import { needEngine } from '../support/need.ts'

/** Of ten families, small enough to be quick. */
const IMAGES = [
  'alpine:3.16',
  'alpine:3.20',
  'busybox:glibc',
  'debian:bookworm-slim',
  'distroless/base-debian12',
  'eclipse-temurin:25-jre',
  'golang:alpine',
  'node:alpine',
  'python:3.9-alpine',
  'python:3.11-slim',
]
const BAR = 0.03

test('the estimate is within 3 % of what a registry sends, for ten images', async t => {
  const host = needEngine(t, 'modern')
  if (!host) return
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-estimate-'))
  try {
    for (const image of IMAGES) {
      const thread = createEstimateThread()
      const archive = join(folder, 'image.tar')
      await saveImage(host, image, archive)
      const list = JSON.parse(execFileSync('tar', ['-xOf', archive, 'manifest.json'], { encoding: 'utf8' }))
      execFileSync('tar', ['-xf', archive, '-C', folder])
      let exact = 0
      let estimated = 0
      for (const name of new Set<string>(list[0].Layers)) {
        const packed = readFileSync(join(folder, name))
        const plain = gunzipSync(packed)
        const estimate = thread.create()
        for (let at = 0; at < plain.length; at += 1 << 18)
          await estimate.write(plain.subarray(at, at + (1 << 18)))
        exact += packed.length
        estimated += await estimate.end()
      }
      await thread.close()
      const error = estimated / exact - 1
      t.diagnostic(`${image}: ${exact} bytes, the estimate is ${(error * 100).toFixed(2)} % off`)
      assert.ok(Math.abs(error) < BAR, `${image}: ${estimated} for ${exact}`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
