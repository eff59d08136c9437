/** Every kind of file that holds an image, damaged: one line and exit status 2, never half a result or another one. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import * as zlib from 'node:zlib'
import { classicArchive, ociArchive } from './support/make-image.ts'
import { accepted, IMAGE, layout, put, refused, run } from './support/run-command.ts'

const zstd = (zlib as { zstdCompressSync?: (bytes: Uint8Array) => Buffer }).zstdCompressSync
const classic = classicArchive([{ ...IMAGE, tag: 'example:latest' }])
/** Every kind of file that holds an image. The ones with digests only in their names are classic. */
const KINDS: readonly (readonly [string, 'archive' | 'rootfs', Buffer])[] = [
  ['a classic archive', 'archive', classic],
  ['an OCI archive', 'archive', ociArchive(IMAGE)],
  [
    'an OCI archive of gzip layers',
    'archive',
    ociArchive(IMAGE, { compress: layer => zlib.gzipSync(layer) }),
  ],
  ['an archive with both lists', 'archive', ociArchive(IMAGE, { manifestJson: true })],
  ['a classic archive in gzip', 'archive', zlib.gzipSync(classic)],
  ...(zstd ? [['a classic archive in zstd', 'archive', zstd(classic)] as const] : []),
  ['a filesystem', 'rootfs', IMAGE.layers[1]!],
]

const PLACES = 20
for (const [what, scheme, bytes] of KINDS)
  test(`refused in one line: ${what}, cut off at ${PLACES} places`, async () => {
    await accepted(scheme, put('whole', bytes))
    for (let i = 0; i < PLACES; i += 1) {
      const path = put('cut', bytes.subarray(0, Math.floor((endOf(bytes) * i) / (PLACES - 1))))
      await refused(['inspect', `${scheme}://${path}`, '--json'], new RegExp(`${scheme}://${path}: `))
    }
  })

/** The last place where something is missing: a tar's end marker may be one block of zeros, a stream's last byte counts. */
const endOf = (bytes: Buffer): number => bytes.length - (bytes.at(-1) === 0 ? 513 : 1)

/** Where one bit is turned, by what is there. */
const marks = (bytes: Buffer): readonly (readonly [string, number])[] => {
  const at = (needle: Buffer | string): number => bytes.indexOf(needle)
  const found = [
    ['the first layer', at(IMAGE.layers[0]!) + 600],
    ['a body in the last layer', at('yyyyy') + 5000],
    ['a header in the last layer', at(IMAGE.layers[1]!) + 2],
    ['the configuration', at(IMAGE.config) + 5],
    ['the end of the configuration', at(IMAGE.config) + IMAGE.config.length - 2],
    ['the list of images', at('"Layers":["') + 13],
    ['the manifest', at('"layers":[{') + 3],
    ['the index', at('"manifests":[{') + 3],
  ] as const
  return found.filter(([, place]) => place > 600)
}

for (const [what, scheme, bytes] of KINDS)
  test(`refused in one line: ${what} with one bit turned in a layer, a configuration or a manifest`, async t => {
    const inside = scheme === 'archive' && bytes[0] !== 0x1f && bytes[0] !== 0x28
    const places = inside ? marks(bytes) : ([['the middle', bytes.length >> 1]] as const)
    // nothing vouches for a filesystem's bytes but its own headers
    const all = scheme === 'rootfs' ? ([['a header', bytes.indexOf('app/main')]] as const) : places
    assert.ok(all.length >= (inside ? 4 : 1), all.map(([name]) => name).join())
    for (const [name, place] of all) {
      t.diagnostic(`${name} at ${place}`)
      const damaged = Buffer.from(bytes)
      damaged[place]! ^= 1
      const path = put('damaged', damaged)
      await refused(['inspect', `${scheme}://${path}`, '--json'], new RegExp(`${scheme}://${path}: `))
    }
  })

for (const [what, scheme, bytes] of KINDS.filter(([, scheme]) => scheme === 'archive'))
  test(`${what} with any one bit turned is refused, or gives the same report`, async () => {
    const path = put('sound', bytes)
    const sound = await accepted(scheme, path)
    for (let i = 0; i < 100; i += 1) {
      const damaged = Buffer.from(bytes)
      damaged[Math.floor((bytes.length * i) / 100)]! ^= 1 << (i % 8)
      put('sound', damaged)
      const { status, stdout, stderr } = await run(['inspect', `${scheme}://${path}`, '--json'])
      if (status === 0) assert.equal(stdout, sound)
      else assert.deepEqual([status, stdout, stderr.split('\n').length], [2, '', 2], stderr)
    }
  })

test('refused in one line: a layout with one bit turned in each of its files, and each cut off', async () => {
  const names = execFileSync('find', ['.', '-type', 'f'], { cwd: layout, encoding: 'utf8' })
    .trim()
    .split('\n')
  assert.equal(names.length, 6)
  for (const name of names) {
    const path = join(layout, name)
    const bytes = readFileSync(path)
    const turned = Buffer.from(bytes)
    turned[bytes.length >> 1]! ^= 1
    for (const damaged of [turned, bytes.subarray(0, bytes.length - 1), bytes.subarray(0, 0)]) {
      writeFileSync(path, damaged)
      await refused(['inspect', `oci-dir://${layout}`], new RegExp(`oci-dir://${layout}: `))
    }
    rmSync(path)
    await refused(['inspect', `oci-dir://${layout}`], new RegExp(`oci-dir://${layout}: .*missing`))
    writeFileSync(path, bytes)
  }
  await accepted('oci-dir', layout)
})
