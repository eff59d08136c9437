/** `docker://`: images of an engine, by its export. Engines of 20.10 and later, whatever their image store. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import * as http from 'node:http'
import { homedir } from 'node:os'
import { Duplex } from 'node:stream'
import Docker from 'dockerode'
import { CorruptError, messageOf, UserError } from '../errors.ts'
import { imageOfArchive } from './archive-images.ts'
import { type ArchiveOptions, type Feed, feedFrom, readArchive } from './archive-stream.ts'
import { askEngine, EngineAnswer, EngineSilence } from './ask-engine.ts'
import { exportFeed } from './engine-export.ts'
import { type EngineHost, resolveEngineHost } from './engine-host.ts'
import type { HashThread } from './hash-thread.ts'
import type { ImageContent } from './image.ts'
import { normaliseName } from './reference.ts'

export interface Engine {
  readonly docker: Docker
  /** The address as the user knows it, for messages. */
  readonly address: string
  /** Its Unix socket, where it has one. */
  readonly socketPath: string | null
}

/** The engine that the user's `docker` command would use. Nothing is asked of it yet. */
export const connectEngine = (env: Readonly<Record<string, string | undefined>>): Engine => {
  const host = resolveEngineHost({ env, home: homedir(), windows: process.platform === 'win32', readFile })
  const socketPath = host.kind === 'socket' && process.platform !== 'win32' ? host.path : null
  return { docker: new Docker(dockerOptions(host, env)), address: host.text, socketPath }
}

const readFile = (path: string): Buffer | null => {
  try {
    return readFileSync(path)
  } catch {
    return null
  }
}

/** dockerode reads DOCKER_HOST by itself where a field is missing, so every field is given. */
const dockerOptions = (
  host: EngineHost,
  env: Readonly<Record<string, string | undefined>>,
): Docker.DockerOptions => {
  const none = { host: undefined, port: undefined, ca: undefined, cert: undefined, key: undefined }
  if (host.kind === 'socket')
    return { ...none, protocol: 'http', socketPath: host.path } as Docker.DockerOptions
  if (host.kind === 'dial')
    return {
      ...none,
      protocol: 'http',
      host: 'engine',
      port: 80,
      agent: dialAgent(env),
    } as unknown as Docker.DockerOptions
  const tls = host.tls && { ca: host.tls.ca, cert: host.tls.cert, key: host.tls.key }
  return {
    ...none,
    host: host.host,
    port: host.port,
    protocol: tls ? 'https' : 'http',
    ...tls,
    ...(host.tls && !host.tls.verify ? { checkServerIdentity: () => undefined } : {}),
  } as Docker.DockerOptions
}

/** HTTP over the standard streams of `docker system dial-stdio`: one process for each connection. */
const dialAgent = (env: Readonly<Record<string, string | undefined>>): http.Agent => {
  const agent = new http.Agent({ keepAlive: false })
  const connect = (): Duplex => {
    const child = spawn('docker', ['system', 'dial-stdio'], { env, stdio: ['pipe', 'pipe', 'pipe'] })
    let complaint = ''
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString('utf8')).slice(-2000)
    })
    const duplex = Duplex.from({ readable: child.stdout, writable: child.stdin })
    child.on('error', error => duplex.destroy(error))
    child.on('exit', status => {
      if (status)
        duplex.destroy(new Error(complaint.trim() || `docker system dial-stdio ended with status ${status}`))
    })
    duplex.on('close', () => child.kill())
    return Object.assign(duplex, {
      setTimeout: () => duplex,
      setNoDelay: () => duplex,
      setKeepAlive: () => duplex,
      ref: () => duplex,
      unref: () => duplex,
    })
  }
  agent.createConnection = connect as unknown as typeof agent.createConnection
  return agent
}

interface Inspected {
  readonly name: string
  /** The name as the engine's export writes it. */
  readonly tag: string
  readonly id: string
  readonly diffIds: readonly string[]
}

export interface EngineOptions {
  readonly platform: string
  /** Longest time without a byte from the engine; half an hour unless said. */
  readonly silenceMs?: number
  readonly signal?: AbortSignal
}

/** An engine of 20.10 writes a whole export to its disk before the first byte of it comes. */
const SILENCE_MS = 30 * 60_000

/**
 * Reads images out of an engine, all in one export request, so that a layer they share is sent once.
 * @param names as a person writes them, one for each result
 */
export const readEngineImages = async (
  engine: Engine,
  names: readonly string[],
  options: ArchiveOptions & EngineOptions,
): Promise<ImageContent[]> => {
  const { silenceMs = SILENCE_MS, signal } = options
  const inspected: Inspected[] = []
  for (const name of names) inspected.push(await inspect(engine, name, silenceMs, signal))
  const distinct = [...new Map(inspected.map(image => [image.id, image])).values()]
  const what = names.join(' and ')
  const feed = await exportImages(
    engine,
    distinct.map(image => image.name),
    silenceMs,
    options.hashes,
    options.signal,
  )
  let archive: Awaited<ReturnType<typeof readArchive>>
  try {
    archive = await readArchive(feed, `the engine's export of ${what}`, options)
  } catch (error) {
    if (error instanceof UserError) throw error
    if (error instanceof EngineAnswer) throw engineError(error, engine, what)
    throw new UserError(
      `the engine at ${engine.address} stopped in the middle of its export of ${what} (${messageOf(error)}): nothing is reported of half an image`,
    )
  }
  const images: ImageContent[] = []
  for (const image of inspected) {
    // the export lists the name that was asked for; equal images were asked for once
    const asked = distinct.find(each => each.id === image.id)!
    const content = await imageOfArchive(archive, {
      source: `docker://${image.name}`,
      select: selectorOf(asked),
      platform: options.platform,
    })
    checkDiffIds(content, image)
    images.push(content)
  }
  return images
}

/** An image id finds itself by digest; a name by its tag. */
const selectorOf = (image: Inspected): { kind: 'digest'; digest: string } | { kind: 'tag'; tag: string } =>
  isId(image.name) || image.name.includes('@')
    ? { kind: 'digest', digest: image.id }
    : { kind: 'tag', tag: normaliseName(image.tag) }

const isId = (name: string): boolean => /^sha256:[0-9a-f]{64}$/.test(name)

const inspect = async (
  engine: Engine,
  name: string,
  silenceMs: number,
  signal: AbortSignal | undefined,
): Promise<Inspected> => {
  try {
    const image = inspectedOf(
      await askEngine(engine.docker, {
        method: 'GET',
        path: `/images/${name}/json`,
        timeoutMs: silenceMs,
        signal,
      }),
    )
    // a short id is asked for by its full one, so that the export can be searched for it
    const full = /^[0-9a-f]{4,63}$/.test(name) && image.Id.startsWith(`sha256:${name}`) ? image.Id : name
    return {
      name: full,
      tag: tagOf(full, image.RepoTags ?? []),
      id: image.Id,
      diffIds: image.RootFS?.Layers ?? [],
    }
  } catch (error) {
    if (error instanceof EngineSilence) throw silent(engine, silenceMs)
    throw error instanceof UserError ? error : engineError(error, engine, name)
  }
}

/** What of the answer is read here. Without an id and without its layers it says nothing that an export could be held to. */
const inspectedOf = (
  answer: unknown,
): {
  readonly Id: string
  readonly RepoTags?: string[] | null
  readonly RootFS: { readonly Layers?: string[] }
} => {
  const { Id, RootFS } = (answer ?? {}) as { Id?: unknown; RootFS?: unknown }
  if (typeof Id === 'string' && typeof RootFS === 'object' && RootFS !== null) return answer as never
  throw new Error('its answer describes no image')
}

const silent = (engine: Engine, silenceMs: number): UserError =>
  new UserError(
    `the engine at ${engine.address} did not answer within ${silenceMs / 1000} s: see whether it is busy, or raise "timeout"`,
  )

/** Docker completes a short name to `docker.io/…`, podman to `localhost/…` and to registries of its own configuration. */
const tagOf = (name: string, tags: readonly string[]): string => {
  const short = /:[^/]*$/.test(name) ? name : `${name}:latest`
  return (
    tags.find(tag => normaliseName(tag) === normaliseName(name)) ??
    tags.find(tag => tag.endsWith(`/${short}`)) ??
    name
  )
}

/** One request for all of them. Over a Unix socket the bytes come through one buffer, which is much faster. */
const exportImages = (
  engine: Engine,
  names: readonly string[],
  silenceMs: number,
  hashes: HashThread,
  signal?: AbortSignal,
): Promise<Feed> => {
  const path = `/images/get?${names.map(name => `names=${encodeURIComponent(name)}`).join('&')}`
  if (engine.socketPath !== null)
    return Promise.resolve(exportFeed(engine.socketPath, path, silenceMs, hashes, signal))
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(silent(engine, silenceMs)), silenceMs)
    engine.docker.modem.dial(
      {
        // the modem drops the last character of a path that has a query and no options
        path: `${path}&`,
        method: 'GET',
        isStream: true,
        statusCodes: { 200: true, 404: 'no such image', 500: 'server error' },
      } as never,
      (error, result) => {
        clearTimeout(timer)
        if (error) return reject(engineError(error, engine, names.join(' and ')))
        const stream = result as NodeJS.ReadableStream & { destroy(error?: Error): void }
        signal?.addEventListener(
          'abort',
          () => stream.destroy(signal.reason instanceof UserError ? signal.reason : new UserError('stopped')),
          { once: true },
        )
        resolve(feedFrom(endWhenSilent(stream, silenceMs)))
      },
    )
  })
}

/** The chunks of a stream; destroys it when the next one takes too long. The reader's own time does not count. */
async function* endWhenSilent(
  stream: NodeJS.ReadableStream & { destroy(error?: Error): void },
  silenceMs: number,
): AsyncGenerator<Uint8Array> {
  const wait = (): NodeJS.Timeout =>
    setTimeout(() => stream.destroy(new Error(`it sent nothing for ${silenceMs / 1000} s`)), silenceMs)
  let timer = wait()
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      clearTimeout(timer)
      yield chunk
      timer = wait()
    }
  } finally {
    clearTimeout(timer)
  }
}

const checkDiffIds = (content: ImageContent, image: Inspected): void => {
  const exported = content.config?.diffIds ?? []
  if (image.diffIds.length > 0 && exported.join() !== image.diffIds.join())
    throw new CorruptError(
      `docker://${image.name}: the engine exported other layers than it says the image has`,
    )
}

/** What a person can do about a failed request to the engine. */
const engineError = (error: unknown, engine: Engine, name: string): Error => {
  const { statusCode, code } = error as { statusCode?: number; code?: string }
  if (statusCode === 404)
    return new UserError(
      `docker://${name}: the engine at ${engine.address} has no such image: pull or build it first`,
    )
  if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'EHOSTUNREACH' || code === 'ENOTFOUND')
    return new UserError(
      `no Docker engine answers at ${engine.address}: start it, or set DOCKER_HOST (an image file can be read without one: archive://FILE)`,
    )
  if (code === 'EACCES')
    return new UserError(
      `${engine.address} may not be opened by this user: join the group "docker" or set DOCKER_HOST`,
    )
  return new UserError(
    `the engine at ${engine.address} cannot give docker://${name}: ${messageOf(error).trim()}`,
  )
}
