import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  directory,
  file,
  hardlink,
  type MadeEntry,
  makeTar,
  opaque,
  symlink,
  whiteout,
} from '../support/make-tar.ts'
import { readTar } from '../support/read-tar.ts'

const body = (bytes: number): string => 'abcdefghij'.repeat(Math.ceil(bytes / 10)).slice(0, bytes)
const deep = `${'directory/'.repeat(30)}name`

const ARCHIVES: Readonly<Record<string, readonly MadeEntry[]>> = {
  small: [
    directory('a'),
    file('a/b', 'text'),
    symlink('a/c', 'b'),
    hardlink('a/d', 'a/b'),
    whiteout('a/e'),
    opaque('a'),
  ],
  bodies: [0, 1, 511, 512, 513, 1023, 1024, 5000].map(bytes => file(`f${bytes}`, body(bytes))),
  pax: [
    file(deep, body(600)),
    symlink('s', deep, { pax: { uid: '70000', mtime: '1.5' } }),
    file('last', body(512)),
  ],
  gnu: [
    file(deep, body(600), { longNames: 'gnu' }),
    symlink(deep, deep, { longNames: 'gnu' }),
    file('last', body(1)),
  ],
  sparse: [
    file('holes', `2\n0\n500\n4096\n200\n${'\0'.repeat(512 - 17)}${body(700)}`, {
      pax: { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': '9000' },
    }),
    file('after', body(100)),
  ],
}

test('the chunks in which an archive comes change nothing', () => {
  for (const [name, entries] of Object.entries(ARCHIVES)) {
    const archive = makeTar(entries)
    const whole = readTar(archive)
    assert.ok('entries' in whole && whole.entries.length === entries.length, name)
    for (const chunkBytes of [1, 7, 511, 512, 513, 1024, 4096])
      assert.deepEqual(readTar(archive, chunkBytes), whole, `${name} in chunks of ${chunkBytes}`)
  }
})

test('an archive that is cut anywhere is refused, or says that its end marker is missing', () => {
  for (const [name, entries] of Object.entries(ARCHIVES)) {
    const archive = makeTar(entries)
    const marker = archive.length - 1024
    for (let at = 0; at <= archive.length; at += 1) {
      // every byte of the small one, the edges of each block of the others
      if (name !== 'small' && at % 512 > 1 && at % 512 < 511) continue
      const reading = readTar(archive.subarray(0, at))
      if ('error' in reading) continue
      assert.equal(reading.end.endMarker, at >= marker + 512, `${name} cut at ${at}`)
      const whole = readTar(archive)
      assert.ok('entries' in whole)
      assert.deepEqual(
        reading.entries,
        whole.entries.slice(0, reading.entries.length),
        `${name} cut at ${at}`,
      )
    }
  }
})

test('a cut inside a header or a body is always an error', () => {
  const archive = makeTar([file('a', body(1000)), file('b', body(10))], { endMarker: false })
  // 0: nothing; 1512 … 2048: the first entry, in its padding or whole; 2570 … 3072: the second one
  for (let at = 0; at <= archive.length; at += 1) {
    const atBoundary = at === 0 || (at >= 1512 && at <= 1536) || at >= 2058
    assert.equal('error' in readTar(archive.subarray(0, at)), !atBoundary, `cut at ${at}`)
  }
})
