import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { file, headerBlock, makeTar, padded, paxRecords } from '../support/make-tar.ts'
import { readTar } from '../support/read-tar.ts'

const ZEROS = Buffer.alloc(1024)
const DATA = 'x'.repeat(700)
const sha256 = createHash('sha256').update(DATA).digest('hex')
const after = makeTar([file('after', 'y')])

/** What is read of a sparse file that is followed by one more entry: the first entry, or the error. */
const read = (sparse: Uint8Array, limits = {}): unknown => {
  const archive = Buffer.concat([sparse, after])
  const reading = readTar(archive, archive.length, limits)
  assert.deepEqual(readTar(archive, 1, limits), reading, 'one byte at a time')
  if ('error' in reading) return reading.error
  assert.deepEqual(
    reading.entries.map(entry => entry.path),
    [reading.entries[0]!.path, 'after'],
  )
  const { path, type, sizeBytes, storedBytes, sparse: isSparse, sha256 } = reading.entries[0]!
  return { path, type, sizeBytes, storedBytes, sparse: isSparse, sha256 }
}

const good = { path: 'holes', type: 'file', sizeBytes: 10_000, storedBytes: 700, sparse: true, sha256 }

const octal = (value: number): string => `${value.toString(8).padStart(11, '0')}\0`
const parts = (pairs: readonly number[]): string => pairs.map(octal).join('')

/** An old GNU sparse file: four parts in the header, 21 in each block after it. */
const oldSparse = (pairs: readonly number[], realSize: number | string, data = DATA): Buffer => {
  const blocks: Buffer[] = []
  const rest = pairs.slice(8)
  for (let at = 0; at < rest.length; at += 42) {
    const block = Buffer.alloc(512)
    block.write(parts(rest.slice(at, at + 42)), 0, 'latin1')
    if (at + 42 < rest.length) block[504] = 1
    blocks.push(block)
  }
  const header = headerBlock({ path: 'holes', content: data }, block => {
    block.write('S', 156)
    block.write('ustar  \0', 257, 'latin1')
    block.write(parts(pairs.slice(0, 8)), 386, 'latin1')
    if (rest.length > 0) block[482] = 1
    block.write(typeof realSize === 'string' ? realSize : octal(realSize), 483, 'latin1')
  })
  return Buffer.concat([header, ...blocks, padded(data)])
}

const paxSparse = (records: Record<string, string>, content: string | Uint8Array = DATA): Buffer =>
  makeTar(
    [
      file('GNUSparseFile.1/holes', content, {
        pax: Object.fromEntries(Object.entries(records).map(([key, value]) => [`GNU.sparse.${key}`, value])),
      }),
    ],
    { endMarker: false },
  )

const ONE_0 = { major: '1', minor: '0', name: 'holes', realsize: '10000' }
const bodyWithMap = (numbers: readonly (number | string)[], data = DATA): Buffer =>
  Buffer.concat([padded(numbers.map(number => `${number}\n`).join('')), Buffer.from(data)])

/** Pairs of `count` parts of one byte each, two bytes apart. */
const many = (count: number): number[] => Array.from({ length: count }, (_, i) => [i * 2, 1]).flat()

test('an old GNU sparse file has the size of the whole and the body of its parts', () => {
  assert.deepEqual(read(oldSparse([0, 500, 4096, 200], 10_000)), good)
  assert.deepEqual(read(oldSparse([0, 500, 4096, 200, 10_000, 0], 10_000)), good)
  for (const count of [4, 5, 25, 26, 46, 47, 200]) {
    const expected = createHash('sha256').update('d'.repeat(count)).digest('hex')
    assert.deepEqual(
      read(oldSparse(many(count), 10_000, 'd'.repeat(count))),
      { ...good, storedBytes: count, sha256: expected },
      `${count} parts`,
    )
  }
})

test('a PAX sparse file is the same in all three formats', () => {
  const list = { name: 'holes', size: '10000', numblocks: '2', map: '0,500,4096,200' }
  assert.deepEqual(read(paxSparse(list)), good)
  assert.deepEqual(read(paxSparse({ ...list, major: '0', minor: '1' })), good)
  assert.deepEqual(read(paxSparse(ONE_0, bodyWithMap([2, 0, 500, 4096, 200]))), good)
})

test('a map at the head of the body may be longer than one block', () => {
  const numbers = [300, ...many(300)]
  const expected = createHash('sha256').update('d'.repeat(300)).digest('hex')
  assert.deepEqual(read(paxSparse(ONE_0, bodyWithMap(numbers, 'd'.repeat(300)))), {
    ...good,
    storedBytes: 300,
    sha256: expected,
  })
})

test('a file of nothing but a hole stores nothing', () => {
  const nothing = { ...good, storedBytes: 0, sha256: createHash('sha256').digest('hex') }
  assert.deepEqual(read(oldSparse([], 10_000, '')), nothing)
  assert.deepEqual(read(oldSparse([10_000, 0], 10_000, '')), nothing)
  assert.deepEqual(read(paxSparse(ONE_0, bodyWithMap([0], ''))), nothing)
  assert.deepEqual(read(paxSparse(ONE_0, bodyWithMap([1, 10_000, 0], ''))), nothing)
})

test('a nominal size as large as a file may be costs nothing, and a larger one is refused', () => {
  const huge = { ...ONE_0, realsize: String(2 ** 44) }
  assert.deepEqual(read(paxSparse(huge, bodyWithMap([1, 2 ** 44 - 700, 700]))), {
    ...good,
    sizeBytes: 2 ** 44,
  })
  assert.match(
    read(paxSparse({ ...ONE_0, realsize: String(2 ** 44 + 1) }, bodyWithMap([0], ''))) as string,
    /a sparse file of 17592186044417 bytes: the limit is 17592186044416/,
  )
  assert.match(
    read(paxSparse({ ...ONE_0, realsize: '9223372036854775807' }, bodyWithMap([0], ''))) as string,
    /"GNU.sparse.realsize" is too large a number/,
  )
  assert.match(
    read(oldSparse([], '\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff', '')) as string,
    /out of range/,
  )
})

test('a map that does not fit the file or the body is refused', () => {
  const overlap = 'tar, byte 0: a sparse map whose parts overlap or lie outside the file'
  const cases: [Buffer, string | RegExp][] = [
    [oldSparse([0, 500, 499, 200], 10_000), overlap],
    [oldSparse([4096, 500, 0, 200], 10_000), overlap],
    [oldSparse([0, 500, 9900, 200], 10_000), overlap],
    [oldSparse([0, 500], 10_000), 'tar, byte 0: a sparse map of 500 bytes for a body of 700'],
    [oldSparse([0, 500, 600, 300], 10_000), 'tar, byte 0: a sparse map of 800 bytes for a body of 700'],
    [oldSparse([0, 700], 'xyz'), /the size of a sparse file is not a number/],
    [paxSparse({ ...ONE_0, minor: '1' }), /an unknown format of sparse files \(1\.1\)/],
    [paxSparse({ major: '2', name: 'holes' }), /an unknown format of sparse files \(2\.\)/],
    [paxSparse({ name: 'holes', size: '10000' }), /a sparse file without a map/],
    [paxSparse({ size: '10000', map: '0,700' }), /a sparse map of 1 parts that says it has none/],
    [
      paxSparse({ size: '10000', map: '0,700', numblocks: '2' }),
      /a sparse map of 1 parts that says it has 2/,
    ],
    [paxSparse({ size: '10000', map: '0', numblocks: '1' }), /a sparse map of 0.5 parts/],
    [paxSparse(ONE_0, bodyWithMap(['2', '0', 'x'])), /a sparse map that is not a list of numbers/],
    [paxSparse(ONE_0, bodyWithMap([''])), /a sparse map that is not a list of numbers/],
    [paxSparse(ONE_0, bodyWithMap(['-1'])), /a sparse map that is not a list of numbers/],
    [paxSparse(ONE_0, bodyWithMap(['9'.repeat(20)])), /a sparse map that is not a list of numbers/],
    [paxSparse(ONE_0, bodyWithMap([2, 0, 500])), /a sparse map that is not a list of numbers/],
    [paxSparse(ONE_0, '1\n0\n'), /a sparse map that is longer than the body it is in/],
  ]
  for (const [archive, error] of cases) {
    const result = read(archive)
    if (typeof error === 'string') assert.equal(result, error)
    else assert.match(String(result), error)
  }
})

test('only a regular file can have holes, and only one map', () => {
  const cannot = /a sparse map for an entry that cannot have one/
  const records = { 'GNU.sparse.size': '9', 'GNU.sparse.numblocks': '0', 'GNU.sparse.map': '' }
  assert.match(
    read(makeTar([{ path: 'a', type: 'symlink', link: 'b', pax: records }], { endMarker: false })) as string,
    cannot,
  )
  const pax = makeTar([{ path: 'x', type: 'extended', content: paxRecords(records) }], { endMarker: false })
  assert.match(read(Buffer.concat([pax, oldSparse([0, 700], 10_000)])) as string, cannot)
  const ustar = headerBlock({ path: 'holes' }, block => block.write('S', 156))
  assert.match(read(ustar) as string, cannot)
})

test('a map of more parts than the limit is refused before it is read', () => {
  const limit = /a sparse file of more than 10 parts, which is the limit/
  const limits = { sparseParts: 10 }
  assert.match(read(oldSparse(many(11), 10_000, 'd'.repeat(11)), limits) as string, limit)
  assert.match(read(paxSparse(ONE_0, bodyWithMap([11])), limits) as string, limit)
  assert.match(
    read(paxSparse({ size: '99', numblocks: '11', map: many(11).join() }), limits) as string,
    limit,
  )
  assert.match(
    read(paxSparse(ONE_0, bodyWithMap(['9999999999999999999']))) as string,
    /a sparse file of more than 43690 parts, which is the limit/,
  )
})

test('an archive that ends inside a map is refused', () => {
  for (const archive of [
    oldSparse(many(30), 10_000, 'd'.repeat(30)),
    paxSparse(ONE_0, bodyWithMap([300, ...many(300)], 'd'.repeat(300))),
  ])
    for (let at = 512; at < archive.length; at += 512) {
      const reading = readTar(Buffer.concat([archive.subarray(0, at)]))
      assert.ok('error' in reading, `cut at ${at}`)
    }
  // zeros are no end marker in the middle of a map
  const cut = oldSparse(many(30), 10_000, 'd'.repeat(30)).subarray(0, 512)
  assert.ok('error' in readTar(Buffer.concat([cut, ZEROS])))
})
