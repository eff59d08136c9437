import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { createHashThread } from '../../src/image/hash-thread.ts'
import { createLayerReader } from '../../src/image/layer-reader.ts'
import { Directories } from '../../src/tree/entries.ts'
import { file, makeTar } from '../support/make-tar.ts'

const SIZES = [0, 1, 1000, 65_535, 65_536, 70_000, 300_000, 3_000_000]

for (const chunkBytes of [512, 10_000, 219_264, 5_000_000])
  for (const isLent of [false, true])
    test(`files of every size have their digests, ${chunkBytes} bytes at a time${isLent ? ', in lent memory' : ''}`, async () => {
      const contents = [...SIZES, ...SIZES].map(size => randomBytes(size))
      const tar = makeTar(contents.map((content, i) => file(`srv/${i}`, content)))
      const hashes = createHashThread()
      const reader = createLayerReader({ directories: new Directories(), keep: () => 'none', hashes }, null)
      try {
        for (let at = 0; at < tar.length; ) {
          const piece = tar.subarray(at, at + chunkBytes)
          if (isLent) {
            const { bytes, release } = hashes.lend()
            const length = Math.min(piece.length, bytes.length)
            bytes.set(piece.subarray(0, length))
            reader.write(bytes.subarray(0, length))
            // nobody may look at it any more
            release(length)
            at += length
          } else {
            reader.write(piece)
            at += piece.length
          }
        }
        await reader.hashed()
        const { entries } = reader.end()
        for (const [i, content] of contents.entries())
          assert.equal(
            entries.hashHex(i),
            createHash('sha256').update(content).digest('hex'),
            `${content.length}`,
          )
      } finally {
        await hashes.close()
      }
    })
