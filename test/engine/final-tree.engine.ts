/** The final tree of real filesystems, layouts and archives against what umoci or tar unpack: paths, types and sizes. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { UserError } from '../../src/errors.ts'
import { parseReference } from '../../src/image/reference.ts'
import { readImages } from '../../src/image/sources.ts'
import { Directories, EntryType } from '../../src/tree/entries.ts'
import { pathFromBytes } from '../../src/tree/path-bytes.ts'
import { stackLayers } from '../../src/tree/stack.ts'
import { saveImage } from '../support/engine.ts'
import { needEngine, needProgram, needShared } from '../support/need.ts'

const TEMP = mkdtempSync(join(tmpdir(), 'plimsoll-final-tree-'))
after(() => {
  // files of an image may be in directories without permissions
  execFileSync('chmod', ['-R', 'u+rwX', TEMP])
  rmSync(TEMP, { recursive: true, force: true })
})

/** `path` → `type size` or `symlink target`. */
type Listing = ReadonlyMap<string, string>

const ours = async (reference: string): Promise<Listing> => {
  const [image] = await readImages([parseReference(reference)], {
    keep: () => 'none',
    platform: 'linux/amd64',
    engine: () => assert.fail('no engine is needed'),
  })
  const directories = image!.layers[0]?.entries.directories ?? new Directories()
  const { tree } = stackLayers(image!.layers, directories)
  const listing = new Map<string, string>()
  tree.eachLive((directory, name) => {
    const path = `${directories.path(directory)}/${name}`
    const at = tree.entryAt(path)
    // a directory that only its files' names imply has no entry
    if (!at) return void listing.set(path, 'directory')
    const table = tree.layers[at.layer]!
    const type = table.type(at.entry)
    if (type === EntryType.file) listing.set(path, `file ${table.sizeBytes(at.entry)}`)
    else if (type === EntryType.symlink) listing.set(path, `symlink ${table.link(at.entry) ?? ''}`)
    else listing.set(path, type === EntryType.directory ? 'directory' : 'other')
  })
  return listing
}

const TYPES: Readonly<Record<string, string>> = { d: 'directory', f: 'file', l: 'symlink' }

const listingOf = (folder: string): Listing => {
  const output = execFileSync('find', ['.', '-mindepth', '1', '-printf', '%P\\0%y\\0%s\\0%l\\0'], {
    cwd: folder,
    maxBuffer: 2 ** 28,
  })
  const fields = output.toString('latin1').split('\0')
  const listing = new Map<string, string>()
  for (let i = 0; i + 3 < fields.length; i += 4) {
    const [path, kind, size, link] = fields.slice(i, i + 4) as [string, string, string, string]
    const type = TYPES[kind] ?? 'other'
    const detail = type === 'file' ? ` ${size}` : type === 'symlink' ? ` ${Buffer.from(link, 'latin1')}` : ''
    listing.set(`/${pathFromBytes(Buffer.from(path, 'latin1'))}`, type + detail)
  }
  return listing
}

const assertSame = (found: Listing, expected: Listing): void => {
  const different = [...new Set([...found.keys(), ...expected.keys()])].filter(
    path => found.get(path) !== expected.get(path),
  )
  const shown = different.slice(0, 10).map(path => [path, found.get(path), expected.get(path)])
  assert.deepEqual(shown, [], `${different.length} paths differ: [path, ours, unpacked]`)
}

let count = 0
const place = (): string => {
  const folder = join(TEMP, String(++count))
  mkdirSync(folder)
  return folder
}

const unpackTar = (path: string): Listing => {
  const folder = place()
  execFileSync('tar', ['--extract', '--file', path, '--directory', folder])
  return listingOf(folder)
}

const unpackLayout = (layout: string, tag: string): Listing => {
  // without the run-time configuration, which wants a user of the image's own passwd
  const rootfs = join(place(), 'rootfs')
  execFileSync('umoci', ['raw', 'unpack', '--image', `${layout}:${tag}`, rootfs], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  return listingOf(rootfs)
}

const needTools = (t: TestContext): boolean =>
  needProgram(t, 'umoci') !== null && needProgram(t, 'skopeo') !== null && needProgram(t, 'find') !== null

test('filesystems have the tree that tar unpacks', async t => {
  const folder = needShared(t, 'corpora', 'rootfs')
  if (!folder) return
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    const found = await ours(`rootfs://${path}`)
    assert.ok(found.size > 300, name)
    assertSame(found, unpackTar(path))
  }
})

test('layouts have the tree that umoci unpacks', async t => {
  const folder = needShared(t, 'corpora', 'oci-layouts')
  if (!folder || !needTools(t)) return
  for (const name of readdirSync(folder)) {
    // umoci wants a layout with files of its own, and a tag
    const copy = join(place(), name)
    cpSync(join(folder, name), copy, { recursive: true, dereference: true })
    // links, or files with a link's text, as a checkout without links has them
    for (const blob of readdirSync(join(copy, 'blobs', 'sha256'))) {
      const path = join(copy, 'blobs', 'sha256', blob)
      const text = readFileSync(path, 'latin1')
      if (/^\.\.\/[\w./-]+$/.test(text)) {
        rmSync(path)
        copyFileSync(join(copy, 'blobs', 'sha256', text), path)
      }
    }
    const index = JSON.parse(readFileSync(join(copy, 'index.json'), 'utf8'))
    index.manifests[0].annotations = { 'org.opencontainers.image.ref.name': 'it' }
    writeFileSync(join(copy, 'index.json'), JSON.stringify(index))
    const found = await ours(`oci-dir://${join(folder, name)}`)
    assert.ok(found.size > 300, name)
    assertSame(found, unpackLayout(copy, 'it'))
  }
})

/** What skopeo makes of an archive, whatever kind it is; null where it cannot read it either. */
const layoutOf = (file: string, index: number | null): string | null => {
  const layout = join(place(), 'layout')
  let path = file
  if (file.endsWith('.gz')) {
    path = join(place(), 'image.tar')
    writeFileSync(path, gunzipSync(readFileSync(file)))
  }
  const selector = index === null ? '' : `:@${index}`
  for (const from of [`docker-archive:${path}${selector}`, `oci-archive:${path}`])
    try {
      execFileSync('skopeo', ['--insecure-policy', 'copy', '--quiet', from, `oci:${layout}:it`], {
        stdio: 'ignore',
      })
      return layout
    } catch {
      // perhaps it is the other kind
    }
  return null
}

const NO_IMAGE = /^not an image archive: neither manifest\.json nor index\.json is in it/

/** What is no image, and the one that says of itself that it was changed. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  'pkg__crane__testdata__content.tar': NO_IMAGE,
  'pkg__deckoder__utils__testdata__test.tar.gz': NO_IMAGE,
  'pkg__v1__tarball__testdata__content.tar': NO_IMAGE,
  'pkg__v1__tarball__testdata__no_manifest.tar': NO_IMAGE,
  'pkg__v1__tarball__testdata__null_manifest.tar': NO_IMAGE,
  // its configuration was edited by hand and still has the name of what it was; skopeo does not look, and a bit that
  // was turned in a configuration would look the same
  'pkg__v1__mutate__testdata__source_image_with_empty_layer_history.tar':
    /^the configuration does not match its digest/,
}

test('image archives have the tree that umoci unpacks, each image of one that holds several', async t => {
  const folder = needShared(t, 'corpora', 'image-archives')
  if (!folder || !needTools(t)) return
  const compared: string[] = []
  const refused = new Map<string, string>()
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\.tar(\.gz)?$/.test(path)) continue
    const file = join(folder, path)
    const reference = `archive://${file}`
    try {
      const found = await ours(reference)
      const layout = layoutOf(file, null)
      assert.ok(layout, `${path}: skopeo reads no such image`)
      assertSame(found, unpackLayout(layout, 'it'))
      compared.push(basename(path))
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      const several = /holds several images.*: (.*)$/.exec(error.message)?.[1]
      if (several === undefined) refused.set(basename(path), error.message.slice(reference.length + 2))
      for (const [index, tag] of (several?.split(', ') ?? []).entries()) {
        const layout = layoutOf(file, index)
        assert.ok(layout, `${path}#${tag}`)
        assertSame(await ours(`${reference}#${tag}`), unpackLayout(layout, 'it'))
        compared.push(`${basename(path)}#${tag}`)
      }
    }
  }
  t.diagnostic(`compared: ${compared.join(', ')}`)
  assert.ok(compared.length >= 12, compared.join())
  for (const [name, why] of refused) {
    const expected = REFUSED[name]
    assert.ok(expected?.test(why), `${name} is refused: ${why}`)
  }
})

for (const image of ['debian:bookworm-slim'])
  test(`${image} has the tree that umoci unpacks`, async t => {
    const host = needEngine(t, 'modern')
    if (!host || !needTools(t)) return
    const archive = join(place(), 'image.tar')
    await saveImage(host, image, archive)
    const layout = layoutOf(archive, null)
    assert.ok(layout)
    const found = await ours(`archive://${archive}`)
    t.diagnostic(`${found.size} paths`)
    assert.ok(found.size > 2000)
    assertSame(found, unpackLayout(layout, 'it'))
  })
