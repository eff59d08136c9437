/**
 * OCI layouts of an image with plain, gzip and zstd layers, against the bare export of the same image by its engine.
 *
 *   npm run bench:layout -- IMAGE [--host unix:///run/docker.sock] [--runs 3] [--save] [--check]
 */
import { createHash } from 'node:crypto'
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import * as zlib from 'node:zlib'
import {
  CLI,
  type Cost,
  cpuOf,
  interleave,
  medianOf,
  peakOf,
  ratio,
  run,
  runNode,
  wallOf,
} from './measure.ts'
import { report } from './results.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    host: { type: 'string', default: process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock' },
    runs: { type: 'string', default: '3' },
    save: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
})
const image = positionals[0]
if (image === undefined) throw new Error('name an image: npm run bench:layout -- IMAGE')

interface Descriptor {
  mediaType: string
  digest: string
  size: number
}

const blobPath = (layout: string, digest: string): string => join(layout, 'blobs', ...digest.split(':'))

const putJson = (layout: string, value: unknown, mediaType: string): Descriptor => {
  const bytes = Buffer.from(JSON.stringify(value))
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  writeFileSync(blobPath(layout, digest), bytes)
  return { mediaType, digest, size: bytes.length }
}

/** Writes a layer into a layout, compressed; returns what a manifest says of it. */
const putLayer = async (layout: string, from: string, kind: Kind): Promise<Descriptor> => {
  const unfinished = join(layout, 'unfinished')
  const { compress, mediaType } = KINDS[kind]
  await pipeline([createReadStream(from), ...compress(), createWriteStream(unfinished)])
  const hash = createHash('sha256')
  await pipeline(createReadStream(unfinished), hash)
  const digest = `sha256:${hash.digest('hex')}`
  const size = statSync(unfinished).size
  renameSync(unfinished, blobPath(layout, digest))
  return { mediaType, digest, size }
}

type Kind = 'plain' | 'zstd' | 'gzip'
const TAR = 'application/vnd.oci.image.layer.v1.tar'
const KINDS = {
  plain: { compress: () => [], mediaType: TAR },
  zstd: { compress: () => [zlib.createZstdCompress()], mediaType: `${TAR}+zstd` },
  gzip: { compress: () => [zlib.createGzip()], mediaType: `${TAR}+gzip` },
} as const

/** The members of `docker save`, as the layout that they are, or were called when layers had folders of their own. */
const makeLayout = async (saved: string, layout: string, kind: Kind): Promise<void> => {
  mkdirSync(join(layout, 'blobs', 'sha256'), { recursive: true })
  writeFileSync(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  const [entry] = JSON.parse(readFileSync(join(saved, 'manifest.json'), 'utf8')) as [
    { Config: string; Layers: string[] },
  ]
  const config = putJson(
    layout,
    JSON.parse(readFileSync(join(saved, entry.Config), 'utf8')),
    'application/vnd.oci.image.config.v1+json',
  )
  const layers: Descriptor[] = []
  for (const layer of entry.Layers) layers.push(await putLayer(layout, join(saved, layer), kind))
  const mediaType = 'application/vnd.oci.image.manifest.v1+json'
  const manifest = putJson(layout, { schemaVersion: 2, mediaType, config, layers }, mediaType)
  writeFileSync(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }))
}

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'))
const env = { DOCKER_HOST: values.host }
try {
  const saved = join(folder, 'saved')
  mkdirSync(saved)
  run(['bash', '-c', 'docker save "$0" | tar -x -C "$1"', image, saved], { env })
  if (!existsSync(join(saved, 'manifest.json'))) throw new Error('docker save wrote no manifest.json')
  for (const kind of Object.keys(KINDS) as Kind[]) await makeLayout(saved, join(folder, kind), kind)
  rmSync(saved, { recursive: true })
  const socket = values.host.replace(/^unix:\/\//, '')
  const read = (kind: Kind) => (): Cost =>
    runNode([CLI, 'inspect', `oci-dir://${join(folder, kind)}`, '--json', '--quiet'])
  const costs = await interleave(
    {
      export: () =>
        run([
          'curl',
          '--silent',
          '--fail',
          '--output',
          '/dev/null',
          '--unix-socket',
          socket,
          `http://engine/images/get?names=${encodeURIComponent(image)}`,
        ]),
      plain: read('plain'),
      zstd: read('zstd'),
      gzip: read('gzip'),
    },
    Number(values.runs),
  )
  const faster = (kind: Kind): number => ratio(costs.export, costs[kind])
  const figures = {
    exportWallSeconds: medianOf(costs.export, wallOf),
    plainWallSeconds: medianOf(costs.plain, wallOf),
    zstdWallSeconds: medianOf(costs.zstd, wallOf),
    gzipWallSeconds: medianOf(costs.gzip, wallOf),
    plainCpuSeconds: medianOf(costs.plain, cpuOf),
    zstdCpuSeconds: medianOf(costs.zstd, cpuOf),
    gzipCpuSeconds: medianOf(costs.gzip, cpuOf),
    peakMB: Math.max(peakOf(costs.plain), peakOf(costs.zstd), peakOf(costs.gzip)),
    plainTimesFaster: faster('plain'),
    zstdTimesFaster: faster('zstd'),
    gzipTimesFaster: faster('gzip'),
  }
  report(
    {
      id: 'layout',
      what: `OCI layouts of ${image}, against the engine's bare export of it`,
      bar: 'at least 3 × faster with plain or zstd layers, 1.7 × with gzip',
      command: `npm run bench:layout -- ${image} --host ENGINE`,
      rounds: costs.export.length,
      figures,
      reached:
        figures.plainTimesFaster >= 3 && figures.zstdTimesFaster >= 3 && figures.gzipTimesFaster >= 1.7,
    },
    values,
  )
} finally {
  rmSync(folder, { recursive: true })
}
