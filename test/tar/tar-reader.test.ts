import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { CorruptError } from '../../src/errors.ts'
import { createTarReader } from '../../src/tar/tar-reader.ts'
import {
  directory,
  file,
  hardlink,
  headerBlock,
  type MadeEntry,
  makeTar,
  padded,
  paxRecords,
  symlink,
} from '../support/make-tar.ts'
import { type ReadEntry, readTar } from '../support/read-tar.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const ZEROS = Buffer.alloc(1024)

/** The entries of an archive that must be good. */
const entriesOf = (...parts: readonly Uint8Array[]): readonly ReadEntry[] => {
  const reading = readTar(Buffer.concat([...parts, ZEROS]))
  if ('error' in reading) throw new Error(reading.error)
  assert.deepEqual(reading.end, { endMarker: true, trailingData: false })
  return reading.entries
}
const brief = (...parts: readonly Uint8Array[]): unknown[] =>
  entriesOf(...parts).map(entry => [entry.path, entry.type, entry.sizeBytes, entry.link])

/** The error that an archive must end with. */
const errorOf = (...parts: readonly Uint8Array[]): string => {
  const reading = readTar(Buffer.concat(parts))
  assert.ok('error' in reading, `no error but ${JSON.stringify(reading)}`)
  return reading.error
}

const made = (...entries: MadeEntry[]): Buffer => makeTar(entries, { endMarker: false })
const extended = (type: 'extended' | 'global', records: Record<string, string>): Buffer =>
  made({ path: 'PaxHeaders/x', type, content: paxRecords(records) })
const typed = (letter: string, entry: MadeEntry): Buffer =>
  Buffer.concat([
    headerBlock(entry, block => block.write(letter, 156, 'latin1')),
    padded(entry.content ?? ''),
  ])

test('entries come in order with everything the header says', () => {
  assert.deepEqual(
    entriesOf(
      made(
        directory('etc', { uid: 1, gid: 2 }),
        file('etc/motd', 'hello', { mode: 0o4755, uid: 1000, gid: 3_000_000_000 }),
        symlink('etc/link', '../motd'),
        hardlink('etc/second', 'etc/motd'),
        { path: 'dev/null', type: 'char' },
      ),
    ),
    [
      ['etc/', 'directory', 0, 0o755, 1, 2, null, ''],
      ['etc/motd', 'file', 5, 0o4755, 1000, 3_000_000_000, null, 'hello'],
      ['etc/link', 'symlink', 0, 0o777, 0, 0, '../motd', ''],
      ['etc/second', 'hardlink', 0, 0o644, 0, 0, 'etc/motd', ''],
      ['dev/null', 'other', 0, 0o644, 0, 0, null, ''],
    ].map(([path, type, sizeBytes, mode, uid, gid, link, content]) => ({
      path,
      type,
      sizeBytes,
      storedBytes: sizeBytes,
      mode,
      uid,
      gid,
      link,
      sparse: false,
      sha256: sha256(content as string),
    })),
  )
})

test('the same path twice is delivered twice', () => {
  assert.deepEqual(brief(made(file('a', '1'), file('a', '22'))), [
    ['a', 'file', 1, null],
    ['a', 'file', 2, null],
  ])
})

test('long names are read from PAX and from GNU headers', () => {
  const long = `${'d/'.repeat(120)}name`
  for (const longNames of ['pax', 'gnu'] as const)
    assert.deepEqual(
      brief(made(symlink(long, `../${long}`, { longNames }), file('next'))),
      [
        [long, 'symlink', 0, `../${long}`],
        ['next', 'file', 0, null],
      ],
      longNames,
    )
})

test('PAX records apply to the next entry alone, global ones to all that follow', () => {
  assert.deepEqual(
    entriesOf(
      extended('extended', { path: 'renamed', uid: '5', gid: '6' }),
      made(file('one')),
      made(file('two')),
      extended('global', { uid: '7', comment: 'all' }),
      made(file('three')),
      extended('extended', { uid: '8' }),
      made(file('four')),
      extended('global', { gid: '9' }),
      made(file('five')),
    ).map(({ path, uid, gid }) => [path, uid, gid]),
    [
      ['renamed', 5, 6],
      ['two', 0, 0],
      ['three', 7, 0],
      ['four', 8, 0],
      ['five', 7, 9],
    ],
  )
})

test('a PAX size counts for the body of a file, and for nothing else', () => {
  const body = padded('x'.repeat(600))
  const header = headerBlock({ path: 'a', statedSize: 0 })
  assert.deepEqual(brief(extended('extended', { size: '600' }), header, body, made(file('b'))), [
    ['a', 'file', 600, null],
    ['b', 'file', 0, null],
  ])
  // the long name in between has a body of its own size: what hides there is no entry
  const long = `${'n'.repeat(150)}`
  assert.deepEqual(
    brief(
      extended('extended', { size: '512' }),
      made(file(long, padded('x'.repeat(512)), { longNames: 'gnu' })),
      made(file('b')),
    ),
    [
      [long, 'file', 512, null],
      ['b', 'file', 0, null],
    ],
  )
  assert.deepEqual(brief(extended('extended', { size: '600' }), made(symlink('s', 't'), file('b'))), [
    ['s', 'symlink', 0, 't'],
    ['b', 'file', 0, null],
  ])
  assert.match(
    errorOf(extended('global', { size: '600' }), header, body),
    /a global extended header that gives a size to all entries/,
  )
})

test('of several headers of one kind the last one alone counts', () => {
  const paths = [extended('extended', { path: 'one', uid: '3' }), extended('extended', { linkpath: 'two' })]
  assert.deepEqual(
    entriesOf(...paths, made(symlink('own', 'own'))).map(({ path, link, uid }) => [path, link, uid]),
    [['own', 'two', 0]],
  )
  const names = ['one', 'two'].map(content => made({ path: '././@LongLink', type: 'gnuLongName', content }))
  assert.deepEqual(brief(...names, made(file('own'))), [['two', 'file', 0, null]])
})

test('PAX and GNU headers may give the same name, but not two', () => {
  const gnu = made({ path: '././@LongLink', type: 'gnuLongName', content: 'one\0' })
  assert.deepEqual(brief(gnu, extended('extended', { path: 'one' }), made(file('own'))), [
    ['one', 'file', 0, null],
  ])
  assert.deepEqual(brief(gnu, extended('extended', { uid: '1' }), made(file('own'))), [
    ['one', 'file', 0, null],
  ])
  for (const order of [
    [gnu, extended('extended', { path: 'two' })],
    [extended('extended', { path: 'two' }), gnu],
  ])
    assert.match(errorOf(...order, made(file('own'))), /PAX and GNU headers give different names/)
})

test('links, directories and devices have no body, whatever size they state', () => {
  for (const type of ['hardlink', 'symlink', 'char', 'block', 'directory', 'fifo'] as const) {
    const archive = [
      headerBlock({ path: 'a', type, link: 'b', statedSize: 4096 }),
      made(file('next', 'text')),
    ]
    assert.deepEqual(
      brief(...archive).map(entry => (entry as unknown[])[0]),
      ['a', 'next'],
      type,
    )
  }
})

test('the body of an unknown type is passed over and not delivered', () => {
  for (const letter of ['A', 'N', 'V', 'Z', '8'])
    assert.deepEqual(
      entriesOf(typed(letter, file('a', 'x'.repeat(700))), made(file('b', 'y'))).map(
        ({ path, type, sizeBytes, storedBytes }) => [path, type, sizeBytes, storedBytes],
      ),
      [
        ['a', 'other', 0, 0],
        ['b', 'file', 1, 1],
      ],
      letter,
    )
  assert.deepEqual(brief(typed('D', file('d/', 'Yname\0')), made(file('b'))), [
    ['d/', 'directory', 0, null],
    ['b', 'file', 0, null],
  ])
})

test('the file of v7 is a directory when its name ends with a slash', () => {
  assert.deepEqual(
    brief(typed('\0', file('a/')), typed('\0', file('b', 'text')), typed('7', file('c', 'x'))),
    [
      ['a/', 'directory', 0, null],
      ['b', 'file', 4, null],
      ['c', 'file', 1, null],
    ],
  )
})

test('an archive ends with two blocks of zeros, or one at the end of the bytes', () => {
  const one = made(file('a', 'x'))
  const end = (...parts: Uint8Array[]): unknown => {
    const reading = readTar(Buffer.concat(parts))
    assert.ok('end' in reading && reading.entries.length === 1, JSON.stringify(reading))
    return [reading.end.endMarker, reading.end.trailingData]
  }
  assert.deepEqual(end(one), [false, false])
  assert.deepEqual(end(one.subarray(0, 513)), [false, false], 'without the padding of the last body')
  assert.deepEqual(end(one, Buffer.alloc(512)), [true, false])
  assert.deepEqual(end(one, Buffer.alloc(700)), [true, false])
  assert.deepEqual(end(one, ZEROS), [true, false])
  assert.deepEqual(end(one, Buffer.alloc(10240)), [true, false])
  assert.deepEqual(end(one, ZEROS, Buffer.from('x')), [true, true])
  assert.deepEqual(end(one, ZEROS, made(file('hidden', 'y')), ZEROS), [true, true])
  assert.deepEqual(end(one, Buffer.alloc(100_000), Buffer.from([1])), [true, true])
  assert.deepEqual(readTar(new Uint8Array(0)), {
    entries: [],
    end: { endMarker: false, trailingData: false },
  })
  assert.deepEqual(brief(), [])
})

test('what cannot be read to its end is refused, with the byte', () => {
  const one = made(file('a', 'x'))
  const cases: [Uint8Array[], RegExp][] = [
    [[one, Buffer.alloc(512), one], /^tar, byte 1536: data after a single block of zeros/],
    [[one, Buffer.alloc(512), Buffer.from('x')], /^tar, byte 1537: data after a single block of zeros/],
    [[one, one.subarray(0, 511)], /^tar, byte 1535: the archive ends inside a header/],
    [[one, Buffer.alloc(100)], /^tar, byte 1124: the archive ends inside a header/],
    [
      [headerBlock(file('a', 'x'.repeat(2000)))],
      /^tar, byte 512: the archive ends 2000 bytes before the end/,
    ],
    [[typed('Z', { path: 'a', statedSize: 5 })], /^tar, byte 512: the archive ends 5 bytes before the end/],
    [[one, Buffer.from('garbage'.padEnd(512))], /^tar, byte 1024: the checksum of the header is wrong/],
    [
      [extended('extended', { path: 'b' })],
      /^tar, byte 1024: an extended header is not followed by the entry/,
    ],
    [[extended('extended', { path: 'b' }), ZEROS], /an extended header is not followed by the entry/],
    [[extended('extended', { path: 'b' }).subarray(0, 600)], /the archive ends inside a header/],
    [[headerBlock({ path: 'a', statedSize: -1 })], /^tar, byte 0: the size -1 is out of range/],
    [[headerBlock({ path: 'a', statedSize: 2 ** 60 })], /^tar, byte 0: the size \d+ is out of range/],
  ]
  for (const [parts, message] of cases) assert.match(errorOf(...parts), message)
})

test('a limit that is passed is named', () => {
  const limited = (archive: Buffer, limits: object): unknown => readTar(archive, archive.length, limits)
  const cases: [Buffer, object, string][] = [
    [made(file('a'), file('b')), { entries: 1 }, 'tar, byte 512: more than 1 entries, which is the limit'],
    [
      made(file('n'.repeat(150), '', { longNames: 'gnu' })),
      { pathBytes: 149 },
      'tar, byte 0: a name of 151 bytes: the limit is 149',
    ],
    [
      made(file('a', '', { pax: { path: 'n'.repeat(150) } })),
      { pathBytes: 149 },
      'tar, byte 1024: a name of more than 149 bytes, which is the limit',
    ],
    [
      made(file('a', '', { pax: { comment: 'n'.repeat(150) } })),
      { paxBytes: 100 },
      'tar, byte 0: an extended header of 163 bytes: the limit is 100',
    ],
  ]
  for (const [archive, limits, error] of cases) {
    assert.deepEqual(limited(archive, limits), { error })
    assert.ok('entries' in readTar(archive), 'within the defaults')
  }
  const huge = headerBlock({ path: 'x', type: 'extended', statedSize: 2 ** 40 })
  assert.equal(errorOf(huge), 'tar, byte 0: an extended header of 1099511627776 bytes: the limit is 1048576')
})

test('after an error every call throws it again', () => {
  const reader = createTarReader({ entry: () => {}, body: () => {}, entryEnd: () => {} })
  const wrong = Buffer.alloc(512, 1)
  assert.throws(() => reader.write(wrong), CorruptError)
  assert.throws(() => reader.write(ZEROS), /checksum/)
  assert.throws(() => reader.end(), /checksum/)
  const failing = createTarReader({
    entry: () => {
      throw new Error('no room')
    },
    body: () => {},
    entryEnd: () => {},
  })
  assert.throws(() => failing.write(made(file('a'))), /no room/)
  assert.throws(() => failing.end(), /no room/)
})

test('a body is handed on without copying it', () => {
  const archive = made(file('a', 'x'.repeat(5000)))
  const chunks: Uint8Array[] = []
  const reader = createTarReader({ entry: () => {}, body: chunk => chunks.push(chunk), entryEnd: () => {} })
  reader.write(archive)
  assert.deepEqual(
    chunks.map(chunk => [
      chunk.buffer === archive.buffer,
      chunk.byteOffset - archive.byteOffset,
      chunk.length,
    ]),
    [[true, 512, 5000]],
  )
})
