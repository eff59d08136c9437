/** Steps to the files of an OCI image layout (OCI image-spec, image-layout.md). */
import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Step } from './images.ts'
import { MADE_AT, writeTar } from './tar.ts'

const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`
const blobPath = (digest: string): string => `blobs/${digest.replace(':', '/')}`

const CREATED = new Date(MADE_AT * 1000).toISOString().replace('.000', '')

/**
 * A layer packed. zlib's output depends on its version and on the processor, so a blob that already holds the same
 * tar is kept: the layout changes only when a file in it does.
 */
const pack = (tar: Buffer, present: readonly Buffer[]): Buffer => {
  const same = present.find(blob => blob[0] === 0x1f && blob[1] === 0x8b && gunzipSync(blob).equals(tar))
  if (same) return same
  const blob = gzipSync(tar, { level: 9 })
  blob[9] = 0xff // the operating system that packed it: unknown
  return blob
}

/**
 * @param name what `index.json` calls the image
 * @param present blobs of an earlier run
 * @returns the files of the layout by path
 */
export const ociLayout = (
  name: string,
  steps: readonly Step[],
  present: readonly Buffer[],
): ReadonlyMap<string, Buffer> => {
  const files = new Map<string, Buffer>()
  const add = (mediaType: string, bytes: Buffer): { mediaType: string; digest: string; size: number } => {
    const digest = digestOf(bytes)
    files.set(blobPath(digest), bytes)
    return { mediaType, digest, size: bytes.length }
  }
  const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`)

  const tars = steps.flatMap(step => (step.layer ? [writeTar(step.layer)] : []))
  const layers = tars.map(tar => add('application/vnd.oci.image.layer.v1.tar+gzip', pack(tar, present)))
  const config = add('application/vnd.oci.image.config.v1+json', json(configOf(steps, tars.map(digestOf))))
  const manifest = add(
    'application/vnd.oci.image.manifest.v1+json',
    json({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json', config, layers }),
  )
  files.set('oci-layout', json({ imageLayoutVersion: '1.0.0' }))
  files.set(
    'index.json',
    json({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [
        {
          ...manifest,
          platform: { architecture: 'amd64', os: 'linux' },
          annotations: { 'org.opencontainers.image.ref.name': name },
        },
      ],
    }),
  )
  return files
}

const configOf = (steps: readonly Step[], diffIds: readonly string[]): object => ({
  architecture: 'amd64',
  os: 'linux',
  created: CREATED,
  config: {
    User: 'nobody',
    Env: ['PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin', 'PYTHON_VERSION=3.11.14'],
    Cmd: ['python', 'app.py'],
    WorkingDir: '/srv',
  },
  rootfs: { type: 'layers', diff_ids: diffIds },
  history: steps.map(step => ({
    created: CREATED,
    created_by: step.createdBy,
    comment: 'buildkit.dockerfile.v0',
    ...(step.layer ? {} : { empty_layer: true }),
  })),
})
