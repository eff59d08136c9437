import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stackLayers } from '../../src/tree/stack.ts'
import { blobPaths } from '../../src/tree/tree.ts'
import { readLayers } from '../support/make-image.ts'
import { directory, file, hardlink, type MadeEntry, symlink, whiteout } from '../support/make-tar.ts'

type Layers = readonly (readonly MadeEntry[])[]

/** Live files as `path=bytes`, hidden ones as `path=bytes@layer that hid them`. */
const stacked = (layers: Layers): { live: string[]; hidden: string[] } => {
  const read = readLayers(layers)
  const { tree } = stackLayers(read, read[0]!.entries.directories)
  const live: string[] = []
  const hidden: string[] = []
  for (const blob of tree.blobs) {
    const text = `${blobPaths(tree, blob).join('+')}=${blob.sizeBytes}`
    if (blob.hiddenBy === null) live.push(text)
    else hidden.push(`${text}@${blob.hiddenBy}`)
  }
  return { live: live.sort(), hidden: hidden.sort() }
}

const opaque = (path: string): MadeEntry => file(`${path}/.wh..wh..opq`)

const CASES: readonly (readonly [string, Layers, readonly string[], readonly string[]])[] = [
  ['keeps files of all layers', [[file('a', '1')], [file('b', '22')]], ['/a=1', '/b=2'], []],
  ['hides what a later layer overwrites', [[file('a', '1')], [file('a', '22')]], ['/a=2'], ['/a=1@1']],
  [
    'writes through a link to a directory that is empty',
    [[directory('run'), directory('var'), symlink('var/run', '/run')], [file('var/run/lock', '1')]],
    ['/run/lock=1'],
    [],
  ],
  [
    'hides what a whiteout deletes',
    [[file('a', '1'), file('b', '1')], [whiteout('a')]],
    ['/b=1'],
    ['/a=1@1'],
  ],
  [
    'deletes a directory with everything below it, and nothing beside it',
    [[file('d/x/y', '1'), file('d2', '22')], [whiteout('d')]],
    ['/d2=2'],
    ['/d/x/y=1@1'],
  ],
  [
    'an opaque directory hides lower layers only, wherever the marker stands',
    [[file('d/a', '1')], [file('d/b', '22'), opaque('d')]],
    ['/d/b=2'],
    ['/d/a=1@1'],
  ],
  [
    'an opaque marker in a directory of its own layer deletes nothing',
    [[opaque('d'), file('d/a', '1')]],
    ['/d/a=1'],
    [],
  ],
  [
    'a file in place of a directory hides the subtree',
    [[file('d/a', '1')], [file('d', '22')]],
    ['/d=2'],
    ['/d/a=1@1'],
  ],
  [
    'a directory in place of a file hides the file',
    [[file('d', '1')], [directory('d'), file('d/a', '22')]],
    ['/d/a=2'],
    ['/d=1@1'],
  ],
  ['a directory that comes again keeps its contents', [[file('d/a', '1')], [directory('d')]], ['/d/a=1'], []],
  [
    'deleted and made again in one layer is new content',
    [[file('a', '1')], [whiteout('a'), file('a', '22')]],
    ['/a=2'],
    ['/a=1@1'],
  ],
  [
    'deleted in one layer and made again in a later one',
    [[file('a', '1')], [whiteout('a')], [file('a', '22')]],
    ['/a=2'],
    ['/a=1@1'],
  ],
  [
    'a path twice in one layer: the last wins and the first is hidden',
    [[file('a', '1'), file('a', '22')]],
    ['/a=2'],
    ['/a=1@0'],
  ],
  ['hard links are one blob under all their names', [[file('b', '1'), hardlink('a', 'b')]], ['/a+/b=1'], []],
  ['a hard link that comes before its target', [[hardlink('a', 'b'), file('b', '1')]], ['/a+/b=1'], []],
  [
    'a blob lives while one of its names does',
    [[file('b', '1'), hardlink('a', 'b')], [whiteout('b')]],
    ['/a=1'],
    [],
  ],
  [
    'a blob is hidden under all names that it lost at once',
    [[file('d/b', '1'), hardlink('d/a', 'd/b')], [whiteout('d')]],
    [],
    ['/d/a+/d/b=1@1'],
  ],
  [
    'of names lost one after the other, the last one is where it was hidden',
    [[file('b', '1'), hardlink('a', 'b')], [whiteout('b')], [whiteout('a')]],
    [],
    ['/a=1@2'],
  ],
  [
    'a hard link to a file of a lower layer is a name of it',
    [[file('b', '1')], [hardlink('a', 'b')]],
    ['/a+/b=1'],
    [],
  ],
  ['a hard link to nothing brings no bytes', [[hardlink('a', 'b')]], [], []],
  [
    'a whiteout of what is not there does nothing',
    [[file('a', '1')], [whiteout('b'), whiteout('x/y')]],
    ['/a=1'],
    [],
  ],
  [
    'AUFS names delete nothing',
    [[file('a', '1')], [file('.wh..wh.plnk'), file('.wh..wh.aufs')]],
    ['/a=1'],
    [],
  ],
  [
    'a file written below a linked directory lands where the link leads',
    [
      [directory('usr/lib'), symlink('lib', 'usr/lib'), file('usr/lib/x', '1')],
      [file('lib/x', '22'), file('lib/y', '1')],
    ],
    ['/usr/lib/x=2', '/usr/lib/y=1'],
    ['/usr/lib/x=1@1'],
  ],
  [
    'a whiteout below a linked directory deletes where the link leads',
    [[directory('usr/lib'), symlink('lib', 'usr/lib'), file('usr/lib/x', '1')], [whiteout('lib/x')]],
    [],
    ['/usr/lib/x=1@1'],
  ],
  [
    'a directory entry in place of a link replaces the link',
    [
      [file('usr/lib/x', '1'), symlink('lib', 'usr/lib')],
      [directory('lib'), file('lib/x', '22')],
    ],
    ['/lib/x=2', '/usr/lib/x=1'],
    [],
  ],
  [
    'an opaque directory in place of a link deletes nothing where the link led',
    [
      [file('doc/common/c', '1'), symlink('doc/lib', 'common')],
      [directory('doc/lib'), opaque('doc/lib'), file('doc/lib/c', '22')],
    ],
    ['/doc/common/c=1', '/doc/lib/c=2'],
    [],
  ],
  [
    'an opaque directory below one that replaces a link deletes nothing either',
    [
      [file('a/b/c', '1'), symlink('l', 'a')],
      [directory('l'), directory('l/b'), opaque('l/b'), whiteout('l/x')],
    ],
    ['/a/b/c=1'],
    [],
  ],
  [
    'links that lead in a circle give way to what is written below them',
    [[symlink('a', 'b'), symlink('b', 'a')], [file('a/x', '1')]],
    ['/a/x=1'],
    [],
  ],
  [
    'names are compared as bytes: composed and decomposed letters are two files',
    [[file('caf\u00e9', '1'), file('cafe\u0301', '22')]],
    ['/cafe\u0301=2', '/caf\u00e9=1'],
    [],
  ],
]

for (const [what, layers, live, hidden] of CASES)
  test(what, () => {
    assert.deepEqual(stacked(layers), { live: [...live].sort(), hidden: [...hidden].sort() })
  })

test('contents are kept as they are after each layer that changed them', () => {
  const read = readLayers(
    [[file('etc/x', 'one')], [file('other', '1')], [file('etc/x', 'two')], [whiteout('etc')]],
    path => (path === '/etc/x' ? 'all' : 'none'),
  )
  const { snapshots } = stackLayers(read, read[0]!.entries.directories)
  assert.deepEqual(
    snapshots.map(({ layer, bodies }) => [layer, bodies.get('/etc/x')?.toString() ?? null]),
    [
      [0, 'one'],
      [2, 'two'],
      [3, null],
    ],
  )
})

test('paths are resolved through links, and not beyond what is there', () => {
  const read = readLayers([
    [
      directory('usr/bin'),
      file('usr/bin/bash', 'x'),
      symlink('bin', 'usr/bin'),
      symlink('usr/bin/sh', 'bash'),
      symlink('usr/bin/gone', 'nowhere'),
      symlink('up', 'usr/bin/..'),
    ],
  ])
  const { tree } = stackLayers(read, read[0]!.entries.directories)
  assert.equal(tree.canonical('/bin/sh'), '/usr/bin/sh')
  assert.equal(tree.resolve('/bin/sh'), '/usr/bin/bash')
  assert.equal(tree.resolve('/bin/gone'), null)
  assert.equal(tree.resolve('/up/bin/bash'), '/usr/bin/bash')
  assert.equal(tree.canonical('/bin/not/there'), '/usr/bin/not/there')
  assert.equal(tree.resolve('/'), '/')
})

test('a directory two hundred thousand levels deep is stacked and deleted', () => {
  const read = readLayers([[file('d/x', '1')], [whiteout('d')]])
  const { directories } = read[0]!.entries
  let at = directories.intern('/d')
  for (let i = 0; i < 200_000; i += 1) at = directories.child(at, 'd')
  read[0]!.entries.add({ directory: at, name: 'deep', type: 0, sizeBytes: 5, mode: 0o644, uid: 0, gid: 0 })
  const { tree } = stackLayers(read, directories)
  assert.equal(tree.blobs.filter(blob => blob.hiddenBy === 1).length, 2)
})

test('a link leads to a name with a backslash in it', () => {
  const read = readLayers([[file('dev-a\\x2db.device', '1'), symlink('unit', 'dev-a\\x2db.device')]])
  const { tree } = stackLayers(read, read[0]!.entries.directories)
  assert.equal(tree.resolve('/unit'), blobPaths(tree, tree.blobs[0]!)[0])
})
