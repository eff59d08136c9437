import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import * as zlib from 'node:zlib'
import { gzipSync } from 'node:zlib'
import { UserError } from '../../src/errors.ts'
import type { ImageContent } from '../../src/image/image.ts'
import { parseReference } from '../../src/image/reference.ts'
import { readImages } from '../../src/image/sources.ts'
import { classicArchive, makeImage, ociArchive, sha256, writeLayout } from '../support/make-image.ts'
import { file, hardlink, makeTar, symlink } from '../support/make-tar.ts'
import { needShared } from '../support/need.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-test-'))
after(() => rmSync(folder, { recursive: true }))

const write = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

const read = async (...references: readonly string[]): Promise<ImageContent[]> =>
  readImages(references.map(parseReference), {
    keep: () => 'none',
    platform: 'linux/amd64',
    engine: () => {
      throw new Error('no engine is needed for files')
    },
  })

const layers = [
  [file('usr/bin/app', 'a'.repeat(3000)), hardlink('usr/bin/app2', 'usr/bin/app')],
  [file('etc/config', 'b'.repeat(200)), symlink('etc/link', 'config')],
]
const image = makeImage(layers)
const zstd = (zlib as { zstdCompressSync?: (bytes: Buffer) => Buffer }).zstdCompressSync

/** As estargz and `zstd:chunked` pack a layer: a member or frame for each file, and something of their own at the end. */
const inPieces =
  (pack: (bytes: Buffer) => Buffer, end: Buffer) =>
  (layer: Buffer): Buffer =>
    Buffer.concat([
      ...Array.from({ length: Math.ceil(layer.length / 700) }, (_, i) =>
        pack(layer.subarray(i * 700, (i + 1) * 700)),
      ),
      end,
    ])
/** RFC 8878, 3.1.2: the magic number, four bytes of length, and what nobody else reads. */
const SKIPPABLE = Buffer.from('5e2a4d1804000000cafecafe', 'hex')

const summary = (content: ImageContent) => ({
  config: content.configDigest,
  layers: content.layers.map(({ diffId, entries }) => ({
    diffId,
    paths: Array.from({ length: entries.length }, (_, id) => `${entries.path(id)} ${entries.sizeBytes(id)}`),
  })),
})

const expected = {
  config: sha256(image.config),
  layers: [
    { diffId: sha256(image.layers[0]!), paths: ['/usr/bin/app 3000', '/usr/bin/app2 0'] },
    { diffId: sha256(image.layers[1]!), paths: ['/etc/config 200', '/etc/link 0'] },
  ],
}

const WAYS: Readonly<Record<string, () => string>> = {
  'a classic docker save': () =>
    `archive://${write('classic.tar', classicArchive([{ ...image, tag: 'a:1' }]))}`,
  'a classic docker save, gzip outside': () =>
    `archive://${write('classic.tar.gz', gzipSync(classicArchive([{ ...image, tag: 'a:1' }])))}`,
  'an OCI archive, plain layers': () => `archive://${write('oci.tar', ociArchive(image))}`,
  'an OCI archive, gzip layers': () =>
    `archive://${write('oci-gz.tar', ociArchive(image, { compress: layer => gzipSync(layer) }))}`,
  'an OCI archive, gzip layers of many members': () =>
    `archive://${write('estargz.tar', ociArchive(image, { compress: inPieces(layer => gzipSync(layer), gzipSync('')) }))}`,
  'an archive with both lists, gzip layers': () =>
    `archive://${write('hybrid.tar', ociArchive(image, { compress: layer => gzipSync(layer), manifestJson: true }))}`,
  'an OCI layout in a folder': () => {
    writeLayout(join(folder, 'layout'), image)
    return `oci-dir://${join(folder, 'layout')}`
  },
  ...(zstd
    ? {
        'an OCI archive, zstd layers, zstd outside': () =>
          `archive://${write('zstd.tar.zst', zstd(ociArchive(image, { compress: zstd })))}`,
        'an OCI archive, zstd layers of many frames': () =>
          `archive://${write('chunked.tar', ociArchive(image, { compress: inPieces(zstd, SKIPPABLE) }))}`,
      }
    : {}),
}

for (const [name, make] of Object.entries(WAYS))
  test(`${name} gives the same image`, async () => {
    const [content] = await read(make())
    assert.deepEqual(summary(content!), expected)
  })

test('a plain filesystem tar is one layer without configuration', async () => {
  const [content] = await read(`rootfs://${write('rootfs.tar', makeTar(layers[0]!))}`)
  assert.equal(content!.configDigest, null)
  assert.deepEqual(summary(content!).layers, [expected.layers[0]])
})

test('of several images in an archive one is picked by tag or digest, and all are named otherwise', async () => {
  const other = makeImage([[file('x', '1')]])
  const path = write(
    'two.tar',
    classicArchive([
      { ...image, tag: 'a:1' },
      { ...other, tag: 'b:2' },
    ]),
  )
  assert.equal((await read(`archive://${path}#b:2`))[0]!.configDigest, sha256(other.config))
  assert.equal(
    (await read(`archive://${path}@${sha256(image.config)}`))[0]!.configDigest,
    sha256(image.config),
  )
  await assert.rejects(read(`archive://${path}`), /holds several images.*a:1, b:2/)
  await assert.rejects(read(`archive://${path}#c:3`), /no image of that name; there is a:1, b:2/)
})

test('a layer that two layouts share is read once', async () => {
  const head = makeImage([...layers, [file('new', '1')]])
  writeLayout(join(folder, 'one'), image)
  writeLayout(join(folder, 'two'), head)
  const [a, b] = await read(`oci-dir://${join(folder, 'one')}`, `oci-dir://${join(folder, 'two')}`)
  assert.equal(a!.layers[0], b!.layers[0])
})

const refuses = (reference: string, pattern: RegExp) =>
  assert.rejects(read(reference), (error: Error) => {
    assert.ok(error instanceof UserError, `${error.stack}`)
    assert.doesNotMatch(error.message, /\n/)
    assert.match(error.message, pattern)
    return true
  })

test('what is no image is refused with a line that says what it is', async () => {
  await refuses(`archive://${join(folder, 'none.tar')}`, /there is no such file/)
  await refuses(`archive://${write('text', Buffer.from('hello'.repeat(200)))}`, /checksum|not a tar|header/i)
  await refuses(`archive://${write('plain.tar', makeTar(layers[0]!))}`, /not an image archive/)
  await refuses(`archive://${folder}`, /is not a file/)
  await refuses(`oci-dir://${folder}/nowhere`, /there is no such folder/)
  await refuses(`oci-dir://${folder}`, /not an OCI layout/)
  await refuses(`archive://${write('x.tar.xz', Buffer.from('fd377a585a0000', 'hex'))}`, /compressed with xz/)
  await refuses(`rootfs://${write('cut.tar', makeTar(layers[0]!, { endMarker: false }))}`, /end marker/)
})

const BIG = makeImage([
  [file('big', Buffer.alloc(100_000, 'x')), file('b', 'y'.repeat(5000))],
  [file('c', 'z'.repeat(300))],
])

for (const [name, bytes] of [
  ['classic', classicArchive([{ ...BIG, tag: 'a:1' }])],
  ['OCI', ociArchive(BIG, { compress: layer => gzipSync(layer) })],
  ['hybrid', ociArchive(BIG, { manifestJson: true })],
] as const)
  test(`a ${name} archive that was cut off anywhere is refused`, async () => {
    for (let i = 0; i < 40; i += 1) {
      const length = Math.floor(((bytes.length - 512) * i) / 40)
      await refuses(`archive://${write('cut-anywhere.tar', bytes.subarray(0, length))}`, /./)
    }
    await refuses(`archive://${write('cut-anywhere.tar', bytes.subarray(0, bytes.length - 1024))}`, /cut off/)
  })

test('a flipped byte in any blob of a layout is refused', async () => {
  const path = join(folder, 'flipped')
  writeLayout(path, BIG)
  const blobs = join(path, 'blobs', 'sha256')
  for (const name of readdirSync(blobs)) {
    const bytes = readFileSync(join(blobs, name))
    for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
      const damaged = Buffer.from(bytes)
      damaged[at]! ^= 1
      writeFileSync(join(blobs, name), damaged)
      await refuses(`oci-dir://${path}`, /digest|damaged|JSON/)
    }
    writeFileSync(join(blobs, name), bytes)
  }
  await read(`oci-dir://${path}`)
})

test('a flipped byte in a layer or configuration of an archive is refused', async () => {
  const bytes = classicArchive([{ ...BIG, tag: 'a:1' }])
  for (const part of [BIG.layers[0]!, BIG.layers[1]!, BIG.config]) {
    const start = bytes.indexOf(part)
    for (const at of [0, part.length >> 1, part.length - 1]) {
      const damaged = Buffer.from(bytes)
      damaged[start + at]! ^= 1
      await refuses(`archive://${write('flipped.tar', damaged)}`, /./)
    }
  }
})

test('a link between layer files is followed, as old engines write it', async () => {
  const [base] = image.layers
  const hexDigest = sha256(base!).slice(7)
  const twice = makeImage([layers[0]!, layers[0]!])
  const archive = makeTar([
    file(`${hexDigest}/layer.tar`, base!),
    symlink('second/layer.tar', `../${hexDigest}/layer.tar`),
    file(`${sha256(twice.config).slice(7)}.json`, twice.config),
    file(
      'manifest.json',
      JSON.stringify([
        {
          Config: `${sha256(twice.config).slice(7)}.json`,
          Layers: [`${hexDigest}/layer.tar`, 'second/layer.tar'],
        },
      ]),
    ),
  ])
  const [content] = await read(`archive://${write('linked.tar', archive)}`)
  assert.equal(content!.layers.length, 2)
})

test('a broken blob that no manifest claims is nobody’s loss', async () => {
  const stray = Buffer.from(image.layers[0]!)
  stray[148] = 0x39
  const archive = classicArchive([{ ...image, tag: 'a:1' }])
  const withStray = Buffer.concat([makeTar([file('stray/layer.tar', stray)], { endMarker: false }), archive])
  const [content] = await read(`archive://${write('stray.tar', withStray)}`)
  assert.deepEqual(summary(content!), expected)
})

test('an image for Windows is refused', async () => {
  const windows = { ...image, config: Buffer.from(image.config.toString().replace('"linux"', '"windows"')) }
  await refuses(
    `archive://${write('windows.tar', classicArchive([{ ...windows, tag: 'a:1' }]))}`,
    /Linux images/,
  )
})

test('real layouts and archives are read', async t => {
  const corpora = needShared(t, 'corpora')
  if (!corpora) return
  for (const libc of ['glibc', 'musl', 'uclibc']) {
    const [content] = await read(`oci-dir://${join(corpora, 'oci-layouts', `busybox-${libc}`)}`)
    assert.equal(content!.layers.length, 1)
    assert.ok(content!.layers[0]!.entries.length > 400)
  }
  const google = join(corpora, 'image-archives', 'google+go-containerregistry')
  const [hello] = await read(`archive://${google}/pkg__v1__tarball__testdata__hello-world-v25.tar`)
  assert.match(hello!.configDigest!, /^sha256:ee301c92/)
  const [whiteouts] = await read(`archive://${google}/pkg__v1__mutate__testdata__whiteout_image.tar`)
  assert.equal(whiteouts!.layers.length, 3)
  await refuses(`archive://${google}/pkg__v1__tarball__testdata__null_manifest.tar`, /not an image archive/)
})

test('a name in a registry is a name, and nothing else reaches its address', () => {
  const hash = 'a'.repeat(64)
  for (const name of [
    'alpine',
    'ghcr.io/me/api:1.2',
    `ghcr.io/me/api:1.2@sha256:${hash}`,
    'localhost:5000/api',
    '[::1]:5000/me/api:1',
  ])
    assert.deepEqual(parseReference(`registry://${name}`), {
      scheme: 'registry',
      text: `registry://${name}`,
      name,
    })
  assert.equal((parseReference('registry://GHCR.io/me/api') as { name: string }).name, 'ghcr.io/me/api')
  for (const name of ['', 'API', 'me:pass@ghcr.io/api', 'ghcr.io/../api', 'ghcr.io/me/api?x', 'a b', '-x'])
    assert.throws(() => parseReference(`registry://${name}`), UserError, name)
})
