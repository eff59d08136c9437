import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parentOf } from '../../src/path-parts.ts'
import { createRows, type RowFile } from '../../src/report/path-rows.ts'

type TestFile = Omit<RowFile, 'id' | 'directory'> & { readonly path: string; readonly sha256: string }

const anyFile: fc.Arbitrary<TestFile> = fc.record({
  path: fc
    .array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 5 })
    .map(names => `/${names.join('/')}`),
  sizeBytes: fc.oneof(fc.integer({ min: 0, max: 200_000 }), fc.constantFrom(0, 63_999, 64_000)),
  sha256: fc.constantFrom('aa', 'bb', 'cc'),
  layer: fc.integer({ min: 0, max: 2 }),
  owner: fc.constantFrom(null, 'dpkg:a', 'dpkg:b'),
  hiddenBy: fc.constantFrom(null, 3),
})

const rowsOf = (files: readonly TestFile[], limit: number) => {
  const builder = createRows({
    nameOf: id => files[id]!.path.slice(files[id]!.path.lastIndexOf('/') + 1),
    pathOf: id => files[id]!.path,
    sha256Of: id => files[id]!.sha256,
  })
  for (const [id, file] of files.entries()) builder.add({ ...file, directory: parentOf(file.path), id })
  return builder.rows(limit)
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

test('folded to any limit, rows keep every byte and file of each layer and owner, in one order', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(anyFile, {
        maxLength: 40,
        selector: file => `${file.path} ${file.layer} ${file.owner} ${file.hiddenBy}`,
      }),
      fc.integer({ min: 1, max: 12 }),
      fc.infiniteStream(fc.nat()),
      (files, limit, random) => {
        const rows = rowsOf(files, limit)
        for (const key of new Set(files.map(keyOf))) {
          const of = files.filter(file => keyOf(file) === key)
          const folded = rows.filter(row => keyOf(row) === key)
          assert.equal(sum(folded.map(row => row.bytes)), sum(of.map(file => file.sizeBytes)))
          assert.equal(sum(folded.map(row => row.files)), of.length)
        }
        // a layer's, an owner's and a hider's bytes are never mixed: so many rows there are at least
        assert.ok(rows.length <= Math.max(limit, new Set(files.map(keyOf)).size))
        const shuffled = [...files].map(file => [random.next().value, file] as const)
        const others = shuffled.sort(([a], [b]) => a - b).map(([, file]) => file)
        assert.deepEqual(rowsOf(others, limit), rows, 'whatever order the files came in')
      },
    ),
    { numRuns: 500, seed: 20261121 },
  )
})

test('the deepest and smallest rows are folded first, into the directory above', () => {
  const at = (path: string, sizeBytes: number): TestFile => ({
    path,
    sizeBytes,
    sha256: 'aa',
    layer: 0,
    owner: null,
    hiddenBy: null,
  })
  const rows = rowsOf(
    [at('/big.bin', 100_000), at('/a/b/one', 10), at('/a/c/two', 20), at('/a/three', 30)],
    3,
  )
  assert.deepEqual(
    rows.map(({ path, bytes, files, folded }) => [path, bytes, files, folded ?? false]),
    [
      ['/big.bin', 100_000, 1, false],
      ['/a', 40, 2, true],
      ['/a/c', 20, 1, false],
    ],
  )
})

const keyOf = ({ layer, owner, hiddenBy }: Pick<RowFile, 'layer' | 'owner' | 'hiddenBy'>): string =>
  `${layer} ${owner} ${hiddenBy}`

test('more rows than a call takes arguments are folded like any others', () => {
  const files = Array.from({ length: 130_000 }, (_, i) => ({
    path: `/d${i}/x`,
    sizeBytes: 1,
    sha256: 'aa',
    layer: 0,
    owner: null,
    hiddenBy: null,
  }))
  const rows = rowsOf(files, 50_000)
  assert.ok(rows.length <= 50_000)
  assert.equal(sum(rows.map(row => row.bytes)), files.length)
})
