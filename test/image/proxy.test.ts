/** The proxy that the environment names, what goes past it, and a registry behind it. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import * as http from 'node:http'
import * as net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { isInNetwork, proxyFor } from '../../src/image/proxy.ts'
import { type ConnectionOptions, openConnections } from '../../src/image/registry-request.ts'
import { startRegistry } from '../support/fake-registry.ts'
import { needProgram } from '../support/need.ts'

const PROXY = 'http://proxy.test:3128'

const CASES: readonly (readonly [
  what: string,
  url: string,
  env: Record<string, string>,
  proxy: string | null,
])[] = [
  ['no proxy', 'https://ghcr.io/', {}, null],
  ['HTTPS_PROXY', 'https://ghcr.io/', { HTTPS_PROXY: PROXY }, 'proxy.test:3128'],
  ['https_proxy', 'https://ghcr.io/', { https_proxy: PROXY }, 'proxy.test:3128'],
  ['a proxy without its scheme', 'https://ghcr.io/', { HTTPS_PROXY: 'proxy.test:3128' }, 'proxy.test:3128'],
  ['HTTP_PROXY for HTTPS', 'https://ghcr.io/', { HTTP_PROXY: PROXY }, null],
  ['this machine', 'https://127.0.0.1:5000/', { HTTPS_PROXY: PROXY }, null],
  ['this machine by name', 'https://localhost:5000/', { HTTPS_PROXY: PROXY }, null],
  ['this machine in IPv6', 'https://[::1]:5000/', { HTTPS_PROXY: PROXY }, null],
  ['everything direct', 'https://ghcr.io/', { HTTPS_PROXY: PROXY, NO_PROXY: '*' }, null],
  ['a domain', 'https://a.example.com/', { HTTPS_PROXY: PROXY, NO_PROXY: 'x, example.com' }, null],
  ['the domain itself', 'https://example.com/', { HTTPS_PROXY: PROXY, NO_PROXY: 'example.com' }, null],
  [
    'only below a domain',
    'https://example.com/',
    { HTTPS_PROXY: PROXY, NO_PROXY: '.example.com' },
    'proxy.test:3128',
  ],
  [
    'a name that only ends alike',
    'https://notexample.com/',
    { HTTPS_PROXY: PROXY, NO_PROXY: 'example.com' },
    'proxy.test:3128',
  ],
  [
    'another port',
    'https://example.com/',
    { HTTPS_PROXY: PROXY, NO_PROXY: 'example.com:5000' },
    'proxy.test:3128',
  ],
  ['the port', 'https://example.com:5000/', { HTTPS_PROXY: PROXY, NO_PROXY: 'example.com:5000' }, null],
  ['a network', 'https://10.1.2.3/', { HTTPS_PROXY: PROXY, NO_PROXY: '10.0.0.0/8' }, null],
  ['another network', 'https://11.1.2.3/', { HTTPS_PROXY: PROXY, NO_PROXY: '10.0.0.0/8' }, 'proxy.test:3128'],
]

for (const [what, url, env, proxy] of CASES)
  test(`the proxy is chosen as Go's programs choose it: ${what}`, () => {
    assert.equal(proxyFor(new URL(url), env)?.host ?? null, proxy)
  })

test('a proxy that is no address is said', () => {
  assert.throws(
    () => proxyFor(new URL('https://a.b/'), { HTTPS_PROXY: 'ftp://x' }),
    /HTTPS_PROXY is no address/,
  )
})

test('networks hold addresses of their own family', () => {
  assert.equal(isInNetwork('10.0.0.1', '10.0.0.0/24'), true)
  assert.equal(isInNetwork('10.0.1.1', '10.0.0.0/24'), false)
  assert.equal(isInNetwork('fe80::1', 'fe80::/10'), true)
  for (const network of ['10.0.0.0', '10.0.0.0/33', 'x/8', 'fe80::/10'])
    assert.equal(isInNetwork('10.0.0.1', network), false)
})

const NAME = 'registry.test'

/** A registry with TLS, reached by a name that only the proxy knows. */
const behindProxy = async (t: TestContext, login = '') => {
  if (!needProgram(t, 'openssl')) return null
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-proxy-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', `/CN=${NAME}`, '-addext', `subjectAltName=DNS:${NAME}`]
  const request = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '1',
  ]
  execFileSync('openssl', [...request, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  const registry = await startRegistry({
    tls: { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') },
  })
  registry.blobs.set('sha256:a', Buffer.from('content'))
  const seen: string[] = []
  const proxy = http.createServer()
  proxy.on('connect', (asked, client: net.Socket) => {
    seen.push(`${asked.url} ${asked.headers['proxy-authorization'] ?? ''}`.trim())
    if (login !== '' && asked.headers['proxy-authorization'] === undefined)
      return client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    const upstream = net.connect(Number(registry.host.split(':')[1]), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.pipe(client).pipe(upstream)
    })
    for (const socket of [client, upstream]) socket.on('error', () => undefined)
  })
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as net.AddressInfo
  mkdirSync(join(folder, 'certs.d', NAME), { recursive: true })
  writeFileSync(join(folder, 'certs.d', NAME, 'ca.crt'), readFileSync(cert))
  t.after(async () => {
    proxy.closeAllConnections()
    proxy.close()
    await registry.close()
  })
  return { seen, folder, port }
}

const get = async (options: ConnectionOptions): Promise<string> => {
  const connections = openConnections(options)
  try {
    const { status, body } = await connections.get(new URL(`https://${NAME}/v2/a/blobs/sha256:a`), {})
    let text = ''
    for await (const chunk of body) text += chunk
    return `${status} ${text}`
  } finally {
    connections.close()
  }
}

test('TLS goes through a tunnel, and the certificate is the registry’s, trusted as docker trusts it', async t => {
  const place = await behindProxy(t)
  if (!place) return
  const environment = { HTTPS_PROXY: `http://127.0.0.1:${place.port}` }
  assert.equal(await get({ environment, dockerFolder: place.folder }), '200 content')
  assert.deepEqual(place.seen, [`${NAME}:443`])
  await assert.rejects(
    get({ environment, dockerFolder: join(place.folder, 'none') }),
    (error: NodeJS.ErrnoException) => /SELF_SIGNED|UNABLE_TO_VERIFY/.test(error.code ?? ''),
  )
})

test('a proxy’s login is told to the proxy alone, and one that is missing is said without it', async t => {
  const place = await behindProxy(t, 'wanted')
  if (!place) return
  const to = (user: string) => ({
    environment: { HTTPS_PROXY: `http://${user}127.0.0.1:${place.port}` },
    dockerFolder: place.folder,
  })
  assert.equal(await get(to('me:p%40ss@')), '200 content')
  assert.deepEqual(place.seen, [`${NAME}:443 Basic ${Buffer.from('me:p@ss').toString('base64')}`])
  await assert.rejects(
    get(to('')),
    /^UserError: the proxy 127\.0\.0\.1:\d+ wants another login for registry\.test: check HTTPS_PROXY$/,
  )
})

test('what docker’s daemon is told to trust may be plain, and nothing else', t => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-daemon-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(
    join(folder, 'daemon.json'),
    JSON.stringify({ 'insecure-registries': ['reg.test:5000', '10.0.0.0/8', 7] }),
  )
  const { mayBePlain, close } = openConnections({ dockerFolder: folder })
  const plain = (url: string): boolean => mayBePlain(new URL(url))
  assert.deepEqual(
    [
      'https://reg.test:5000',
      'https://reg.test',
      'https://10.1.2.3:80',
      'https://11.1.2.3',
      'https://127.0.0.1:1',
    ].map(plain),
    [true, false, true, false, true],
  )
  close()
  const none = openConnections({ dockerFolder: join(folder, 'absent') })
  assert.equal(none.mayBePlain(new URL('https://reg.test:5000')), false)
})
