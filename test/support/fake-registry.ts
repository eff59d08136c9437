/** A registry for tests: it serves what it is given, notes what it was asked, and misbehaves as told. */
import * as http from 'node:http'
import * as https from 'node:https'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { type MadeImage, sha256 } from './make-image.ts'

export interface FakeRequest {
  readonly url: string
  readonly authorization: string | null
  readonly range: string | null
}

/** Answers a request by itself (true), or lets the registry do it. */
export type Trick = (request: http.IncomingMessage, response: http.ServerResponse, asked: number) => boolean

export interface FakeRegistry {
  /** `127.0.0.1:PORT` */
  readonly host: string
  readonly requests: readonly FakeRequest[]
  /** Content by digest. */
  readonly blobs: Map<string, Buffer>
  /** Manifests by tag and by digest, with their media type. */
  readonly manifests: Map<string, { readonly type: string; readonly bytes: Buffer }>
  trick: Trick
  close(): Promise<void>
}

export interface FakeOptions {
  /** Requests below `/v2/` need one of these in `Authorization`, and are told this challenge otherwise. */
  readonly auth?: { readonly challenge: (host: string) => string; readonly accepts: readonly string[] }
  readonly tls?: { readonly key: string; readonly cert: string }
  readonly ranges?: boolean
}

export const startRegistry = async ({
  auth,
  tls,
  ranges = true,
}: FakeOptions = {}): Promise<FakeRegistry> => {
  const requests: FakeRequest[] = []
  const counts = new Map<string, number>()
  const blobs: FakeRegistry['blobs'] = new Map()
  const manifests: FakeRegistry['manifests'] = new Map()
  const answer = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    const url = request.url ?? ''
    const { authorization = null, range = null } = request.headers
    requests.push({ url, authorization, range })
    const asked = (counts.get(url) ?? 0) + 1
    counts.set(url, asked)
    if (fake.trick(request, response, asked)) return
    if (auth && !auth.accepts.includes(authorization ?? ''))
      return void response.writeHead(401, { 'WWW-Authenticate': auth.challenge(fake.host) }).end('{}')
    const [, kind, name = ''] = /^\/v2\/.+\/(manifests|blobs)\/([^/]+)$/.exec(url) ?? []
    const manifest = kind === 'manifests' ? manifests.get(name) : null
    const bytes = manifest?.bytes ?? (kind === 'blobs' ? blobs.get(name) : null)
    if (!bytes) return void response.writeHead(404).end('{"errors":[{"code":"MANIFEST_UNKNOWN"}]}')
    const start = ranges ? Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0) : 0
    response.writeHead(start > 0 ? 206 : 200, {
      'Content-Type': manifest?.type ?? 'application/octet-stream',
      'Content-Length': bytes.length - start,
      ...(manifest && { 'Docker-Content-Digest': sha256(bytes) }),
      ...(start > 0 && { 'Content-Range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
    })
    response.end(bytes.subarray(start))
  }
  const server = tls ? https.createServer(tls, answer) : http.createServer(answer)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const fake: FakeRegistry = {
    host,
    requests,
    blobs,
    manifests,
    trick: () => false,
    close: () => {
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
  return fake
}

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'

export interface PushOptions {
  readonly compress?: (layer: Buffer) => Buffer
  readonly manifestType?: string
  readonly configType?: string
  readonly layerType?: string
  /** More of each layer's descriptor. */
  readonly layer?: Readonly<Record<string, unknown>>
}

/** Puts an image into the registry under a tag, and gives its manifest's descriptor. */
export const pushImage = (
  { blobs, manifests }: FakeRegistry,
  tag: string,
  image: MadeImage,
  { compress = gzipSync, manifestType = OCI_MANIFEST, ...types }: PushOptions = {},
) => {
  const put = (bytes: Buffer, mediaType: string) => {
    blobs.set(sha256(bytes), bytes)
    return { mediaType, digest: sha256(bytes), size: bytes.length }
  }
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: put(image.config, types.configType ?? 'application/vnd.oci.image.config.v1+json'),
      layers: image.layers.map(layer => ({
        ...put(compress(layer), types.layerType ?? 'application/vnd.oci.image.layer.v1.tar+gzip'),
        ...types.layer,
      })),
    }),
  )
  return putManifest(manifests, tag, manifest, manifestType)
}

export const putManifest = (
  manifests: FakeRegistry['manifests'],
  tag: string,
  bytes: Buffer,
  type: string,
): { readonly mediaType: string; readonly digest: string; readonly size: number } => {
  for (const name of [tag, sha256(bytes)]) manifests.set(name, { type, bytes })
  return { mediaType: type, digest: sha256(bytes), size: bytes.length }
}
