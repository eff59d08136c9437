import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CorruptError } from '../../src/errors.ts'
import { readPax } from '../../src/tar/pax.ts'
import { paxRecords } from '../support/make-tar.ts'

const read = (records: Record<string, string | Uint8Array>) => readPax(paxRecords(records), 512)
const text = (bytes: Uint8Array | null): string | null => bytes && Buffer.from(bytes).toString('latin1')

test('the records that concern an entry are read and the rest is passed by', () => {
  const pax = read({
    mtime: '1500000000.5',
    path: 'a/caf\u00e9',
    linkpath: 'b',
    size: '000000000000000000000999',
    uid: '1000',
    gid: '4294967295',
    'SCHILY.xattr.user.x': 'any\0bytes=\n',
    comment: '',
    uname: 'root',
  })
  assert.equal(text(pax.path), Buffer.from('a/caf\u00e9').toString('latin1'))
  assert.equal(text(pax.link), 'b')
  assert.deepEqual([pax.sizeBytes, pax.uid, pax.gid, pax.sparse], [999, 1000, 4294967295, null])
})

test('of extended attributes the capabilities of a program are kept, in the form that builders write', () => {
  const value = Uint8Array.from([1, 0, 0, 2, 0, 0x0a, 0x3d])
  assert.deepEqual(
    Buffer.from(read({ 'SCHILY.xattr.security.capability': value }).capability!).toString('hex'),
    '01000002000a3d',
  )
  for (const other of ['SCHILY.xattr.security.selinux', 'LIBARCHIVE.xattr.security.capability', 'SCHILY.dev'])
    assert.equal(read({ [other]: value }).capability, null, other)
  const long = Buffer.alloc(25, 1)
  assert.equal(read({ 'SCHILY.xattr.security.capability': long }).capability, null, 'longer than any')
})

test('a key given twice counts as given last', () => {
  const twice = Buffer.concat([paxRecords({ path: 'one' }), paxRecords({ path: 'two' })])
  assert.equal(text(readPax(twice, 0).path), 'two')
})

test('an empty name is a name, and an empty header says nothing', () => {
  assert.equal(text(read({ path: '' }).path), '')
  assert.equal(readPax(new Uint8Array(0), 0).path, null)
})

test('zeros after the last record are padding', () => {
  const padded = Buffer.concat([paxRecords({ path: 'a' }), Buffer.alloc(7)])
  assert.equal(text(readPax(padded, 0).path), 'a')
})

test('a header that is not exactly its records is refused with the byte where it goes wrong', () => {
  const good = paxRecords({ mtime: '1' }).toString('latin1')
  const cases: [string, RegExp][] = [
    ['path=a\n', /byte 512: a pax record without its length/],
    [' 9 path=a\n', /byte 512: a pax record without its length/],
    ['9\tpath=a\n', /without its length/],
    ['9path=a\n', /without its length/],
    ['-9 path=a\n', /without its length/],
    ['8 path=a\n', /is not 8 bytes long/],
    ['11 path=a\n', /is not 11 bytes long/],
    ['99999999999999999999999999 path=a\n', /bytes long, as it says/],
    ['0 path=a\n', /is not 0 bytes long/],
    ['4 a=', /is not 4 bytes long/],
    ['9 path a\n', /not "length key=value"/],
    ['6 =ab\n', /not "length key=value"/],
    ['8 pa\0=a\n', /not "length key=value"/],
    [`${good}x`, new RegExp(`byte ${512 + good.length}: a pax record without its length`)],
    [`${good}\0\0x`, /data after the last pax record/],
  ]
  for (const [bytes, message] of cases)
    assert.throws(
      () => readPax(Buffer.from(bytes, 'latin1'), 512),
      { constructor: CorruptError, message },
      JSON.stringify(bytes),
    )
})

test('a value that readers would take differently is refused', () => {
  const cases: [Record<string, string>, RegExp][] = [
    [{ path: 'a\0b' }, /"path" has a zero byte/],
    [{ linkpath: '\0' }, /"linkpath" has a zero byte/],
    [{ size: '-1' }, /"size" is not a number/],
    [{ size: '+1' }, /"size" is not a number/],
    [{ size: '0x10' }, /"size" is not a number/],
    [{ size: '1.0' }, /"size" is not a number/],
    [{ size: '' }, /"size" is empty/],
    [{ size: '9007199254740992' }, /"size" is too large/],
    [{ uid: '4294967296' }, /"uid" is out of range/],
    [{ gid: 'root' }, /"gid" is not a number/],
    [{ 'GNU.sparse.numbytes': '1' }, /sparse map is out of order/],
    [{ 'GNU.sparse.map': '1,,2' }, /"GNU.sparse.map" is empty/],
    [{ 'GNU.sparse.map': '1, 2' }, /"GNU.sparse.map" is not a number/],
  ]
  for (const [records, message] of cases) assert.throws(() => read(records), message, JSON.stringify(records))
})

test('a sparse map is the same as pairs and as a list', () => {
  const pairs = Buffer.concat([
    paxRecords({ 'GNU.sparse.size': '100', 'GNU.sparse.numblocks': '2' }),
    paxRecords({ 'GNU.sparse.offset': '0', 'GNU.sparse.numbytes': '10' }),
    paxRecords({ 'GNU.sparse.offset': '50', 'GNU.sparse.numbytes': '5' }),
  ])
  const list = { 'GNU.sparse.size': '100', 'GNU.sparse.numblocks': '2', 'GNU.sparse.map': '0,10,50,5' }
  assert.deepEqual(readPax(pairs, 0).sparse, read(list).sparse)
  assert.deepEqual(read(list).sparse?.map, [0, 10, 50, 5])
})
