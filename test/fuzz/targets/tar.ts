/** The tar reader, and the layer reader on top of it. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { UserError } from '../../../src/errors.ts'
import { createLayerReader } from '../../../src/image/layer-reader.ts'
import { Directories } from '../../../src/tree/entries.ts'
import { headerBlock, padded, paxRecords, withChecksum } from '../../support/make-tar.ts'
import { readTar } from '../../support/read-tar.ts'
import { TAR_OF_EVERYTHING } from '../../support/tar-of-everything.ts'
import { corpus } from '../seeds.ts'
import type { Target } from '../target.ts'

const KEYS = ['path', 'linkpath', 'size', 'uid', 'gid', 'mtime', 'SCHILY.xattr.x'].concat(
  ['major', 'minor', 'name', 'realsize', 'size', 'numblocks', 'offset', 'numbytes', 'map'].map(
    key => `GNU.sparse.${key}`,
  ),
)
const number = fc.oneof(
  fc.nat({ max: 2000 }).map(String),
  fc.constantFrom('', '0', '1', '-1', '0,1', '1,2,3,4', '9007199254740993', '18446744073709551616', '1e3'),
)
const record = fc
  .tuple(fc.constantFrom(...KEYS), fc.oneof(number, fc.string({ maxLength: 12 })))
  .map(([key, value]) => paxRecords({ [key]: value }))
const body = fc.oneof(
  fc.uint8Array({ maxLength: 600 }),
  fc.array(record, { maxLength: 5 }).map(records => Buffer.concat(records)),
  fc.string({ unit: fc.constantFrom('0', '1', '9', '\n'), maxLength: 30 }).map(text => padded(text)),
)
const size = fc.oneof(
  { weight: 4, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.nat({ max: 2000 }) },
  { weight: 1, arbitrary: fc.constantFrom(-1, 2 ** 31, 2 ** 53 - 1, 2 ** 60) },
)
const name = fc.oneof(
  fc.constantFrom('a', 'a/', './', '', '/', '..', 'a/../b', '.wh.a', 'a/.wh..wh..opq', '.wh.', '#'),
  fc.uint8Array({ maxLength: 100 }),
)
const entry = fc
  .tuple(
    fc.constantFrom('0', '1', '2', '3', '5', '7', 'x', 'g', 'L', 'K', 'S', 'D', 'V', 'X', '\0'),
    name,
    body,
    size,
    fc.boolean(),
    fc.uint8Array({ maxLength: 20 }),
  )
  .map(([type, path, content, stated, gnu, link]) =>
    Buffer.concat([
      headerBlock({ path, content, link, ...(stated === null ? {} : { statedSize: stated }) }, block => {
        block.write(type, 156, 'latin1')
        if (gnu) block.write('ustar  \0', 257, 'latin1')
      }),
      padded(content),
    ]),
  )

/** Sums every block that was a header again. */
const repair = (bytes: Buffer): void => {
  for (let at = 0; at + 512 <= bytes.length; at += 512)
    if (bytes.toString('latin1', at + 257, at + 262) === 'ustar') withChecksum(bytes.subarray(at, at + 512))
}

const readAsLayer = (bytes: Uint8Array): void => {
  const reader = createLayerReader(
    { directories: new Directories(), keep: (_, sizeBytes) => (sizeBytes < 1000 ? 'all' : 'none') },
    null,
  )
  try {
    reader.write(bytes)
    const { entries, bodies } = reader.end()
    for (const content of bodies.values()) assert.ok(content.length < 1000)
    assert.ok(entries.length * 512 <= bytes.length)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
  }
}

export const tar: Target = {
  name: 'tar',
  about: 'a tar, whole and in chunks, as entries and as a layer',
  seeds: () => [TAR_OF_EVERYTHING, ...corpus('nasty-tars', 10_300)],
  words: [
    ...KEYS,
    'ustar\0' + '00',
    'ustar  \0',
    '././@LongLink',
    '.wh.',
    '\n',
    '../',
    '77777777777\0',
    '\x80\0\0\0\0\0\0\0',
    '\xff'.repeat(8),
  ],
  generate: fc
    .tuple(fc.array(entry, { maxLength: 6 }), fc.boolean())
    .map(([entries, ends]) => Buffer.concat(ends ? [...entries, Buffer.alloc(1024)] : entries)),
  repair,
  run: bytes => {
    const whole = readTar(bytes)
    assert.deepEqual(readTar(bytes, [100, 512, 1000, 4097][bytes.length % 4]!), whole)
    readAsLayer(bytes)
  },
}
