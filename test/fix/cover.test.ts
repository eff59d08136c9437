import assert from 'node:assert/strict'
import { test } from 'node:test'
import { coverItems } from '../../src/fix/cover.ts'
import type { Item, Scene } from '../../src/fix/scene.ts'
import { EntryType } from '../../src/tree/entries.ts'

const item = (path: string, link: string | null = null): Item => ({
  path,
  type: link === null ? EntryType.file : EntryType.symlink,
  sizeBytes: 1,
  mode: 0o644,
  uid: 0,
  gid: 0,
  link,
  hash: null,
  layer: 1,
})

/** As much of an image as the cover looks at: what lives in it, and the folders of its base. */
const sceneOf = (live: readonly string[], base: readonly string[]): Scene =>
  ({
    at: () => null,
    baseHasDirectory: (path: string) => base.includes(path),
    eachFile: (visit: (path: string) => void) => live.forEach(visit),
  }) as unknown as Scene

test('a link among other files is made anew: COPY would take what it leads to', () => {
  const items = [item('/usr/local/lib/liba.so.1.0'), item('/usr/local/lib/liba.so.1', 'liba.so.1.0')]
  const scene = sceneOf([...items.map(({ path }) => path), '/usr/local/lib/other'], ['', '/usr/local/lib'])
  const { copies, links } = coverItems(scene, items)
  assert.deepEqual(copies, [{ sources: ['/usr/local/lib/liba.so.1.0'], target: '/usr/local/lib/' }])
  assert.deepEqual(links, ['ln -sfn liba.so.1.0 /usr/local/lib/liba.so.1'])
})

test('a folder that is wanted whole is copied with the links in it', () => {
  const items = [item('/app/a'), item('/app/current', 'a')]
  const { copies, links } = coverItems(sceneOf(['/app/a', '/app/current'], ['']), items)
  assert.deepEqual(copies, [{ sources: ['/app'], target: '/app' }])
  assert.deepEqual(links, [])
})
