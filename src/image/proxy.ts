/** The user's proxy, as Go's programs take it from the environment (net/http's ProxyFromEnvironment), and docker with them. */
import * as http from 'node:http'
import * as net from 'node:net'
import * as tls from 'node:tls'
import { UserError } from '../errors.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The proxy for an address, or null: what NO_PROXY names and this machine itself are asked directly. */
export const proxyFor = (url: URL, env: Environment): URL | null => {
  const isSecure = url.protocol === 'https:'
  const written = isSecure ? (env.HTTPS_PROXY ?? env.https_proxy) : (env.HTTP_PROXY ?? env.http_proxy)
  if (!written || isDirect(url, env.NO_PROXY ?? env.no_proxy ?? '')) return null
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(written) ? written : `http://${written}`
  const proxy = URL.canParse(text) ? new URL(text) : null
  if (proxy?.protocol === 'http:' || proxy?.protocol === 'https:') return proxy
  throw new UserError(`${isSecure ? 'HTTPS' : 'HTTP'}_PROXY is no address of a proxy: write http://HOST:PORT`)
}

const isDirect = (url: URL, noProxy: string): boolean => {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  if (
    host === 'localhost' ||
    (net.isIP(host) !== 0 && isInNetwork(host, host.includes(':') ? '::1/128' : '127.0.0.0/8'))
  )
    return true
  return noProxy
    .split(',')
    .map(entry => entry.trim().toLowerCase())
    .some(entry => entry !== '' && (entry === '*' || matches(entry, host, port)))
}

/** `example.com` and what is below it, `.example.com` only what is below, a network, an address; each with a port or not. */
const matches = (entry: string, host: string, port: string): boolean => {
  if (entry.includes('/')) return net.isIP(host) !== 0 && isInNetwork(host, entry)
  const [, name = entry, only] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry) ?? []
  if (only !== undefined && only !== port) return false
  const bare = name.replace(/^\*(?=\.)/, '').replace(/^\[|\]$/g, '')
  return host === bare || host.endsWith(bare.startsWith('.') ? bare : `.${bare}`)
}

/** False for what is no network. */
export const isInNetwork = (address: string, network: string): boolean => {
  const [base = '', bits = ''] = network.split('/')
  const family = net.isIP(base)
  const most = family === 6 ? 128 : 32
  if (family === 0 || net.isIP(address) !== family || !/^\d{1,3}$/.test(bits) || Number(bits) > most)
    return false
  const list = new net.BlockList()
  const type = family === 6 ? 'ipv6' : 'ipv4'
  list.addSubnet(base, Number(bits), type)
  return list.check(address, type)
}

/** What a proxy is told of its user. */
export const proxyHeaders = (proxy: URL): Readonly<Record<string, string>> =>
  proxy.username === ''
    ? {}
    : {
        'Proxy-Authorization': `Basic ${Buffer.from(`${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`).toString('base64')}`,
      }

const TUNNEL_MS = 30_000

/** A connection through the proxy to a host, as `CONNECT` gives it (RFC 9110, 9.3.6); TLS begins inside. */
export const openTunnel = (proxy: URL, host: string, port: string): Promise<net.Socket> =>
  new Promise((resolve, reject) => {
    const isSecure = proxy.protocol === 'https:'
    const socket = isSecure
      ? tls.connect({ host: proxy.hostname, port: Number(proxy.port || 443), servername: proxy.hostname })
      : net.connect(Number(proxy.port || 80), proxy.hostname)
    const request = http.request({
      createConnection: () => socket,
      method: 'CONNECT',
      path: `${host}:${port}`,
      headers: { Host: `${host}:${port}`, ...proxyHeaders(proxy) },
    })
    request.setTimeout(TUNNEL_MS, () =>
      request.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
    )
    request.on('connect', ({ statusCode }, tunnel) => {
      if (statusCode === 200) {
        tunnel.setTimeout(0)
        return resolve(tunnel as net.Socket)
      }
      tunnel.destroy()
      const wants = statusCode === 407 ? 'wants another login' : `answers with status ${statusCode}`
      reject(new UserError(`the proxy ${proxy.host} ${wants} for ${host}: check HTTPS_PROXY`))
    })
    request.on('error', (error: NodeJS.ErrnoException) =>
      reject(
        Object.assign(
          new UserError(
            `the proxy ${proxy.host} cannot be reached (${error.code ?? 'no connection'}): check HTTPS_PROXY`,
          ),
          {
            code: error.code,
          },
        ),
      ),
    )
    request.end()
  })
