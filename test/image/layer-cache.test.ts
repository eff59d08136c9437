import assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import * as zlib from 'node:zlib'
import { CorruptError, UserError } from '../../src/errors.ts'
import type { Keep } from '../../src/image/image.ts'
import { openLayerCache } from '../../src/image/layer-cache.ts'
import { createReadBudget } from '../../src/image/read-budget.ts'
import { parseReference } from '../../src/image/reference.ts'
import { readImages } from '../../src/image/sources.ts'
import { inspectImages } from '../../src/inspect.ts'
import { renderJson } from '../../src/render/json.ts'
import { Directories } from '../../src/tree/entries.ts'
import { pushImage, startRegistry } from '../support/fake-registry.ts'
import { makeElfFile } from '../support/make-elf.ts'
import { classicArchive, makeImage, ociArchive, writeLayout } from '../support/make-image.ts'
import { directory, file, hardlink, opaque, symlink, whiteout } from '../support/make-tar.ts'

const folder = fs.mkdtempSync(join(tmpdir(), 'plimsoll-test-'))
after(() => fs.rmSync(folder, { recursive: true }))

let made = 0
const place = (name: string): string => {
  made += 1
  return join(folder, `${made}-${name}`)
}
const written = (name: string, bytes: Uint8Array): string => {
  const path = place(name)
  fs.writeFileSync(path, bytes)
  return path
}

const STATUS = [
  'Package: gcc-12\nStatus: install ok installed\nSection: devel\nArchitecture: amd64\nVersion: 12.2.0-14\n',
  'Package: libfoo1\nStatus: install ok installed\nSection: libs\nArchitecture: amd64\nVersion: 1.0\n',
].join('\n')

/** Something of everything that is known of a layer. */
const image = makeImage([
  [
    directory('usr/bin'),
    file('usr/bin/gcc-12', makeElfFile({ class: 64, isLittleEndian: true, machine: 62 }, 2000, 4096), {
      mode: 0o755,
    }),
    hardlink('usr/bin/gcc', 'usr/bin/gcc-12'),
    symlink('usr/bin/cc', 'gcc'),
    file('usr/bin/start', '#!/usr/bin/nothing -x\n', { mode: 0o4755, uid: 70_000, gid: 4_000_000_000 }),
    file('var/lib/dpkg/status', STATUS),
    file('var/lib/dpkg/info/gcc-12.list', '/usr/bin/gcc-12\n'),
    file('src/big', 'b'.repeat(100_000)),
    file('odd/name with ünïcode and \\ backslash', 'x'),
    file('empty', ''),
  ],
  [
    whiteout('src/big'),
    opaque('odd'),
    file('odd/new', 'n'.repeat(70_000)),
    file('.env', 'A_TOKEN=abcdefgh123\n'),
  ],
  [],
])

const world = {
  platform: 'linux/amd64',
  engine: () => {
    throw new Error('no engine is needed for files')
  },
}

const inspect = async (reference: string, cacheDir: string | null = null): Promise<string> =>
  renderJson(
    await inspectImages([{ reference: parseReference(reference), builtFrom: null }], { ...world, cacheDir }),
  )

const layersIn = (cache: string): string[] =>
  fs
    .readdirSync(cache)
    .filter(name => name.endsWith('.layer'))
    .sort()

const layout = (compress?: (layer: Buffer) => Buffer): string => {
  const path = place('layout')
  writeLayout(path, image, compress)
  return path
}

const zstd = (zlib as { zstdCompressSync?: (bytes: Buffer) => Buffer }).zstdCompressSync
const gzip = (layer: Buffer): Buffer => zlib.gzipSync(layer)

const WAYS: Readonly<Record<string, () => string>> = {
  'an OCI layout': () => `oci-dir://${layout()}`,
  'an OCI layout of plain layers': () => `oci-dir://${layout(layer => layer)}`,
  'an OCI archive': () => `archive://${written('oci.tar', ociArchive(image, { compress: gzip }))}`,
  'an archive with both lists': () =>
    `archive://${written('both.tar', ociArchive(image, { manifestJson: true }))}`,
  'an archive whose members are not called by digests': () =>
    `archive://${written('classic.tar', classicArchive([{ ...image, tag: 'a:1' }]))}`,
  ...(zstd ? { 'an OCI layout of zstd layers': () => `oci-dir://${layout(zstd)}` } : {}),
}

for (const [name, make] of Object.entries(WAYS))
  test(`${name} gives the same report, to the byte, without a cache, with a new one and with a full one`, async () => {
    const reference = make()
    const cache = place('cache')
    const without = await inspect(reference)
    assert.equal(await inspect(reference, cache), without)
    assert.equal(layersIn(cache).length, 3)
    assert.equal(await inspect(reference, cache), without)
  })

test('the layers of a layout are not read a second time', async () => {
  const path = layout()
  const cache = place('cache')
  const before = await inspect(`oci-dir://${path}`, cache)
  for (const name of layersIn(cache)) {
    const blob = join(path, 'blobs', 'sha256', name.slice(0, 64))
    fs.writeFileSync(blob, Buffer.alloc(fs.statSync(blob).size, 1))
  }
  assert.equal(await inspect(`oci-dir://${path}`, cache), before)
  await assert.rejects(inspect(`oci-dir://${path}`), CorruptError)
})

test('a layer that is not there is missed, cache or not', async () => {
  const path = layout()
  const cache = place('cache')
  await inspect(`oci-dir://${path}`, cache)
  fs.rmSync(join(path, 'blobs', 'sha256', layersIn(cache)[0]!.slice(0, 64)))
  await assert.rejects(inspect(`oci-dir://${path}`, cache), CorruptError)
})

test('a registry is not asked for layers that are known', async () => {
  const registry = await startRegistry()
  try {
    pushImage(registry, 'latest', image)
    const reference = `registry://${registry.host}/me/api`
    const cache = place('cache')
    const layerRequests = (): number =>
      registry.requests.filter(({ url }) => layersIn(cache).some(name => url.endsWith(name.slice(0, 64))))
        .length
    const first = await inspect(reference, cache)
    const asked = layerRequests()
    assert.equal(asked, layersIn(cache).length)
    assert.equal(await inspect(reference, cache), first)
    assert.equal(layerRequests(), asked)
  } finally {
    await registry.close()
  }
})

test('an archive whose bytes changed is refused, although its layers are known', async () => {
  const bytes = ociArchive(image, { manifestJson: true })
  const cache = place('cache')
  await inspect(`archive://${written('whole.tar', bytes)}`, cache)
  const at = bytes.indexOf('b'.repeat(1000))
  const damaged = Buffer.from(bytes)
  damaged[at] = 0x63
  await assert.rejects(inspect(`archive://${written('damaged.tar', damaged)}`, cache), CorruptError)
})

/** What may have happened to a file of the cache. */
const DAMAGES: Readonly<Record<string, (path: string) => void>> = {
  'is empty': path => fs.writeFileSync(path, ''),
  'is cut off': path => fs.truncateSync(path, fs.statSync(path).size >> 1),
  'is longer': path => fs.appendFileSync(path, 'x'),
  'has a flipped bit at its start': path => flip(path, 3),
  'has a flipped bit in its checksum': path => flip(path, 40),
  'has a flipped bit in the middle': path => flip(path, fs.statSync(path).size >> 1),
  'has a flipped bit at its end': path => flip(path, fs.statSync(path).size - 1),
  'is of another version': path => {
    const bytes = fs.readFileSync(path)
    fs.writeFileSync(path, Buffer.concat([Buffer.from('plimsoll layer 0 0.0.1\n'), bytes.subarray(23)]))
  },
  'is another layer’s': path => {
    const other = layersIn(join(path, '..')).find(name => !path.endsWith(name))!
    fs.copyFileSync(join(path, '..', other), path)
  },
  'is somebody else’s': path => fs.writeFileSync(path, 'something else\n'.repeat(1000)),
}

const flip = (path: string, at: number): void => {
  const bytes = fs.readFileSync(path)
  bytes[at]! ^= 1
  fs.writeFileSync(path, bytes)
}

for (const [name, damage] of Object.entries(DAMAGES))
  test(`a file of the cache that ${name} is not used, and is written anew`, async () => {
    const reference = `oci-dir://${layout()}`
    const cache = place('cache')
    const before = await inspect(reference, cache)
    const contents = () => layersIn(cache).map(each => fs.readFileSync(join(cache, each), 'base64'))
    const good = contents()
    damage(join(cache, layersIn(cache)[1]!))
    assert.notDeepEqual(contents(), good)
    assert.equal(await inspect(reference, cache), before)
    assert.deepEqual(contents(), good)
  })

test('a folder stands in a file’s place: the layer is read, and nothing else happens', async () => {
  const reference = `oci-dir://${layout()}`
  const cache = place('cache')
  const before = await inspect(reference, cache)
  const path = join(cache, layersIn(cache)[0]!)
  fs.rmSync(path)
  fs.mkdirSync(join(path, 'x'), { recursive: true })
  assert.equal(await inspect(reference, cache), before)
  assert.deepEqual(fs.readdirSync(path), ['x'])
})

test('a folder that cannot be written is read from all the same', async () => {
  const reference = `oci-dir://${layout()}`
  const without = await inspect(reference)
  // nobody may make a file there, not even root
  assert.equal(await inspect(reference, '/proc'), without)
  const cache = place('cache')
  await inspect(reference, cache)
  fs.chmodSync(cache, 0o555)
  try {
    assert.equal(await inspect(reference, cache), without)
  } finally {
    fs.chmodSync(cache, 0o755)
  }
})

test('a file in the place of the folder is told', async () => {
  const reference = `oci-dir://${layout()}`
  await assert.rejects(inspect(reference, written('not-a-folder', Buffer.from('x'))), UserError)
})

test('runs at the same time share a folder', async () => {
  const reference = `oci-dir://${layout()}`
  const cache = place('cache')
  const without = await inspect(reference)
  const reports = await Promise.all(Array.from({ length: 4 }, () => inspect(reference, cache)))
  assert.deepEqual(new Set(reports), new Set([without]))
  assert.equal(await inspect(reference, cache), without)
  assert.deepEqual(
    fs.readdirSync(cache).filter(name => !name.endsWith('.layer')),
    [],
  )
})

test('a layer whose needed contents an earlier run did not keep is read', async () => {
  const reference = parseReference(`oci-dir://${layout()}`)
  const cache = { folder: place('cache'), version: '1' }
  const bodies = async (keep: Keep): Promise<string[]> => {
    const [read] = await readImages([reference], { ...world, keep, cache })
    return [...read!.layers[0]!.bodies.keys()]
  }
  assert.deepEqual(await bodies(() => 'none'), [])
  assert.deepEqual(await bodies(path => (path === '/var/lib/dpkg/status' ? 'all' : 'none')), [
    '/var/lib/dpkg/status',
  ])
  assert.deepEqual(await bodies(() => 'none'), [])
})

test('what was not used for longest goes when there is too much, and only files of the cache', () => {
  const path = place('cache')
  const name = (digit: string): string => `${digit.repeat(64)}.layer`
  const open = () =>
    openLayerCache({
      folder: path,
      version: '1',
      directories: new Directories(),
      keep: () => 'none',
      budget: createReadBudget(),
      limitBytes: 2500,
    })
  open()
  const old = new Date(Date.now() - 7_200_000)
  for (const digit of ['1', '2', '3']) fs.writeFileSync(join(path, name(digit)), Buffer.alloc(1000))
  fs.utimesSync(join(path, name('2')), old, old)
  fs.writeFileSync(join(path, 'notes.txt'), Buffer.alloc(10_000))
  const part = `${'4'.repeat(64)}.${'5'.repeat(16)}.part`
  fs.writeFileSync(join(path, part), 'x')
  fs.utimesSync(join(path, part), old, old)
  open().trim()
  assert.deepEqual(fs.readdirSync(path).sort(), [name('1'), name('3'), 'notes.txt'])
})
