/** One HTTP request to a registry, with nothing decided about its answer: connections, trust, and time. */
import { readdirSync, readFileSync } from 'node:fs'
import * as http from 'node:http'
import * as https from 'node:https'
import type * as net from 'node:net'
import { join } from 'node:path'
import * as tls from 'node:tls'
import { isInNetwork, openTunnel, proxyFor, proxyHeaders } from './proxy.ts'

/** Longest silence of a registry before a request counts as broken. */
const SILENCE_MS = 60_000
/** Where docker keeps what it knows of registries: `certs.d/HOST` and the daemon's configuration. */
const DOCKER_FOLDER = '/etc/docker'

export interface RegistryAnswer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  /** Must be read to its end or destroyed. */
  readonly body: http.IncomingMessage
}

export interface Connections {
  /** This machine, and what docker's daemon is told to trust (`insecure-registries`): plain HTTP is tried there too. */
  mayBePlain(url: URL): boolean
  /** Gets an absolute `http:` or `https:` URL; rejects with Node's error where there is no answer. */
  get(url: URL, headers: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<RegistryAnswer>
  /** Sends a form, for the token services of OAuth2. */
  post(url: URL, form: URLSearchParams, signal?: AbortSignal): Promise<RegistryAnswer>
  close(): void
}

export interface ConnectionOptions {
  /** Longest time without a byte. */
  readonly silenceMs?: number
  /** Names the proxies: HTTPS_PROXY, HTTP_PROXY, NO_PROXY. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly dockerFolder?: string
}

export const openConnections = ({
  silenceMs = SILENCE_MS,
  environment = {},
  dockerFolder = DOCKER_FOLDER,
}: ConnectionOptions = {}): Connections => {
  const plain = new http.Agent({ keepAlive: true })
  const secure = new Map<string, https.Agent>()
  const insecure = insecureRegistries(dockerFolder)
  const isTrusting = (url: URL): boolean => isLoopback(url) || insecure(url)
  const agentFor = (url: URL): http.Agent => {
    if (url.protocol === 'http:') return plain
    const known = secure.get(url.host)
    if (known) return known
    const trust = isTrusting(url) ? { rejectUnauthorized: false } : trustFor(url, dockerFolder)
    const agent = new https.Agent({ keepAlive: true, ...trust, ...certificateFor(url, dockerFolder) })
    const proxy = proxyFor(url, environment)
    if (proxy) connectThrough(agent, proxy)
    secure.set(url.host, agent)
    return agent
  }
  const send = (url: URL, options: http.RequestOptions, content: string | null): Promise<RegistryAnswer> =>
    new Promise((resolve, reject) => {
      const answer = (body: http.IncomingMessage): void =>
        resolve({ status: body.statusCode ?? 0, headers: body.headers, body })
      const proxy = url.protocol === 'http:' ? proxyFor(url, environment) : null
      const request = proxy
        ? requestThrough(proxy, url, { ...options, agent: plain }, answer)
        : (url.protocol === 'http:' ? http : https).request(url, { ...options, agent: agentFor(url) }, answer)
      request.setTimeout(silenceMs, () =>
        request.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
      )
      request.on('error', reject)
      request.end(content ?? undefined)
    })
  return {
    mayBePlain: isTrusting,
    get: (url, headers, signal) =>
      send(url, { headers: { 'User-Agent': 'plimsoll', ...headers }, ...(signal && { signal }) }, null),
    post: (url, form, signal) =>
      send(
        url,
        {
          method: 'POST',
          headers: { 'User-Agent': 'plimsoll', 'Content-Type': 'application/x-www-form-urlencoded' },
          ...(signal && { signal }),
        },
        form.toString(),
      ),
    close: () => {
      plain.destroy()
      for (const agent of secure.values()) agent.destroy()
    },
  }
}

/** This machine: no network lies between, so that docker too asks no certificate of it and takes plain HTTP. */
const isLoopback = (url: URL): boolean =>
  url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(url.hostname)

/** TLS goes through a tunnel of the proxy's. */
const connectThrough = (agent: https.Agent, proxy: URL): void => {
  const connect = (
    options: tls.ConnectionOptions,
    done: (error: Error | null, socket?: net.Socket) => void,
  ) => {
    const [host, port] = [options.host ?? '', String(options.port ?? 443)]
    openTunnel(proxy, host.includes(':') ? `[${host}]` : host, port).then(
      socket => done(null, tls.connect({ ...options, socket, servername: options.servername || host })),
      (error: Error) => done(error),
    )
    return undefined
  }
  agent.createConnection = connect as unknown as typeof agent.createConnection
}

/** Without TLS the proxy is asked for the whole address (RFC 9112, 3.2.2). */
const requestThrough = (
  proxy: URL,
  url: URL,
  options: http.RequestOptions,
  answer: (body: http.IncomingMessage) => void,
): http.ClientRequest =>
  http.request(
    {
      ...options,
      host: proxy.hostname,
      port: proxy.port || 80,
      path: url.href,
      headers: { ...(options.headers as http.OutgoingHttpHeaders), Host: url.host, ...proxyHeaders(proxy) },
    },
    answer,
  )

/** What `insecure-registries` of docker's daemon names: hosts with their ports, and networks. */
const insecureRegistries = (dockerFolder: string): ((url: URL) => boolean) => {
  let names: string[] = []
  try {
    const json = JSON.parse(readFileSync(join(dockerFolder, 'daemon.json'), 'utf8')) as {
      readonly 'insecure-registries'?: unknown
    }
    const listed = json['insecure-registries']
    if (Array.isArray(listed)) names = listed.filter(name => typeof name === 'string')
  } catch {
    // none, or not readable: then nothing is trusted
  }
  return url =>
    names.some(name =>
      name.includes('/') ? isInNetwork(url.hostname.replace(/^\[|\]$/g, ''), name) : name === url.host,
    )
}

/** Files of docker's for a host; none where there is no such folder. */
const filesFor = (url: URL, dockerFolder: string, ending: string): readonly (readonly [string, string])[] => {
  try {
    const folder = join(dockerFolder, 'certs.d', url.host)
    return readdirSync(folder)
      .filter(name => name.endsWith(ending))
      .map(name => [name.slice(0, -ending.length), readFileSync(join(folder, name), 'utf8')] as const)
  } catch {
    return []
  }
}

/** The certificate that docker shows a registry: `NAME.cert` and `NAME.key`. */
const certificateFor = (url: URL, dockerFolder: string): https.AgentOptions => {
  const keys = new Map(filesFor(url, dockerFolder, '.key'))
  const [found] = filesFor(url, dockerFolder, '.cert').filter(([name]) => keys.has(name))
  return found ? { cert: found[1], key: keys.get(found[0])! } : {}
}

/** Node's authorities, the machine's where Node can ask for them (22.15), and those that docker has for this host. */
const trustFor = (url: URL, dockerFolder: string): https.AgentOptions => {
  const own = filesFor(url, dockerFolder, '.crt').map(([, text]) => text)
  if (!tls.getCACertificates) return own.length > 0 ? { ca: [...tls.rootCertificates, ...own] } : {}
  return {
    ca: [...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system'), ...own])],
  }
}
