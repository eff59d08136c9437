/** The demonstration: what it says is what is in its two images. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import * as zlib from 'node:zlib'
import { refused, run } from './support/run-command.ts'

/** What a layout of the example holds, counted without any of Plimsoll: bytes of each path in each layer. */
const countLayout = (folder: string) => {
  const read = (digest: string): Buffer => readFileSync(join(folder, 'blobs', digest.replace(':', '/')))
  const json = (bytes: Buffer) => JSON.parse(bytes.toString('utf8'))
  const index = json(readFileSync(join(folder, 'index.json')))
  const { layers } = json(read(index.manifests[0].digest)) as { layers: { digest: string }[] }
  const live = new Map<string, number>()
  let content = 0
  for (const { digest } of layers)
    for (const [path, bytes] of filesOfTar(zlib.gunzipSync(read(digest)))) {
      assert.doesNotMatch(path, /\.wh\./, 'the count knows no whiteouts')
      content += bytes
      live.set(path, bytes)
    }
  const sum = (which: RegExp): number =>
    [...live].reduce((total, [path, bytes]) => total + (which.test(path) ? bytes : 0), 0)
  return { content, sum }
}

/** Regular files and their sizes. Only what the example's script writes: short names, no links to count. */
const filesOfTar = (tar: Buffer): (readonly [string, number])[] => {
  const files: (readonly [string, number])[] = []
  const text = (at: number, length: number): string =>
    tar.toString('utf8', at, at + length).replace(/\0.*$/s, '')
  for (let at = 0; tar[at] !== 0; ) {
    const type = text(at + 156, 1) || '0'
    assert.match(type, /^[0125]$/, `type ${type} at ${at}`)
    const bytes = Number.parseInt(text(at + 124, 12), 8)
    const prefix = text(at + 345, 155)
    if (type === '0')
      files.push([`${prefix ? `${prefix}/` : ''}${text(at, 100)}`.replace(/^\.?\//, ''), bytes])
    at += 512 + (type === '0' ? Math.ceil(bytes / 512) * 512 : 0)
  }
  return files
}

test('the demo says what an independent count of its two layouts says', async () => {
  const images = join(import.meta.dirname, '..', 'examples', 'images')
  const [base, head] = [countLayout(join(images, 'base')), countLayout(join(images, 'head'))]
  const { status, stdout, stderr } = await run(['demo', '--json'])
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
  const shown = JSON.parse(stdout)
  assert.equal(shown.base.size.content, base.content)
  assert.equal(shown.head.size.content, head.content)
  assert.equal(shown.head.size.visible, head.sum(/./))
  assert.equal(shown.delta.content, head.content - base.content)
  assert.ok(head.content - base.content > 20e6)
  assert.equal(shown.verdict, 'fail')
  const bytesOf = (rule: string): number =>
    shown.findings.introduced
      .filter((finding: { rule: string }) => finding.rule === rule)
      .reduce((total: number, { bytes }: { bytes: number }) => total + bytes, 0)
  assert.equal(bytesOf('apt-lists'), head.sum(/^var\/lib\/apt\/lists\/.*_Packages\.lz4$/))
  assert.equal(bytesOf('pip-cache'), head.sum(/^root\/\.cache\/pip\//))
  assert.ok(bytesOf('apt-lists') > 0 && bytesOf('pip-cache') > 0)
  const increase = `+${((head.content - base.content) / 1e6).toFixed(1)} MB`
  for (const format of ['text', 'markdown'])
    assert.ok((await run(['demo', '--format', format])).stdout.includes(increase), format)
})

test('the demo takes the options of a review', async () => {
  const { stdout } = await run(['demo', '--json', '--max-increase', '90 MB'])
  assert.equal(JSON.parse(stdout).verdict, 'pass')
  await refused(['demo', '--max-increase', '90 M'], /--max-increase: "90 M" is not a size/)
})
