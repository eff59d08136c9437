/** A local stand-in for an engine's API: real HTTP on a Unix socket or on 127.0.0.1, two images, and faults on demand. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { classicArchive, type MadeImage, sha256 } from '../make-image.ts'
import { type EngineEffect, type EngineFault, type EngineRoute, placeIn } from './faults.ts'

export interface FakeEngineOptions {
  /** Images by the end of their tag: `…:head`, `…:base`. */
  readonly images: Readonly<Record<'head' | 'base', MadeImage>>
  /** Where to listen; a port of 127.0.0.1 when absent. */
  readonly socketPath?: string
  /** What a build prints, beside its steps. */
  readonly buildLog?: readonly string[]
}

export interface FakeEngine {
  /** `unix://…` or `tcp://…`. */
  readonly host: string
  /** Both may be changed between runs. */
  faults: readonly EngineFault[]
  images: FakeEngineOptions['images']
  readonly requests: string[]
  readonly stop: () => Promise<void>
}

type Side = 'head' | 'base'

const sideOf = (name: string): Side | null =>
  name.endsWith(':head') ? 'head' : name.endsWith(':base') ? 'base' : null

/** Starts the engine. Builds always give the side's image; nothing is remembered between requests. */
export const startFakeEngine = async (options: FakeEngineOptions): Promise<FakeEngine> => {
  const { socketPath, buildLog = [] } = options
  const engine = {
    host: '',
    faults: [] as readonly EngineFault[],
    images: options.images,
    requests: [] as string[],
  }

  const effectOf = (route: EngineRoute, sides: readonly (Side | null)[]): EngineEffect | null =>
    engine.faults.find(
      ({ on, side }) => on === route && (side === undefined || sides.some(each => each === side)),
    )?.does ?? null

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://engine')
    const path = pathname.replace(/^\/v\d+\.\d+/, '')
    engine.requests.push(`${request.method} ${path}`)
    for await (const _ of request);
    if (path === '/_ping') return void response.end('OK')
    if (path === '/version') return answer(response, 200, { Version: '29.0.0', ApiVersion: '1.51' })
    if (request.method === 'POST' && path === '/build') {
      const side = sideOf(searchParams.get('t') ?? '')
      return send(response, buildAnswer(side, engine.images, buildLog), effectOf('build', [side]))
    }
    if (path === '/images/get') {
      const names = searchParams.getAll('names')
      const wanted = names.map(name => ({ ...engine.images[sideOf(name) ?? 'head'], tag: name }))
      return send(response, classicArchive(wanted), effectOf('export', names.map(sideOf)))
    }
    const name = decodeURIComponent(/^\/images\/(.+?)(?:\/json)?$/.exec(path)?.[1] ?? '')
    const side = sideOf(name)
    if (side === null) return answer(response, 404, { message: `No such image: ${name}` })
    if (request.method === 'DELETE') {
      const effect = effectOf('remove', [side])
      return send(response, Buffer.from(JSON.stringify([{ Untagged: name }])), effect)
    }
    const inspected = Buffer.from(JSON.stringify(inspectAnswer(engine.images[side], name)))
    return send(response, inspected, effectOf('inspect', [side]))
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy())
  })
  await new Promise<void>(resolve =>
    socketPath ? server.listen(socketPath, resolve) : server.listen(0, '127.0.0.1', resolve),
  )
  engine.host = socketPath
    ? `unix://${socketPath}`
    : `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`
  const stop = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise<void>(resolve => server.close(() => resolve()))
  }
  return Object.assign(engine, { stop })
}

const inspectAnswer = (image: MadeImage, name: string): object => ({
  Id: sha256(image.config),
  RepoTags: [name],
  RootFS: { Type: 'layers', Layers: image.layers.map(sha256) },
})

const buildAnswer = (
  side: Side | null,
  images: FakeEngineOptions['images'],
  log: readonly string[],
): Buffer =>
  Buffer.from(
    [
      { stream: 'Step 1/2 : FROM scratch\n' },
      ...log.map(line => ({ stream: `${line}\n` })),
      { stream: 'Step 2/2 : COPY . /\n' },
      ...Array.from({ length: 40 }, (_, i) => ({ stream: ` ---> step ${i} of the build\n` })),
      { aux: { ID: sha256(images[side ?? 'head'].config) } },
      { stream: 'Successfully built\n' },
    ]
      .map(message => JSON.stringify(message))
      .join('\n'),
  )

const answer = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

const send = async (response: ServerResponse, bytes: Buffer, effect: EngineEffect | null): Promise<void> => {
  if (effect === null) return void response.end(bytes)
  if ('answer' in effect) return answer(response, effect.answer, { message: `status ${effect.answer}` })
  if ('reset' in effect) return void response.destroy()
  if ('instead' in effect) return void response.end(effect.instead)
  if ('flip' in effect) {
    const at = placeIn(bytes, effect.flip)
    bytes[at] = bytes[at]! ^ 1
    return void response.end(bytes)
  }
  if ('stall' in effect) return void response.write(bytes.subarray(0, placeIn(bytes, effect.stall)))
  if ('cut' in effect) {
    const part = bytes.subarray(0, placeIn(bytes, effect.cut))
    if (effect.as === 'whole') return void response.end(part)
    return void response.write(part, () => setTimeout(() => response.destroy(), 20))
  }
  for (let at = 0; at < bytes.length; at += effect.slow) {
    response.write(bytes.subarray(at, at + effect.slow))
    await sleep(effect.pauseMs)
  }
  response.end()
}
