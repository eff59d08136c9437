/** Index, manifest, configuration and Docker's own list, as one image's documents: what they say is followed wherever it leads. */
import fc from 'fast-check'
import { UserError } from '../../../src/errors.ts'
import { imageOfArchive } from '../../../src/image/archive-images.ts'
import type { Blob } from '../../../src/image/blob-reader.ts'
import type { LayerContent } from '../../../src/image/image.ts'
import { type BlobStore, INDEX_TYPES, readOciImage } from '../../../src/image/oci.ts'
import { Directories, EntryTable } from '../../../src/tree/entries.ts'
import { makeImage, ociArchive, sha256 } from '../../support/make-image.ts'
import { directory, file } from '../../support/make-tar.ts'
import { corpus } from '../seeds.ts'
import type { Target } from '../target.ts'

/** Between the documents: index, manifest, configuration, Docker's list. */
const BREAK = '\x1e'
const PLATFORM = 'linux/amd64'

const entries = new EntryTable(new Directories())
const layer = (diffId: string): LayerContent => ({
  diffId,
  entries,
  bodies: new Map(),
  programs: new Map(),
  blob: { sizeBytes: 10, compressed: true },
  endMarkerMissing: false,
})

/** Gives each descriptor the document of its media type, whatever its digest: digests of changed bytes lead nowhere. */
const storeOf = (index: Uint8Array, manifest: Uint8Array, config: Uint8Array): BlobStore => ({
  json: async ({ mediaType }) =>
    INDEX_TYPES.includes(mediaType ?? '') ? index : mediaType?.includes('config') ? config : manifest,
  layer: async (_, diffId) => layer(diffId),
})

const ended = async (read: () => Promise<unknown>): Promise<void> => {
  try {
    await read()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
  }
}

/** Every digest that is written anywhere is in the archive, and is the configuration, the manifest or a layer. */
const archiveOf = (documents: readonly Buffer[]) => {
  const [index, manifest, config, list] = documents as [Buffer, Buffer, Buffer, Buffer]
  const blob = (bytes: Buffer, digest: string): Blob => ({
    digest,
    sizeBytes: bytes.length,
    content: { kind: 'json', bytes },
  })
  const members = new Map<string, Blob>()
  for (const [name, bytes] of [
    ['/index.json', index],
    ['/manifest.json', list],
  ] as const)
    if (bytes.length > 0) members.set(name, blob(bytes, sha256(bytes)))
  members.set('/oci-layout', blob(Buffer.from('{"imageLayoutVersion":"1.0.0"}'), ''))
  const text = Buffer.concat(documents).toString('latin1')
  let turn = 0
  for (const [, hex] of text.matchAll(/sha256[:/]([0-9a-f]{64})/g)) {
    const digest = `sha256:${hex}`
    const kinds: Blob[] = [
      blob(config, digest),
      blob(manifest, digest),
      { digest, sizeBytes: 10, content: { kind: 'layer', layer: layer(digest) } },
    ]
    members.set(`/blobs/sha256/${hex}`, kinds[turn % 3]!)
    turn += 1
  }
  return { members, links: new Map<string, string>() }
}

const made = makeImage([[directory('a')], [file('a/b', 'x')]])
/** The four documents of an archive that has both lists. */
const documentsOf = (archive: Buffer): Buffer => {
  const found = archive.toString('latin1').match(/[[{][\x20-\x7e\n]{30,}[\]}]/g) ?? []
  const pick = (mark: string): string => found.find(text => text.includes(mark)) ?? '{}'
  return Buffer.from(
    [pick('"manifests"'), pick('"layers":['), pick('rootfs'), pick('"RepoTags"')].join(BREAK),
    'latin1',
  )
}

const digest = fc.constantFrom(sha256('a'), sha256('b'), sha256('c'), 'sha256:0', '', '../../x', 'sha512:00')
const odd = fc.oneof(
  fc.constantFrom<unknown>(null, 0, -1, 1.5, 2 ** 53, '', [], {}, true, 'x', [null], { a: 1 }),
  fc.jsonValue({ maxDepth: 2 }),
)
const maybe = (right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 8, arbitrary: right }, { weight: 1, arbitrary: odd })
const type = fc.constantFrom(
  ...INDEX_TYPES,
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.oci.image.layer.v1.tar+gzip',
  'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  'text/plain',
)
const platform = fc.record(
  {
    os: maybe(fc.constant('linux')),
    architecture: maybe(fc.constantFrom('amd64', 'arm64', 'unknown')),
    variant: maybe(fc.constant('v8')),
  },
  { requiredKeys: [] },
)
const descriptor = fc.record(
  {
    mediaType: maybe(type),
    digest: maybe(digest),
    size: maybe(fc.nat({ max: 5000 })),
    platform: maybe(platform),
    annotations: maybe(
      fc.dictionary(
        fc.constantFrom(
          'org.opencontainers.image.ref.name',
          'io.containerd.image.name',
          'vnd.docker.reference.type',
          '__proto__',
        ),
        maybe(fc.constantFrom('a', 'attestation-manifest')),
      ),
    ),
    urls: maybe(fc.constant(['http://example.invalid/'])),
  },
  { requiredKeys: ['digest', 'size'] },
)
const list = (item: fc.Arbitrary<unknown>) => maybe(fc.array(item, { maxLength: 4 }))
const json = (value: fc.Arbitrary<unknown>) => value.map(each => JSON.stringify(each) ?? '')
const documents = fc.tuple(
  json(
    maybe(
      fc.record(
        { schemaVersion: maybe(fc.constant(2)), manifests: list(descriptor), layers: list(descriptor) },
        { requiredKeys: ['manifests'] },
      ),
    ),
  ),
  json(
    maybe(
      fc.record(
        { config: maybe(descriptor), layers: list(descriptor), manifests: list(descriptor) },
        { requiredKeys: ['config', 'layers'] },
      ),
    ),
  ),
  json(
    maybe(
      fc.record(
        {
          os: maybe(fc.constant('linux')),
          architecture: maybe(fc.constant('amd64')),
          rootfs: maybe(fc.record({ diff_ids: list(digest) })),
          config: maybe(
            fc.record(
              { Env: list(fc.string()), Entrypoint: list(fc.string()), Labels: odd, User: odd },
              { requiredKeys: [] },
            ),
          ),
          history: list(
            fc.record(
              { created_by: maybe(fc.string()), empty_layer: maybe(fc.boolean()) },
              { requiredKeys: [] },
            ),
          ),
        },
        { requiredKeys: ['rootfs'] },
      ),
    ),
  ),
  json(
    list(
      fc.record({
        Config: maybe(digest.map(text => `blobs/sha256/${text.slice(7)}`)),
        RepoTags: list(fc.constantFrom('a:1', 'b:2')),
        Layers: list(digest.map(text => `blobs/sha256/${text.slice(7)}`)),
      }),
    ),
  ),
)

export const manifest: Target = {
  name: 'manifest',
  about: 'index, manifest and configuration of OCI, and manifest.json of Docker',
  seeds: () => [
    documentsOf(ociArchive(made, { manifestJson: true })),
    ...corpus('image-archives', 2e6).map(documentsOf),
    ...corpus('oci-layouts', 4000).map(bytes =>
      Buffer.concat([bytes, Buffer.from(`${BREAK}${bytes}${BREAK}${bytes}${BREAK}`)]),
    ),
  ],
  words: [
    ...INDEX_TYPES,
    '"manifests":[',
    '"layers":[',
    '"config":{',
    '"digest":"',
    '"platform":{',
    'null',
    '[]',
    '{}',
    '-1',
    '1e999',
    '"__proto__":',
    '\\u0000',
    BREAK,
    'unknown/unknown',
  ],
  generate: documents.map(texts => Buffer.from(texts.join(BREAK))),
  run: async bytes => {
    const parts = bytes
      .toString('latin1')
      .split(BREAK)
      .map(text => Buffer.from(text, 'latin1'))
    const [
      index = Buffer.alloc(0),
      manifest = Buffer.alloc(0),
      config = Buffer.alloc(0),
      dockers = Buffer.alloc(0),
    ] = parts
    const choice = { source: 'archive://x', select: null, platform: PLATFORM }
    await ended(() => readOciImage(index, storeOf(index, manifest, config), choice))
    await ended(() => imageOfArchive(archiveOf([index, manifest, config, dockers]), choice))
    await ended(() =>
      imageOfArchive(archiveOf([index, manifest, config, dockers]), {
        ...choice,
        select: { kind: 'digest', digest: sha256('a') },
      }),
    )
  },
}
