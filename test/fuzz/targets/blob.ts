/** A blob of unknown role: told apart, decompressed and read. */
import assert from 'node:assert/strict'
import * as zlib from 'node:zlib'
import fc from 'fast-check'
import { createBlobReader } from '../../../src/image/blob-reader.ts'
import { createReadBudget } from '../../../src/image/read-budget.ts'
import { Directories } from '../../../src/tree/entries.ts'
import { sha256 } from '../../support/make-image.ts'
import { directory, file, makeTar } from '../../support/make-tar.ts'
import { sameThreadHashes } from '../../support/same-thread-hashes.ts'
import type { Target } from '../target.ts'

const TAR = makeTar([
  directory('a'),
  file('a/b', 'x'.repeat(2000)),
  file('c', '#!/bin/sh\n', { mode: 0o755 }),
])
const zstd = (zlib as { zstdCompressSync?: (bytes: Uint8Array) => Buffer }).zstdCompressSync
/** A frame that decoders pass over (RFC 8878, 3.1.2). */
const SKIPPABLE = Buffer.from('502a4d180400000061626364', 'hex')

const packed = (bytes: Uint8Array, how: string): Uint8Array =>
  how === 'gzip' ? zlib.gzipSync(bytes) : how === 'zstd' && zstd ? zstd(bytes) : bytes

export const blob: Target = {
  name: 'blob',
  about: 'a blob: plain, gzip or zstd, tar, JSON or neither',
  seeds: () => [
    TAR,
    zlib.gzipSync(TAR),
    Buffer.concat([zlib.gzipSync(TAR.subarray(0, 700)), zlib.gzipSync(TAR.subarray(700))]),
    ...(zstd ? [zstd(TAR), Buffer.concat([SKIPPABLE, zstd(TAR)])] : []),
    Buffer.from('{"a":[1,2]}'),
  ],
  words: ['\x1f\x8b\x08\0', '\x28\xb5\x2f\xfd', '\x50\x2a\x4d\x18\xff\xff\xff\xff', '\0'.repeat(8), '{', '['],
  generate: fc
    .tuple(fc.uint8Array({ maxLength: 3000 }), fc.constantFrom('gzip', 'zstd', 'plain'), fc.nat(3))
    .map(([noise, how, cut]) => {
      const bytes = packed(Buffer.concat([TAR.subarray(0, 512), noise]), how)
      return bytes.subarray(0, bytes.length - cut)
    }),
  run: async bytes => {
    const budget = createReadBudget()
    const reader = createBlobReader({
      directories: new Directories(),
      keep: () => 'none',
      hashes: sameThreadHashes,
      budget,
    })
    const half = bytes.length >> 1
    for (const chunk of [bytes.subarray(0, half), bytes.subarray(half)]) {
      const wait = reader.write(chunk)
      if (wait) await wait
    }
    const read = await reader.end()
    assert.equal(read.sizeBytes, bytes.length)
    assert.equal(read.digest, sha256(bytes))
  },
}
