import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countFiles, countSomeFiles, coveringPaths, coveringRoots } from '../../src/tree/cover.ts'
import { stackLayers } from '../../src/tree/stack.ts'
import { blobPaths, type Tree } from '../../src/tree/tree.ts'
import { explainHidden, findDuplicates } from '../../src/tree/waste.ts'
import { readLayers } from '../support/make-image.ts'
import { file, hardlink, type MadeEntry, whiteout } from '../support/make-tar.ts'

const treeOf = (...layers: readonly (readonly MadeEntry[])[]): Tree => {
  const read = readLayers(layers)
  return stackLayers(read, read[0]!.entries.directories).tree
}

/** "cause root" by path and layer. */
const told = (tree: Tree): Record<string, string> =>
  Object.fromEntries(
    [...explainHidden(tree)].map(([index, { cause, root, hiddenBy, changed, twin }]) => {
      const blob = tree.blobs[index]!
      const what = [cause, changed.mode ? 'mode' : '', changed.owner ? 'owner' : '', twin ?? '']
      const words = [...what, `${root} by ${hiddenBy}`].filter(word => word !== '')
      return [`${blob.layer}:${blobPaths(tree, blob)[0]}`, words.join(' ')]
    }),
  )

const A = 'a'.repeat(1000)
const B = 'b'.repeat(1000)

test('every hidden blob has the cause that the tar shows', () => {
  const cases: readonly [
    name: string,
    layers: readonly (readonly MadeEntry[])[],
    expected: Record<string, string>,
  ][] = [
    ['deleted', [[file('d/x', A)], [whiteout('d/x')]], { '0:/d/x': 'deleted /d/x by 1' }],
    ['overwritten', [[file('x', A)], [file('x', B)]], { '0:/x': 'overwritten /x by 1' }],
    ['touched', [[file('x', A)], [file('x', A, { mtimeSeconds: 5 })]], { '0:/x': 'rewritten /x by 1' }],
    ['chmod', [[file('x', A)], [file('x', A, { mode: 0o600 })]], { '0:/x': 'rewritten mode /x by 1' }],
    ['chown', [[file('x', A)], [file('x', A, { uid: 7, gid: 7 })]], { '0:/x': 'rewritten owner /x by 1' }],
    ['moved', [[file('x', A)], [whiteout('x'), file('y', A)]], { '0:/x': 'moved /y /x by 1' }],
    ['moved and changed', [[file('x', A)], [whiteout('x'), file('y', B)]], { '0:/x': 'deleted /x by 1' }],
    ['twice in one layer', [[file('x', A), file('x', B)]], { '0:/x': 'overwritten /x by 0' }],
    ['replaced by a directory', [[file('x', A)], [file('x/y', B)]], { '0:/x': 'deleted /x by 1' }],
    // the other name keeps it
    ['one of two names', [[file('x', A), hardlink('y', 'x')], [whiteout('x')]], {}],
    ['no bytes', [[file('x')], [whiteout('x')]], {}],
    [
      'a directory',
      [[file('d/a', A), file('d/e/b', B), file('k', B)], [whiteout('d')]],
      { '0:/d/a': 'deleted /d by 1', '0:/d/e/b': 'deleted /d by 1' },
    ],
    [
      'the same file in three layers',
      [[file('x', A)], [file('x', A, { mode: 0o600 })], [file('x', B)]],
      { '0:/x': 'rewritten mode /x by 1', '1:/x': 'overwritten /x by 2' },
    ],
  ]
  for (const [name, layers, expected] of cases) assert.deepEqual(told(treeOf(...layers)), expected, name)
})

test('roots cover what they stand for and nothing else, and are few', () => {
  const roots = (paths: readonly string[], others: readonly string[] = []): readonly string[] => {
    const tree = treeOf([...paths, ...others].map(path => file(path.slice(1), A)))
    return coveringRoots(tree, tree.blobs.slice(0, paths.length), countFiles(tree))
  }
  assert.deepEqual(roots([]), [])
  assert.deepEqual(roots(['/a/b/x']), ['/a/b/x'])
  assert.deepEqual(roots(['/a/b/x', '/a/b/c/y']), ['/a/b', '/a/b'])
  assert.deepEqual(roots(['/a/b/x', '/a/c/y'], ['/a/z']), ['/a/b/x', '/a/c/y'])
  assert.deepEqual(roots(['/x', '/y']), ['/x', '/y'])
  const many = Array.from({ length: 9 }, (_, i) => `/app/d${i}/x`)
  const kept = Array.from({ length: 9 }, (_, i) => `/app/d${i}/kept`)
  assert.deepEqual(new Set(roots([...many, '/etc/x'], [...kept, '/etc/y'])), new Set(['/app', '/etc/x']))
})

test('the paths of a set are those that cover most of it, and each is told once', () => {
  const tree = treeOf([
    file('a/one', A),
    file('a/two', A),
    file('b/alone', B.repeat(5)),
    file('b/other', A),
    file('c/deep/er/single', A),
    file('d/twice', A),
    file('d/twice', B.repeat(2)),
    file('d/other', A),
  ])
  const wanted = tree.blobs.filter(blob => !blobPaths(tree, blob)[0]!.endsWith('/other'))
  const paths = (most: number): readonly string[] => coveringPaths(tree, wanted, countFiles(tree), most)
  assert.deepEqual(paths(9), ['/b/alone', '/d/twice', '/a', '/c/deep/er/single'])
  assert.deepEqual(paths(1), ['/b/alone'])
  for (const [id] of Array.from({ length: 6 }).entries())
    assert.equal(countSomeFiles(tree, tree.blobs)(id + 1), countFiles(tree)(id + 1), 'counted in both ways')
})

const BIG = 'c'.repeat(600_000)
const MORE = 'd'.repeat(600_000)

test('copies are told by the pair of directories that share them, from 1 MB on', () => {
  const tree = treeOf([
    file('app/lib/x', BIG),
    file('app/lib/y', MORE),
    file('src/lib/x', BIG),
    file('src/lib/y', MORE),
    file('once/x', BIG),
    file('small', 'e'),
    file('small2', 'e'),
  ])
  const found = [...findDuplicates(tree, () => true)].map(([index, { root, original }]) => [
    blobPaths(tree, tree.blobs[index]!)[0],
    root,
    original,
  ])
  assert.deepEqual(found, [
    ['/src/lib/x', '/src', '/app'],
    ['/src/lib/y', '/src', '/app'],
  ])
  assert.equal(findDuplicates(tree, path => !path.startsWith('/src')).size, 0)
})

test('hidden copies and hard links are no copies', () => {
  assert.equal(
    findDuplicates(treeOf([file('x', BIG + BIG)], [whiteout('x'), file('y', BIG + BIG)]), () => true).size,
    0,
  )
  assert.equal(findDuplicates(treeOf([file('x', BIG + BIG), hardlink('y', 'x')]), () => true).size, 0)
})
