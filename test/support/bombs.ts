/** Images that are small to send and endless to read, made on the fly: each is a few MB on disk. */
import { closeSync, mkdirSync, openSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { sha256 } from './make-image.ts'
import { directory, file, hardlink, headerBlock, type MadeEntry, makeTar, symlink } from './make-tar.ts'

const GIB = 2 ** 30
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const CONFIG = 'application/vnd.oci.image.config.v1+json'
const LAYER = 'application/vnd.oci.image.layer.v1.tar'

let gibibyte: Buffer | null = null
/** A gzip member of 1 GiB of zeros: a stream may have many (RFC 1952, 2.2). */
const zeros = (count: number): Buffer => {
  gibibyte ??= gzipSync(Buffer.alloc(GIB), { level: 9 })
  return Buffer.concat(Array.from({ length: count }, () => gibibyte!))
}

/** A zstd frame of as many blocks of 128 KiB, each of one byte repeated (RFC 8878, 3.1.1.2). */
const zstdZeros = (first: Uint8Array, blocks: number, windowLog: number): Buffer => {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, (windowLog - 10) << 3])
  const block = (type: number, size: number, last: boolean): Buffer => {
    const bytes = Buffer.alloc(3)
    bytes.writeUIntLE((size << 3) | (type << 1) | (last ? 1 : 0), 0, 3)
    return bytes
  }
  const repeated = Buffer.concat([block(1, 128 * 1024, false), Buffer.of(0)])
  return Buffer.concat([
    head,
    block(0, first.length, false),
    first,
    ...Array.from({ length: blocks }, () => repeated),
    block(0, 0, true),
  ])
}

/** A layout whose documents say what they are told to. */
const layout = (
  folder: string,
  layers: readonly Buffer[],
  change: {
    readonly layers?: readonly unknown[]
    readonly diffIds?: readonly string[]
    readonly index?: unknown
  } = {},
): string => {
  mkdirSync(join(folder, 'blobs', 'sha256'), { recursive: true })
  const put = (bytes: Buffer, mediaType: string) => {
    writeFileSync(join(folder, 'blobs', 'sha256', sha256(bytes).slice(7)), bytes)
    return { mediaType, digest: sha256(bytes), size: bytes.length }
  }
  const diffIds = change.diffIds ?? layers.map(() => sha256('x'))
  const config = put(
    Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { diff_ids: diffIds } })),
    CONFIG,
  )
  const manifest = put(
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        config,
        layers: change.layers ?? layers.map(bytes => put(bytes, LAYER)),
      }),
    ),
    MANIFEST,
  )
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  writeFileSync(join(folder, 'index.json'), JSON.stringify(change.index ?? { manifests: [manifest] }))
  return `oci-dir://${folder}`
}

const whole = (path: string, bytes: Uint8Array, scheme = 'rootfs'): string => {
  writeFileSync(path, bytes)
  return `${scheme}://${path}`
}

/** A file that begins so and has a size without having bytes on disk. */
const hollow = (path: string, start: string, sizeBytes: number): void => {
  const handle = openSync(path, 'w')
  writeSync(handle, start)
  closeSync(handle)
  truncateSync(path, sizeBytes)
}

const header = (sizeBytes: number, path = 'zeros'): Buffer => headerBlock({ path, statedSize: sizeBytes })
const sparse = (realsize: string): Buffer =>
  makeTar([
    file('x', `0\n${'\0'.repeat(510)}`, {
      pax: {
        'GNU.sparse.major': '1',
        'GNU.sparse.minor': '0',
        'GNU.sparse.name': 'x',
        'GNU.sparse.realsize': realsize,
      },
    }),
  ])
const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i))
const deep = (depth: number): string => 'd/'.repeat(depth)

export interface Bomb {
  readonly what: string
  /** Writes it into a folder of its own. @returns the reference */
  readonly make: (folder: string) => string
  /** A part of the one line that is said. */
  readonly says: RegExp
}

const LAYERS = times(1_000_000, () => 'a')

export const BOMBS: readonly Bomb[] = [
  {
    what: '64 GiB of zeros in a gzip layer',
    make: folder => layout(folder, [zeros(64)]),
    says: /\(trailingBytes\)|after the end marker/,
  },
  {
    what: '64 GiB as one file in a gzip layer',
    make: folder => layout(folder, [Buffer.concat([gzipSync(header(64 * GIB)), zeros(64)])]),
    says: /the archive would be larger than 34359738368 bytes/,
  },
  {
    what: '64 GiB as one file in a gzip filesystem',
    make: folder => whole(join(folder, 'x.tar.gz'), Buffer.concat([gzipSync(header(64 * GIB)), zeros(64)])),
    says: /the archive would be larger/,
  },
  {
    what: '64 GiB of zeros in a gzip filesystem',
    make: folder => whole(join(folder, 'x.tar.gz'), zeros(64)),
    says: /after the end marker/,
  },
  {
    what: '64 GiB of no tar in a gzip filesystem',
    make: folder =>
      whole(join(folder, 'x.tar.gz'), Buffer.concat([gzipSync(Buffer.alloc(4096, 'A')), zeros(64)])),
    says: /not a tar archive/,
  },
  {
    what: '64 GiB as a member of a gzip image archive',
    make: folder => {
      const bytes = Buffer.concat([gzipSync(header(64 * GIB, 'layer.tar')), zeros(64)])
      return whole(join(folder, 'x.tar.gz'), bytes, 'archive')
    },
    says: /the archive would be larger/,
  },
  {
    what: '31 GiB of zeros as a layer of a gzip image archive',
    make: folder => {
      const bytes = Buffer.concat([gzipSync(header(31 * GIB, 'layer.tar')), zeros(32)])
      return whole(join(folder, 'x.tar.gz'), bytes, 'archive')
    },
    says: /layer\.tar: .*after the end marker/,
  },
  {
    what: '64 GiB as one file in a zstd layer',
    make: folder => layout(folder, [zstdZeros(header(64 * GIB), 2 ** 19, 20)]),
    says: /the archive would be larger/,
  },
  {
    what: 'a zstd layer with a window of 2 GiB',
    make: folder => layout(folder, [zstdZeros(header(100), 1, 31)]),
    says: /\(zstdWindowLog\)/,
  },
  {
    what: 'a sparse file of 8 EiB',
    make: folder => whole(join(folder, 'x.tar'), sparse('9223372036854775807')),
    says: /too large a number/,
  },
  {
    what: 'a hundred thousand sparse files of 16 TiB',
    make: folder => {
      const one = sparse(String(2 ** 44)).subarray(0, -1024)
      return whole(join(folder, 'x.tar'), Buffer.concat([...times(100_000, () => one), Buffer.alloc(1024)]))
    },
    says: /\(contentBytes\)/,
  },
  {
    what: '1 GB of JSON as index.json of a layout',
    make: folder => {
      const reference = layout(folder, [])
      hollow(join(folder, 'index.json'), '{"manifests":[', 1e9)
      return reference
    },
    says: /index\.json: more than 4194304 bytes of JSON.*\(jsonBytes\)/,
  },
  {
    what: '1 GB of JSON as a configuration of a layout',
    make: folder => {
      const digest = sha256('x')
      const index = { manifests: [{ mediaType: MANIFEST, digest, size: 1e9 }] }
      const reference = layout(folder, [], { index })
      hollow(join(folder, 'blobs', 'sha256', digest.slice(7)), '{"config":', 1e9)
      return reference
    },
    says: /\(jsonBytes\)/,
  },
  {
    what: '1 GB of JSON as manifest.json of an archive',
    make: folder => {
      const start = Buffer.alloc(512, ' ')
      start.write('[{"Config":"')
      const bytes = Buffer.concat([gzipSync(Buffer.concat([header(GIB, 'manifest.json'), start])), zeros(1)])
      return whole(join(folder, 'x.tar.gz'), bytes, 'archive')
    },
    says: /jsonBytes|cut off/,
  },
  {
    what: '1 GB of JSON as a saved report',
    make: folder => {
      hollow(join(folder, 'report.json'), '{"schemaVersion":1,', 1e9)
      return `report://${join(folder, 'report.json')}`
    },
    says: /report\.json/,
  },
  {
    what: 'JSON a million lists deep',
    make: folder => {
      const reference = layout(folder, [])
      writeFileSync(join(folder, 'index.json'), `{"manifests":${'['.repeat(1e6)}${']'.repeat(1e6)}}`)
      return reference
    },
    says: /\(jsonDepth\)/,
  },
  {
    what: 'a chain of 100,000 symbolic links',
    make: folder => whole(join(folder, 'x.tar'), makeTar(times(100_000, i => symlink(`l${i}`, `l${i + 1}`)))),
    says: /\(linkChain\)/,
  },
  {
    what: 'a chain of 49,000 links between members of an archive',
    make: folder => {
      const links = times(49_000, i => symlink(`l${i}`, `l${i + 1}`))
      const manifest = JSON.stringify([{ Config: 'c.json', RepoTags: null, Layers: ['l0'] }])
      const config = JSON.stringify({ rootfs: { diff_ids: [sha256('x')] } })
      const tar = makeTar([...links, file('c.json', config), file('manifest.json', manifest)])
      return whole(join(folder, 'x.tar'), tar, 'archive')
    },
    says: /more than 100 links from one to the next.*\(linkHops\)/,
  },
  {
    what: '10^6 layers in manifest.json',
    make: folder => {
      const manifest = JSON.stringify([{ Config: 'c.json', RepoTags: null, Layers: LAYERS }])
      return whole(
        join(folder, 'x.tar'),
        makeTar([file('c.json', '{}'), file('manifest.json', manifest)]),
        'archive',
      )
    },
    says: /\(layers\)|\(jsonBytes\)/,
  },
  {
    what: '10^6 layers in a manifest of OCI',
    make: folder => layout(folder, [], { layers: LAYERS, diffIds: LAYERS }),
    says: /\(layers\)|\(jsonBytes\)/,
  },
  {
    what: '10^6 manifests in an index',
    make: folder => {
      const one = { mediaType: MANIFEST, digest: sha256('x'), size: 2 }
      return layout(folder, [], { index: { manifests: times(30_000, () => one) } })
    },
    says: /\(manifests\)|\(jsonBytes\)/,
  },
  {
    what: '200,000 members of an archive',
    make: folder => {
      const member = header(0, 'm')
      const bytes = gzipSync(Buffer.concat(times(200_000, () => member)), { level: 1 })
      return whole(join(folder, 'x.tar.gz'), bytes, 'archive')
    },
    says: /more than 50000 entries, which is the limit/,
  },
  {
    what: 'names of a million bytes',
    make: folder => {
      const names = times(400, i => file(`${i}-${'n'.repeat(1_000_000)}`))
      const members = names.map(entry => gzipSync(makeTar([entry], { endMarker: false })))
      return whole(join(folder, 'x.tar.gz'), Buffer.concat(members))
    },
    says: /\(allPathBytes\)/,
  },
  {
    what: 'directories that only names imply, 4,000 deep',
    make: folder => {
      const entries = times(1000, i => file(`${i}/${deep(4000)}x`))
      return whole(join(folder, 'x.tar.gz'), gzipSync(makeTar(entries)))
    },
    says: /\(directories\)/,
  },
  {
    what: 'directories 5,000 deep',
    make: folder => whole(join(folder, 'x.tar'), makeTar([file(`${deep(5000)}x`)])),
    says: /\(pathDepth\)/,
  },
  {
    what: 'long ways along links, for every entry',
    make: folder => {
      const way = `${'./'.repeat(2000)}`
      const links: MadeEntry[] = ['a', 'b'].flatMap(name => [
        directory(`${name}0`),
        ...times(99, i => symlink(`${name}${i + 1}`, `${way}${name}${i}`)),
      ])
      const files = times(20_000, i => file(`${i % 2 === 0 ? 'a' : 'b'}99/f${i}`))
      return whole(join(folder, 'x.tar'), makeTar([...links, ...files]))
    },
    says: /\(linkSteps\)/,
  },
  {
    what: 'package databases of 60 MB, over and over',
    make: folder => {
      const body = file('var/lib/dpkg/status', Buffer.alloc(55e6, '\n'))
      const member = gzipSync(makeTar([body], { endMarker: false }))
      return whole(join(folder, 'x.tar.gz'), Buffer.concat(times(40, () => member)))
    },
    says: /\(allBodyBytes\)/,
  },
]

/** No bomb: a chain of hard links is as many names of one file. It must just end. */
export const hardLinkChain = (folder: string): string =>
  whole(
    join(folder, 'x.tar'),
    makeTar([file('h0', 'x'), ...times(100_000, i => hardlink(`h${i + 1}`, `h${i}`))]),
  )
