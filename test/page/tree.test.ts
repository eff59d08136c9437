import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { areaOf, fullWords, sizeWords } from '../../page/measure.ts'
import { unpackRows } from '../../page/rows.ts'
import { searchTree } from '../../page/search.ts'
import { neighbour, type Tile } from '../../page/tiles.ts'
import { ancestry, buildTree, type Grouping, type Node } from '../../page/tree.ts'
import type { MapRow } from '../../src/render/html/page-types.ts'

const row = (path: string, base: number, head: number, overrides: Partial<MapRow> = {}): MapRow => ({
  path,
  kind: 'file',
  hidden: false,
  leftover: false,
  owner: null,
  line: 0,
  base,
  head,
  ...overrides,
})

const LINES = [
  { label: 'base image', text: '' },
  { label: 'Dockerfile:3', text: 'RUN make' },
]

const ROWS = [
  row('/usr/lib/libc.so', 50, 50, { owner: 'dpkg:libc6' }),
  row('/usr/lib', 5, 7, { kind: 'directory', owner: 'dpkg:libc6' }),
  row('/usr/bin/gcc', 0, 30, { owner: 'dpkg:gcc', line: 1, leftover: true }),
  row('/app/data', 20, 0, { line: 1 }),
  row('/app/data', 0, 4, { line: 1, hidden: true }),
]

const names = (node: Node): unknown =>
  node.children.length === 0 ? node.name : { [node.name]: node.children.map(names) }

test('by directory a chain of single directories is one step, and hidden bytes stand apart', () => {
  assert.deepEqual(names(buildTree(ROWS, LINES, 'directory')), {
    '/': [
      { usr: [{ lib: ['libc.so', 'smaller files'] }, { bin: ['gcc'] }] },
      { app: ['data', 'data (hidden)'] },
    ],
  })
})

test('by package the manager comes first, and what no package owns is one group', () => {
  assert.deepEqual(names(buildTree(ROWS, LINES, 'package')), {
    'all packages': [
      { dpkg: [{ libc6: [{ 'usr/lib': ['libc.so', 'smaller files'] }] }, { gcc: [{ 'usr/bin': ['gcc'] }] }] },
      { 'in no package': [{ app: ['data', 'data (hidden)'] }] },
    ],
  })
})

test('by line the instruction keeps its name for itself and stands beside it', () => {
  const tree = buildTree(ROWS, LINES, 'line')
  assert.deepEqual(
    tree.children.map(({ name, note, base, head }) => [name, note, base, head]),
    [
      ['base image', '', 55, 57],
      ['Dockerfile:3', 'RUN make', 20, 34],
    ],
  )
})

test('every grouping has the sums of the rows, and added and removed explain them', () => {
  const rows = fc.array(
    fc.record({
      path: fc
        .array(fc.constantFrom('a', 'b', '..', '__proto__', 'constructor', '<b>'), { maxLength: 5 })
        .map(parts => `/${parts.join('/')}`),
      kind: fc.constantFrom('file' as const, 'directory' as const),
      hidden: fc.boolean(),
      leftover: fc.boolean(),
      owner: fc.constantFrom(null, 'dpkg:a', 'apk:b', 'other:__proto__'),
      line: fc.constantFrom(0, 1, 2),
      base: fc.nat(1000),
      head: fc.nat(1000),
    }),
  )
  const check = (node: Node): void => {
    assert.equal(node.kept + node.added, node.head)
    assert.equal(node.kept + node.removed, node.base)
    assert.ok(node.added >= 0 && node.removed >= 0)
    for (const each of node.children) {
      assert.equal(each.parent, node)
      check(each)
    }
  }
  fc.assert(
    fc.property(rows, fc.constantFrom<Grouping>('directory', 'package', 'line'), (list, grouping) => {
      const tree = buildTree(list, LINES, grouping)
      check(tree)
      assert.equal(
        tree.base,
        list.reduce((sum, { base }) => sum + base, 0),
      )
      assert.equal(
        tree.head,
        list.reduce((sum, { head }) => sum + head, 0),
      )
    }),
    { numRuns: 300 },
  )
})

test('an area is what is shown, and words say it without colour', () => {
  const node = buildTree([row('/a', 10_000, 30_000), row('/b', 5000, 0)], LINES, 'directory')
  assert.deepEqual(
    (['both', 'head', 'base', 'change'] as const).map(show => areaOf(node, show)),
    [35_000, 30_000, 15_000, 25_000],
  )
  const [a, b] = node.children
  assert.equal(sizeWords(a!, true), '30.0 kB (+20.0 kB)')
  assert.equal(sizeWords(b!, true), '−5.0 kB')
  assert.equal(sizeWords(a!, false), '30.0 kB')
  assert.equal(fullWords(b!, true), 'head 0 B, base 5.0 kB, removed 5.0 kB')
})

test('a search finds by words of the path, lights what is in a find and what it is in', () => {
  const tree = buildTree(ROWS, LINES, 'directory')
  assert.equal(searchTree(tree, ' '), null)
  const found = (query: string): readonly string[] => searchTree(tree, query)!.found.map(({ name }) => name)
  assert.deepEqual(found('LIBC'), ['libc.so'])
  assert.deepEqual(found('usr gcc'), ['gcc'])
  assert.deepEqual(found('app'), ['app'], 'what is in a find is not found again')
  assert.deepEqual(found('nothing'), [])
  const { lit } = searchTree(tree, 'app')!
  assert.deepEqual([...lit].map(({ name }) => name).sort(), ['/', 'app', 'data', 'data (hidden)'])
})

test('rows come out as they were packed', () => {
  const packed = {
    hasBase: true,
    lines: LINES,
    owners: ['dpkg:gcc'],
    rows: [
      [0, '/usr/bin/gcc', 4, 0, 1, 0, 30] as const,
      [9, 'sh', 2, -1, 0, 1, 2] as const,
      [4, '', 1, -1, 0, 3, 4] as const,
    ],
  }
  assert.deepEqual(unpackRows(packed), [
    row('/usr/bin/gcc', 0, 30, { owner: 'dpkg:gcc', line: 1, leftover: true }),
    row('/usr/bin/sh', 1, 2, { hidden: true }),
    row('/usr', 3, 4, { kind: 'directory' }),
  ])
})

test('an arrow key goes to the tile that a person would point at', () => {
  const tile = (name: string, x: number, y: number): Tile => ({
    node: buildTree([row(`/${name}`, 0, 1)], LINES, 'directory').children[0]!,
    x,
    y,
    width: 100,
    height: 100,
    isFrame: false,
    depth: 1,
  })
  const [a, b, c, d] = [tile('a', 0, 0), tile('b', 100, 0), tile('c', 0, 100), tile('d', 100, 100)]
  const all = [a!, b!, c!, d!]
  assert.equal(neighbour(all, a!, 'right'), b)
  assert.equal(neighbour(all, a!, 'down'), c)
  assert.equal(neighbour(all, d!, 'up'), b)
  assert.equal(neighbour(all, d!, 'left'), c)
  assert.equal(neighbour(all, a!, 'left'), null)
  assert.deepEqual(
    ancestry(a!.node).map(({ name }) => name),
    ['/', 'a'],
  )
})
