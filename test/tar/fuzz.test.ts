/** Broken bytes, made from a seed: whatever they are, the reader ends with entries or with a CorruptError. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { file, headerBlock, padded, withChecksum } from '../support/make-tar.ts'
import { readTar } from '../support/read-tar.ts'
import { TAR_OF_EVERYTHING } from '../support/tar-of-everything.ts'

const SEED = 20261121

/** `read` throws anything but a CorruptError, and every breach of the reader's own promises. */
const mustEnd = (archive: Uint8Array, chunkBytes: number): void => {
  const whole = readTar(archive)
  assert.deepEqual(readTar(archive, chunkBytes), whole)
}

const position = fc.nat({ max: TAR_OF_EVERYTHING.length - 1 })
const byte = fc.oneof(
  fc.nat({ max: 255 }),
  fc.constantFrom(0, 0x20, 0x30, 0x37, 0x39, 0x80, 0xff, 0x0a, 0x3d),
)
const letter = fc.constantFrom('0', '1', '2', '5', 'x', 'g', 'L', 'K', 'S', 'D', 'V', 'X', '\0', '7')
const chunk = fc.constantFrom(1, 100, 512, 1000)

test('the archive that is broken below is a good one', () => {
  const reading = readTar(TAR_OF_EVERYTHING)
  assert.ok('entries' in reading && reading.entries.length === 7, JSON.stringify(reading))
})

test('changed bytes under a right checksum end with entries or a named error', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(position, byte), { minLength: 1, maxLength: 6 }),
      chunk,
      (changes, chunkBytes) => {
        const archive = Buffer.from(TAR_OF_EVERYTHING)
        for (const [at, value] of changes) {
          archive[at] = value
          const start = at - (at % 512)
          // a body stays as it is: only what was a header is summed again
          if (TAR_OF_EVERYTHING.toString('latin1', start + 257, start + 262) === 'ustar')
            withChecksum(archive.subarray(start, start + 512))
        }
        mustEnd(archive, chunkBytes)
      },
    ),
    { seed: SEED, numRuns: 2000 },
  )
})

test('blocks that are lost, doubled or moved end with entries or a named error', () => {
  const blocks = Array.from({ length: TAR_OF_EVERYTHING.length / 512 }, (_, i) =>
    TAR_OF_EVERYTHING.subarray(i * 512, i * 512 + 512),
  )
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...blocks), { maxLength: 12 }),
      fc.nat({ max: 511 }),
      chunk,
      (some, cut, size) => {
        const archive = Buffer.concat(some)
        mustEnd(archive.subarray(0, archive.length - (cut % (archive.length + 1))), size)
      },
    ),
    { seed: SEED, numRuns: 1000 },
  )
})

test('headers of any kind before bodies of any kind end with entries or a named error', () => {
  const record = fc
    .tuple(
      fc.constantFrom(
        'path',
        'size',
        'uid',
        'GNU.sparse.map',
        'GNU.sparse.major',
        'GNU.sparse.size',
        'GNU.sparse.numblocks',
        'x',
      ),
      fc.oneof(
        fc.nat().map(String),
        fc.string({ maxLength: 5 }),
        fc.constantFrom('', '0', '1', '0,1', '99999999999999999'),
      ),
    )
    .map(([key, value]) => {
      const rest = Buffer.from(` ${key}=${value}\n`)
      return Buffer.concat([Buffer.from(String(rest.length + 2)), rest])
    })
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 600 }),
    fc.array(record, { maxLength: 4 }).map(records => Buffer.concat(records)),
    fc.string({ unit: fc.constantFrom('0', '1', '9', '\n'), maxLength: 20 }).map(text => padded(text)),
  )
  const size = fc.oneof(
    fc.constant(null),
    fc.nat({ max: 2000 }),
    fc.constantFrom(-1, 2 ** 31, 2 ** 53 - 1, 2 ** 60),
  )
  const entry = fc.tuple(letter, content, size, fc.boolean()).map(([type, bytes, stated, gnu]) =>
    Buffer.concat([
      headerBlock(
        { path: 'a', content: bytes, ...(stated === null ? {} : { statedSize: stated }) },
        block => {
          block.write(type, 156, 'latin1')
          if (gnu) block.write('ustar  \0', 257, 'latin1')
        },
      ),
      padded(bytes),
    ]),
  )
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 5 }), chunk, (entries, chunkBytes) =>
      mustEnd(Buffer.concat([...entries, Buffer.alloc(1024)]), chunkBytes),
    ),
    { seed: SEED, numRuns: 2000 },
  )
})

test('bytes without any sense end with a named error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 513, maxLength: 2000 }), chunk, (bytes, size) => {
      mustEnd(bytes, size)
      mustEnd(Buffer.concat([headerBlock(file('a', bytes)), bytes]), size)
    }),
    { seed: SEED, numRuns: 500 },
  )
})
