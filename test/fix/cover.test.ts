/** What is copied: folders whole where all in them is wanted, files one by one where not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Cover, coverItems } from '../../src/fix/cover.ts'
import type { Item, Scene } from '../../src/fix/scene.ts'
import { EntryType } from '../../src/tree/entries.ts'

const item = (path: string, owner = 0): Item => ({
  path: path.replace(/\/$/, ''),
  type: path.endsWith('/') ? EntryType.directory : EntryType.file,
  sizeBytes: 1,
  mode: path.endsWith('/') ? 0o755 : 0o644,
  uid: owner,
  gid: owner,
  link: null,
  hash: path.endsWith('/') ? null : '00',
  layer: 1,
})

const BASE = new Set([
  '',
  '/',
  '/usr',
  '/usr/local',
  '/usr/local/bin',
  '/usr/local/lib',
  '/etc',
  '/root',
  '/opt',
  '/srv',
])

/** @param all every live file; those with `+` in front are wanted */
const cover = (all: readonly string[], owner = 0): Cover => {
  const wanted = all.flatMap(path => (path.startsWith('+') ? [item(path.slice(1), owner)] : []))
  const paths = all.map(path => path.replace(/^\+/, '')).filter(path => !path.endsWith('/'))
  const scene = {
    baseHasDirectory: (path: string) => BASE.has(path),
    at: (path: string) => item(`${path}/`, owner),
    eachFile: (visit: (path: string) => void) => paths.forEach(visit),
  }
  return coverItems(scene as unknown as Scene, wanted)
}
const copied = (all: readonly string[]): readonly string[] =>
  cover(all).copies.map(({ sources, target }) => `${sources.join(' ')} ${target}`)

const CASES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['a folder that is all wanted', ['+/app/a', '+/app/b/c', '/etc/passwd'], ['/app /app']],
  ['the program beside its sources', ['+/app/server', '/app/main.go'], ['/app/server /app/']],
  [
    'files in a folder of the base',
    ['+/usr/local/bin/a', '+/usr/local/bin/b', '/usr/local/bin/python'],
    ['/usr/local/bin/a /usr/local/bin/b /usr/local/bin/'],
  ],
  [
    'an own folder below one of the base',
    ['+/opt/venv/bin/x', '+/opt/venv/lib/y', '/root/.profile'],
    ['/opt/venv /opt/venv'],
  ],
  ['a folder that shares nothing but its parent', ['+/srv/a/x', '/srv/b/y'], ['/srv/a /srv/a']],
  ['an empty folder', ['+/srv/data/'], ['/srv/data /srv/data']],
  ['nothing', ['/app/x'], []],
  [
    'modules beside those of the base',
    [
      '+/usr/local/lib/python3.12/site-packages/flask/a.py',
      '/usr/local/lib/python3.12/site-packages/pip/b.py',
    ],
    ['/usr/local/lib/python3.12/site-packages /usr/local/lib/python3.12/site-packages'],
  ],
]
for (const [name, all, expected] of CASES)
  test(`copies ${name}`, () => assert.deepEqual(copied(all), expected))

test('a folder of one user is given to that user', () => {
  assert.deepEqual(cover(['+/srv/data/x'], 1000).copies, [
    { sources: ['/srv/data'], target: '/srv/data', chown: '1000:1000' },
  ])
})

test('where it takes fewer words, leftovers are deleted in the build stage and the folder is copied whole', () => {
  const program = Array.from({ length: 20 }, (_, i) => `+/app/file-${i}`)
  assert.deepEqual(cover([...program, '/app/.git/HEAD', '/app/.git/objects/x', '/app/build/a.o']), {
    copies: [{ sources: ['/app'], target: '/app' }],
    prune: ['rm -rf /app/.git /app/build'],
  })
})
