/** One HTTP request to a registry, with nothing decided about its answer: connections, trust, and time. */
import { readdirSync, readFileSync } from 'node:fs'
import * as http from 'node:http'
import * as https from 'node:https'
import { join } from 'node:path'
import * as tls from 'node:tls'

/** Longest silence of a registry before a request counts as broken. */
const SILENCE_MS = 60_000
/** Where docker looks for a registry's own certificate authority (docker docs, "certs.d"). */
const CERTIFICATES = '/etc/docker/certs.d'

export interface RegistryAnswer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  /** Must be read to its end or destroyed. */
  readonly body: http.IncomingMessage
}

export interface Connections {
  /** Gets an absolute `http:` or `https:` URL; rejects with Node's error where there is no answer. */
  get(url: URL, headers: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<RegistryAnswer>
  /** Sends a form, for the token services of OAuth2. */
  post(url: URL, form: URLSearchParams, signal?: AbortSignal): Promise<RegistryAnswer>
  close(): void
}

/** @param silenceMs longest time without a byte */
export const openConnections = (silenceMs: number = SILENCE_MS): Connections => {
  const plain = new http.Agent({ keepAlive: true })
  const secure = new Map<string, https.Agent>()
  const agentFor = (url: URL): http.Agent => {
    if (url.protocol === 'http:') return plain
    const agent = secure.get(url.host) ?? new https.Agent({ keepAlive: true, ...trustFor(url) })
    secure.set(url.host, agent)
    return agent
  }
  const send = (url: URL, options: http.RequestOptions, content: string | null): Promise<RegistryAnswer> =>
    new Promise((resolve, reject) => {
      const client = url.protocol === 'http:' ? http : https
      const request = client.request(url, { ...options, agent: agentFor(url) }, body =>
        resolve({ status: body.statusCode ?? 0, headers: body.headers, body }),
      )
      request.setTimeout(silenceMs, () =>
        request.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
      )
      request.on('error', reject)
      request.end(content ?? undefined)
    })
  return {
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
export const isLoopback = (url: URL): boolean =>
  url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(url.hostname)

/** Node's authorities, the machine's where Node can ask for them (22.15), and those that docker has for this host. */
const trustFor = (url: URL): https.AgentOptions => {
  if (isLoopback(url)) return { rejectUnauthorized: false }
  const own = ownAuthorities(url.host)
  if (!tls.getCACertificates) return own.length > 0 ? { ca: [...tls.rootCertificates, ...own] } : {}
  return {
    ca: [...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system'), ...own])],
  }
}

const ownAuthorities = (host: string): string[] => {
  try {
    const folder = join(CERTIFICATES, host)
    return readdirSync(folder)
      .filter(name => name.endsWith('.crt'))
      .map(name => readFileSync(join(folder, name), 'utf8'))
  } catch {
    return []
  }
}
