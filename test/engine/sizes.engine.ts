/** Sizes equal an independent count, to the byte, whatever engine or file an image is read from. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ImageReport } from '../../src/report/types.ts'
import { buildSeed, copyImage, plimsoll, SEEDS, saveImage } from '../support/engine.ts'
import { needEngine, needProgram, needService, needShared } from '../support/need.ts'

const counter = join(import.meta.dirname, '..', 'support', 'count-image.py')

/** What CONTRACT excepts from being the same everywhere. */
const comparable = (json: string): string => {
  const report = JSON.parse(json)
  report.image.source = null
  report.size.download = null
  return JSON.stringify(report)
}

const inspect = async (reference: string, host?: string): Promise<string> => {
  const { status, stdout, stderr } = await plimsoll(['inspect', reference, '--json'], host ? { host } : {})
  assert.equal(status, 0, stderr)
  return stdout
}

for (const [name, variant] of SEEDS)
  test(`${name} ${variant}: one report from three engines, two archives, a layout and a registry, equal to an independent count`, async t => {
    const seeds = needShared(t, 'seeds')
    const [modern, classic, old] = [needEngine(t, 'modern'), needEngine(t, 'classic'), needEngine(t, 'old')]
    const python = needProgram(t, 'python3')
    const registry = await needService(t, 'registry')
    if (!seeds || !modern || !classic || !old || !python || !registry) return
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-sizes-'))
    try {
      const tag = await buildSeed(modern, seeds, name, variant)
      for (const host of [classic, old]) await copyImage(modern, host, tag)
      const archive = join(folder, 'image.tar')
      await saveImage(modern, tag, archive)
      const counted = JSON.parse(execFileSync(python, [counter, archive], { encoding: 'utf8' }))
      const json = await inspect(`docker://${tag}`, modern)
      const { size, layers } = JSON.parse(json) as ImageReport
      assert.deepEqual(
        {
          content: size.content,
          hidden: size.hidden,
          visible: size.visible,
          layers: layers.map(({ content, hidden }) => ({ content, hidden })),
        },
        counted,
      )
      for (const host of [classic, old])
        assert.equal(comparable(await inspect(tag, host)), comparable(json), host)
      assert.equal(comparable(await inspect(`archive://${archive}`)), comparable(json), 'archive')
      // what the newest engine saves is an OCI layout in a tar; tools that convert would write another configuration
      mkdirSync(join(folder, 'layout'))
      execFileSync('tar', ['-xf', archive, '-C', join(folder, 'layout')])
      assert.equal(
        comparable(await inspect(`oci-dir://${join(folder, 'layout')}`)),
        comparable(json),
        'layout',
      )
      const ociArchive = join(folder, 'oci.tar')
      const files = ['oci-layout', 'index.json', 'blobs']
      execFileSync('tar', ['-cf', ociArchive, '-C', join(folder, 'layout'), ...files])
      assert.equal(comparable(await inspect(`archive://${ociArchive}`)), comparable(json), 'OCI archive')
      const pushed = `${registry}/${tag}`
      for (const args of [
        ['tag', tag, pushed],
        ['push', '-q', pushed],
        ['rmi', pushed],
      ])
        execFileSync('docker', args, { env: { ...process.env, DOCKER_HOST: modern }, stdio: 'pipe' })
      assert.equal(comparable(await inspect(`registry://${pushed}`)), comparable(json), 'registry')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
