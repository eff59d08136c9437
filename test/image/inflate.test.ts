import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import * as zlib from 'node:zlib'
import { createHashThread, type HashThread } from '../../src/image/hash-thread.ts'
import { type Compression, type Inflater, inflateHere, type Output } from '../../src/image/inflate.ts'
import { createInflateThread } from '../../src/image/inflate-thread.ts'

type Start = (compression: Compression, output: Output) => Inflater

const WAYS: Readonly<Record<string, (hashes: HashThread) => { start: Start; close(): Promise<void> }>> = {
  here: () => ({ start: inflateHere, close: async () => undefined }),
  'in the thread': hashes => createInflateThread(hashes),
}
const PACK: Readonly<Record<Compression, (bytes: Uint8Array) => Buffer>> = {
  gzip: bytes => zlib.gzipSync(bytes, { level: 1 }),
  zstd: bytes => zlib.zstdCompressSync(bytes, { params: { [zlib.constants.ZSTD_c_checksumFlag]: 1 } }),
}

/** Half of it can be compressed: more than what is worth the thread, and more than all pieces of memory. */
const plain = Buffer.concat(
  Array.from({ length: 8 }, () => [randomBytes(1 << 20), Buffer.alloc(1 << 20)]).flat(),
)
const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Feeds it all, as a source would; every third chunk the reader needs a while. */
const unpack = async (start: Start, compression: Compression, packed: Uint8Array, stopAfter = Infinity) => {
  const hash = createHash('sha256')
  let bytes = 0
  let chunks = 0
  let error: Error | null = null
  const inflater = start(compression, {
    take: chunk => {
      hash.update(chunk)
      bytes += chunk.length
      chunks += 1
      if (bytes > stopAfter) inflater.destroy()
      return chunks % 3 === 0 ? new Promise(resolve => setTimeout(resolve, 1)) : null
    },
    fail: cause => {
      error = cause
    },
  })
  for (let at = 0; at < packed.length; at += 200_000) {
    // the source uses its memory again
    const chunk = Buffer.from(packed.subarray(at, at + 200_000))
    const pause = inflater.write(chunk)
    chunk.fill(0)
    if (pause) await pause
  }
  await inflater.end()
  return { digest: hash.digest('hex'), bytes, error: error as Error | null }
}

for (const [way, create] of Object.entries(WAYS)) {
  const attempt = async (use: (start: Start) => Promise<void>): Promise<void> => {
    const hashes = createHashThread()
    const { start, close } = create(hashes)
    try {
      await use(start)
    } finally {
      await close()
      await hashes.close()
    }
  }
  for (const compression of ['gzip', 'zstd'] as const) {
    const pack = PACK[compression]
    test(`${compression}, unpacked ${way}: large, small, empty and several members come out as they went in`, () =>
      attempt(async start => {
        for (const bytes of [plain, plain.subarray(0, 1000), Buffer.alloc(0)])
          assert.deepEqual(await unpack(start, compression, pack(bytes)), {
            digest: digestOf(bytes),
            bytes: bytes.length,
            error: null,
          })
        const members = [plain, plain.subarray(0, 3_000_000)]
        const { digest } = await unpack(start, compression, Buffer.concat(members.map(pack)))
        assert.equal(digest, digestOf(Buffer.concat(members)))
        const both = await Promise.all([1, 2].map(() => unpack(start, compression, pack(plain))))
        for (const one of both) assert.equal(one.digest, digestOf(plain))
      }))

    test(`${compression}, unpacked ${way}: members as small as a file each, wherever they are cut`, () =>
      attempt(async start => {
        for (const each of [100, 20_000, 150_000]) {
          const bytes = plain.subarray(1 << 20, (1 << 20) + 30 * each)
          const members = Array.from({ length: 30 }, (_, i) => pack(bytes.subarray(i * each, (i + 1) * each)))
          // a large one first: what follows is read by the thread
          for (const first of [plain, Buffer.alloc(0)])
            assert.deepEqual(await unpack(start, compression, Buffer.concat([pack(first), ...members])), {
              digest: digestOf(Buffer.concat([first, bytes])),
              bytes: first.length + bytes.length,
              error: null,
            })
          const cut = Buffer.concat([pack(plain), ...members]).subarray(0, -3)
          assert.ok((await unpack(start, compression, cut)).error, 'the last one is cut off')
          const small = Buffer.concat(members).subarray(0, -3)
          assert.ok((await unpack(start, compression, small)).error, 'the last one is cut off')
        }
      }))

    test(`${compression}, unpacked ${way}: what follows the last member is padding or damage`, () =>
      attempt(async start => {
        for (const bytes of [plain, plain.subarray(0, 1000)])
          for (const tail of [Buffer.alloc(512), Buffer.from('no member, whatever it is')]) {
            const { error } = await unpack(start, compression, Buffer.concat([pack(bytes), tail]))
            assert.equal(error === null, compression === 'gzip' && tail[0] === 0, String(error))
          }
      }))

    test(`${compression}, unpacked ${way}: damaged and cut off bytes are told, and nothing waits`, () =>
      attempt(async start => {
        const packed = pack(plain)
        const middle = packed.length >> 1
        const damaged = Buffer.from(packed).fill(0x5a, middle, middle + 1000)
        assert.ok((await unpack(start, compression, damaged)).error)
        assert.ok((await unpack(start, compression, packed.subarray(0, packed.length - 5000))).error)
        assert.equal((await unpack(start, compression, packed)).error, null, 'the next one is not concerned')
      }))

    test(`${compression}, unpacked ${way}: what nobody wants any more is not unpacked to its end`, () =>
      attempt(async start => {
        const bomb = pack(Buffer.concat([plain.subarray(0, 1 << 21), Buffer.alloc(400 << 20)]))
        const { bytes, error } = await unpack(start, compression, bomb, 1 << 20)
        assert.ok(bytes < 4 << 20, `${bytes} bytes`)
        assert.equal(error, null)
        assert.equal(
          (await unpack(start, compression, pack(plain))).digest,
          digestOf(plain),
          'memory is as it was',
        )
      }))
  }
}

test('a thread that died fails every stream, and nothing waits for it', async () => {
  const hashes = createHashThread()
  const program =
    "require('node:worker_threads').parentPort.on('message', () => { throw new Error('broken') })"
  const { start, close } = createInflateThread(hashes, program)
  try {
    for (let stream = 0; stream < 2; stream += 1)
      assert.match(String((await unpack(start, 'gzip', PACK.gzip(plain))).error), /broken/)
  } finally {
    await close()
    await hashes.close()
  }
})

test('who goes on writing without waiting makes no warning', async t => {
  const warnings: string[] = []
  const listen = (warning: Error): void => void warnings.push(warning.message)
  process.on('warning', listen)
  t.after(() => process.off('warning', listen))
  const packed = PACK.gzip(plain)
  let bytes = 0
  const inflater = inflateHere('gzip', {
    take: chunk => {
      bytes += chunk.length
      return null
    },
    fail: assert.ifError,
  })
  for (let at = 0; at < packed.length; at += 100_000) inflater.write(packed.subarray(at, at + 100_000))
  await inflater.end()
  await new Promise(resolve => setImmediate(resolve))
  assert.equal(bytes, plain.length)
  assert.deepEqual(warnings, [])
})
