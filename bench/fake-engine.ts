/** An engine that has one image, made while it is sent; it notes when it was first asked for anything. */
import * as http from 'node:http'

export interface FakeEngine {
  /** For DOCKER_HOST. */
  readonly host: string
  /** When the export was asked for, by `process.hrtime.bigint()`; null while it was not. */
  askedAt: bigint | null
  /** User and system time of sending, which is not Plimsoll's. */
  close(): void
}

export interface FakeImage {
  readonly configDigest: string
  readonly digests: readonly string[]
  /** The export. */
  readonly chunks: () => Iterable<Buffer>
}

/** @param socketPath where it listens */
export const startEngine = (socketPath: string, image: FakeImage): Promise<FakeEngine> => {
  const engine: FakeEngine = {
    host: `unix://${socketPath}`,
    askedAt: null,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
  const server = http.createServer(async (request, response) => {
    const url = request.url ?? ''
    if (url.includes('/images/get')) {
      engine.askedAt ??= process.hrtime.bigint()
      response.writeHead(200, { 'Content-Type': 'application/x-tar' })
      for (const chunk of image.chunks())
        if (!response.write(chunk)) await new Promise(resolve => response.once('drain', resolve))
      response.end()
    } else if (/\/images\/.*\/json/.test(url))
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(
        JSON.stringify({
          Id: `sha256:${image.configDigest}`,
          RepoTags: ['bench/image:latest'],
          RootFS: { Type: 'layers', Layers: image.digests.map(digest => `sha256:${digest}`) },
        }),
      )
    else response.writeHead(404).end('{"message":"there is nothing else here"}')
  })
  return new Promise(resolve => server.listen(socketPath, () => resolve(engine)))
}
