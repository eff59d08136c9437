import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CorruptError } from '../../src/errors.ts'
import { readNumber } from '../../src/tar/fields.ts'
import { isZeroBlock, looksLikeTar, readHeader } from '../../src/tar/header.ts'
import { headerBlock, withChecksum } from '../support/make-tar.ts'

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const field = (...bytes: (string | number)[]): Buffer =>
  Buffer.concat(
    bytes.map(part => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from([part]))),
  )

test('a number is octal, base-256 or nothing, and anything else is none', () => {
  const cases: [Buffer, number][] = [
    [field('0000644\0'), 0o644],
    [field('000644 \0'), 0o644],
    [field('   644\0 '), 0o644],
    [field('77777777'), 0o77777777],
    [field('644\0junk'), 0o644],
    [field('\0\0\0\0\0\0\0\0'), 0],
    [field('        '), 0],
    [field('\0      \0'), 0],
    [field(0x80, 0, 0, 0, 0, 0, 1, 2), 258],
    [field(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe), -2],
    [field(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), -1],
    [field('0000648\0'), Number.NaN],
    [field('0644 1\0 '), Number.NaN],
    [field('-1\0     '), Number.NaN],
    [field('0x1f\0   '), Number.NaN],
    // GNU tar and Python read 0 here and Go reads 14
    [field('\0\0\0\x016\0'), Number.NaN],
  ]
  for (const [bytes, expected] of cases)
    assert.equal(readNumber(bytes, 0, bytes.length), expected, JSON.stringify(text(bytes)))
})

test('a base-256 size of 12 bytes is exact up to 2^53 - 1 and out of range above', () => {
  const largest = field(0x80, 0, 0, 0, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
  assert.equal(readNumber(largest, 0, 12), 0x1fffffffffffff)
  const block = (size: Buffer): Buffer => headerBlock({ path: 'a' }, b => size.copy(b, 124))
  assert.equal(readHeader(block(largest), 0).sizeBytes, Number.MAX_SAFE_INTEGER)
  for (const size of [field(0x80, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0), field(0xff, ...Array(11).fill(0xff))])
    assert.throws(() => readHeader(block(size), 512), /byte 512: the size .* is out of range/)
})

test('fields are read as written', () => {
  const header = readHeader(
    headerBlock({ path: 'a/b', type: 'symlink', link: '../c', mode: 0o4755, uid: 7, gid: 4294967294 }),
    0,
  )
  assert.deepEqual(
    { ...header, path: text(header.path), link: text(header.link) },
    {
      path: 'a/b',
      link: '../c',
      typeFlag: 0x32,
      format: 'ustar',
      mode: 0o4755,
      uid: 7,
      gid: 4294967294,
      sizeBytes: 0,
    },
  )
})

test('the magic decides what stands behind the name', () => {
  const name = (set: (block: Buffer) => void): [string, string] => {
    const header = readHeader(headerBlock({ path: 'name' }, set), 0)
    return [header.format, text(header.path)]
  }
  const prefix = (block: Buffer): unknown => block.write('some/prefix', 345)
  const magic = (bytes: string) => (block: Buffer) => {
    prefix(block)
    block.write(bytes, 257, 'latin1')
  }
  assert.deepEqual(name(magic('ustar\x0000')), ['ustar', 'some/prefix/name'])
  assert.deepEqual(name(magic('ustar\x00  ')), ['ustar', 'some/prefix/name'])
  assert.deepEqual(name(magic('\0\0\0\0\0\0\0\0')), ['v7', 'name'])
  assert.deepEqual(name(magic('ustarX00')), ['v7', 'name'])
  assert.deepEqual(
    name(block => {
      block.write(`${'p'.repeat(131)}00000000000 00000000000 `, 345)
      block.write('tar\0', 508)
    }),
    ['star', `${'p'.repeat(131)}/name`],
  )
  // a GNU header keeps two times there
  assert.deepEqual(
    name(block => {
      block.write('ustar  \0', 257)
      block.write('13474024717\x0013474024717\0', 345)
    }),
    ['gnu', 'name'],
  )
  // what Go before 1.8 wrote
  assert.deepEqual(name(magic('ustar  \0')), ['gnu', 'some/prefix/name'])
})

test('a name may fill its field to the last byte', () => {
  const path = 'n'.repeat(100)
  assert.equal(text(readHeader(headerBlock({ path }), 0).path), path)
})

test('the checksum may be of unsigned or of signed bytes, and nothing else', () => {
  const block = headerBlock({ path: 'caf\u00e9' })
  assert.ok(looksLikeTar(block))
  let signed = 0
  for (const [at, byte] of block.entries()) signed += at >= 148 && at < 156 ? 0x20 : (byte << 24) >> 24
  block.write(`${signed.toString(8).padStart(6, '0')}\0 `, 148)
  assert.ok(looksLikeTar(block))
  block.write(`${(signed + 1).toString(8).padStart(6, '0')}\0 `, 148)
  assert.equal(looksLikeTar(block), false)
  assert.throws(() => readHeader(block, 1024), /tar, byte 1024: the checksum of the header is wrong/)
})

test('the checksum of a block with hardly anything but high bytes is right', () => {
  const name = Buffer.alloc(100, 0xff)
  const block = headerBlock({ path: name, link: name }, b => b.fill(0xff, 265, 512))
  assert.ok(looksLikeTar(block))
  assert.equal(readHeader(block, 0).path.length, 155 + 1 + 100)
})

test('every flipped bit that the checksum covers is noticed', () => {
  const block = headerBlock({ path: 'etc/passwd', content: 'x', mode: 0o600, uid: 1000 })
  for (let bit = 0; bit < 512 * 8; bit += 1) {
    const flipped = Buffer.from(block)
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    // in the checksum itself a zero may become a space, which says the same
    if (bit >> 3 >= 148 && bit >> 3 < 156) continue
    assert.equal(looksLikeTar(flipped), false, `bit ${bit}`)
  }
})

test('a tar is recognised wherever its first block lies in memory', () => {
  const room = new Uint8Array(600)
  for (const offset of [0, 1, 2, 3, 5]) {
    room.fill(0)
    room.set(headerBlock({ path: 'a' }), offset)
    assert.ok(looksLikeTar(room.subarray(offset, offset + 512)))
    assert.ok(looksLikeTar(room.subarray(offset)), 'more than the block')
    assert.ok(looksLikeTar(Buffer.from(room.buffer, offset, 512)))
  }
})

test('a block of zeros may be a tar; text, JSON and less than a block are none', () => {
  assert.ok(looksLikeTar(new Uint8Array(512)))
  assert.ok(isZeroBlock(new Uint8Array(512)))
  assert.equal(looksLikeTar(new Uint8Array(511)), false)
  assert.equal(looksLikeTar(Buffer.from('{"schemaVersion":2}'.padEnd(512))), false)
  assert.equal(looksLikeTar(Buffer.alloc(512, 0xff)), false)
})

test('a field that is no number is named', () => {
  const cases: [string, number, Buffer, RegExp][] = [
    ['mode', 100, field('rwxr-xr-x'.slice(0, 8)), /the mode in the header is not a number/],
    ['uid', 108, field('root\0\0\0\0'), /the user id in the header is not a number/],
    ['gid', 116, field(0x80, 0, 0, 1, 0, 0, 0, 0), /the group id 4294967296 is out of range/],
    ['gid', 116, field(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), /the group id -1 is out of range/],
    ['size', 124, field('zzzz'), /the size in the header is not a number/],
    ['mtime', 136, field('yesterday'), /the time in the header is not a number/],
  ]
  for (const [name, at, bytes, message] of cases) {
    const block = headerBlock({ path: 'a' }, b => bytes.copy(b, at))
    assert.throws(() => readHeader(block, 0), { constructor: CorruptError, message }, name)
  }
  const device = headerBlock({ path: 'a', type: 'char' }, b => b.write('x', 329))
  assert.throws(() => readHeader(device, 0), /the device number in the header is not a number/)
  const time = headerBlock({ path: 'a' }, b => Buffer.alloc(12, 0xff).copy(b, 136))
  assert.equal(readHeader(withChecksum(time), 0).sizeBytes, 0, 'a time before 1970 is one')
})
