import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { UserError } from '../../src/errors.ts'
import type { FoundLogin } from '../../src/image/docker-login.ts'
import { createHashThread } from '../../src/image/hash-thread.ts'
import type { ImageContent, LayerContent } from '../../src/image/image.ts'
import { createReadBudget } from '../../src/image/read-budget.ts'
import { readRegistryImage, registryWorld } from '../../src/image/registry.ts'
import { Directories } from '../../src/tree/entries.ts'
import {
  type FakeOptions,
  type FakeRegistry,
  OCI_INDEX,
  OCI_MANIFEST,
  pushImage,
  putManifest,
  startRegistry,
} from '../support/fake-registry.ts'
import { makeImage, sha256 } from '../support/make-image.ts'
import { file } from '../support/make-tar.ts'
import { needProgram } from '../support/need.ts'

// what does not compress, so that a blob takes several packets
const NOISE = randomBytes(600_000).toString('base64')
const image = makeImage([[file('usr/bin/app', NOISE)], [file('etc/config', 'b'.repeat(200))]])
const DIFF_IDS = image.layers.map(layer => sha256(layer))

const PASSWORD = 'canary-password'
const LOGIN: FoundLogin = { login: { kind: 'password', user: 'me', password: PASSWORD }, problem: null }
const BASIC = `Basic ${Buffer.from(`me:${PASSWORD}`).toString('base64')}`
const NOBODY: FoundLogin = { login: null, problem: null }

const open = async (t: TestContext, options: FakeOptions = {}): Promise<FakeRegistry> => {
  const registry = await startRegistry(options)
  t.after(() => registry.close())
  return registry
}

interface Asked {
  readonly platform?: string
  readonly found?: FoundLogin
  readonly layers?: Map<string, LayerContent>
}

/** Reads `HOST/me/api<name>`; waits are noted and not waited. */
const read = async (
  { host }: Pick<FakeRegistry, 'host'>,
  name: string,
  { platform = 'linux/amd64', found = NOBODY, layers = new Map() }: Asked = {},
): Promise<{ readonly content: ImageContent; readonly waits: readonly number[]; readonly bytes: number }> => {
  const waits: number[] = []
  const hashes = createHashThread()
  const world = registryWorld(null)
  let bytes = 0
  try {
    const content = await readRegistryImage(
      { source: 'registry://it', name: `${host}/me/api${name}`, platform },
      {
        directories: new Directories(),
        keep: () => 'none',
        hashes,
        budget: createReadBudget(),
        onProgress: all => {
          bytes = all
        },
      },
      layers,
      {
        ...world,
        findLogin: async () => found,
        wait: async milliseconds => void waits.push(milliseconds),
      },
    )
    return { content, waits, bytes }
  } finally {
    world.connections.close()
    await hashes.close()
  }
}

const diffIds = ({ content }: { readonly content: ImageContent }): readonly string[] =>
  content.layers.map(layer => layer.diffId)

const refuses = async (reading: Promise<unknown>, words: RegExp): Promise<void> => {
  await assert.rejects(reading, (error: Error) => {
    assert.ok(error instanceof UserError, error.stack)
    assert.match(error.message, words)
    assert.doesNotMatch(error.message, /canary|\n/)
    return true
  })
}

test('an image is read by tag, by digest and by both, in OCI and in Docker form', async t => {
  const registry = await open(t)
  const { digest } = pushImage(registry, '1', image)
  pushImage(registry, 'docker', image, {
    manifestType: 'application/vnd.docker.distribution.manifest.v2+json',
    configType: 'application/vnd.docker.container.image.v1+json',
    layerType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  })
  for (const name of [':1', `@${digest}`, `:other@${digest}`, ':docker']) {
    const { content } = await read(registry, name)
    assert.deepEqual(diffIds({ content }), DIFF_IDS, name)
    assert.equal(content.configDigest, sha256(image.config))
    assert.ok(content.layers.every(layer => layer.blob.compressed && layer.blob.sizeBytes > 0))
  }
  assert.ok(registry.requests.every(({ authorization }) => authorization === null))
})

test('only the manifest, the configuration and the layers are asked for, each once', async t => {
  const registry = await open(t)
  pushImage(registry, '1', image, { layer: { urls: ['http://127.0.0.1:1/elsewhere'] } })
  pushImage(registry, '2', makeImage([[file('other', 'x')]]))
  const { bytes } = await read(registry, ':1')
  const manifest = JSON.parse(registry.manifests.get('1')!.bytes.toString())
  const parts = [manifest.config, ...manifest.layers]
  assert.deepEqual(
    registry.requests.map(({ url }) => url),
    ['/v2/me/api/manifests/1', ...parts.map(({ digest }) => `/v2/me/api/blobs/${digest}`)],
  )
  assert.equal(bytes, manifest.layers[0].size + manifest.layers[1].size)
})

test('a layer that was read already is not fetched', async t => {
  const registry = await open(t)
  pushImage(registry, '1', image)
  const layers = new Map<string, LayerContent>()
  await read(registry, ':1', { layers })
  const before = registry.requests.length
  await read(registry, ':1', { layers })
  assert.equal(registry.requests.length - before, 2)
})

test('a token is asked for with the login, and used for the registry alone', async t => {
  const storage = await open(t)
  const registry = await open(t, {
    auth: {
      challenge: host => `Bearer realm="http://${host}/token",service="here",scope="repository:me/api:pull"`,
      accepts: ['Bearer canary-token'],
    },
  })
  pushImage(registry, '1', image)
  for (const [digest, bytes] of registry.blobs) storage.blobs.set(digest, bytes)
  registry.trick = ({ url, headers }, response) => {
    if (url?.startsWith('/token')) {
      const ok = headers.authorization === BASIC
      response.writeHead(ok ? 200 : 401).end(JSON.stringify({ token: 'canary-token' }))
      return true
    }
    if (!url?.includes('/blobs/') || !headers.authorization) return false
    response.writeHead(307, { Location: `http://${storage.host}${url}` }).end()
    return true
  }
  assert.deepEqual(diffIds(await read(registry, ':1', { found: LOGIN })), DIFF_IDS)
  const tokens = registry.requests.filter(({ url }) => url.startsWith('/token'))
  assert.deepEqual(
    tokens.map(({ url }) => url),
    ['/token?service=here&scope=repository%3Ame%2Fapi%3Apull'],
  )
  assert.equal(storage.requests.length, 3)
  assert.ok(storage.requests.every(({ authorization }) => authorization === null))
  await refuses(read(registry, ':1'), /wants a login: run "docker login 127\.0\.0\.1:\d+" first/)
})

test('a token that runs out in the middle is renewed', async t => {
  let valid = 0
  const registry = await open(t)
  pushImage(registry, '1', image)
  registry.trick = ({ url, headers }, response) => {
    if (url?.startsWith('/token')) {
      valid += 1
      response.end(JSON.stringify({ access_token: `t${valid}` }))
      return true
    }
    const isLast = url?.includes(JSON.parse(registry.manifests.get('1')!.bytes.toString()).layers[1].digest)
    if (headers.authorization === `Bearer t${isLast ? 2 : 1}`) return false
    response.writeHead(401, { 'WWW-Authenticate': `Bearer realm="http://${registry.host}/token"` }).end()
    return true
  }
  assert.deepEqual(diffIds(await read(registry, ':1')), DIFF_IDS)
  assert.equal(valid, 2)
})

test('an identity token is exchanged by a form, and appears in no address', async t => {
  const registry = await open(t, {
    auth: { challenge: host => `Bearer realm="http://${host}/token",service="s"`, accepts: ['Bearer t'] },
  })
  pushImage(registry, '1', image)
  let form = ''
  registry.trick = (request, response) => {
    if (request.url !== '/token') return false
    request
      .on('data', chunk => {
        form += chunk
      })
      .on('end', () => response.end('{"access_token":"t"}'))
    return true
  }
  await read(registry, ':1', {
    found: { login: { kind: 'identity', token: 'canary-refresh' }, problem: null },
  })
  const fields = Object.fromEntries(new URLSearchParams(form))
  assert.equal(fields.refresh_token, 'canary-refresh')
  assert.equal(fields.grant_type, 'refresh_token')
  assert.equal(fields.scope, 'repository:me/api:pull')
})

test('a registry that wants a password gets it when docker has one', async t => {
  const registry = await open(t, { auth: { challenge: () => 'Basic realm="r"', accepts: [BASIC] } })
  pushImage(registry, '1', image)
  assert.deepEqual(diffIds(await read(registry, ':1', { found: LOGIN })), DIFF_IDS)
  await refuses(read(registry, ':1'), /wants a login: run/)
  const wrong: FoundLogin = {
    login: { kind: 'password', user: 'me', password: 'canary-wrong' },
    problem: null,
  }
  await refuses(read(registry, ':1', { found: wrong }), /does not let docker's login read this image/)
  await refuses(
    read(registry, ':1', { found: { login: null, problem: 'docker-credential-x gave no login' } }),
    /wants a login \(docker-credential-x gave no login\)/,
  )
})

test('no login goes to a token service without TLS on another machine, nor to who is redirected to', async t => {
  const registry = await open(t, {
    auth: { challenge: () => 'Bearer realm="http://tokens.example/"', accepts: [] },
  })
  await refuses(read(registry, ':1', { found: LOGIN }), /names no token service with TLS/)
  const thief = await open(t, {
    auth: { challenge: host => `Bearer realm="http://${host}/token"`, accepts: [] },
  })
  const honest = await open(t)
  honest.trick = ({ url }, response) => {
    response.writeHead(302, { Location: `http://${thief.host}${url}` }).end()
    return true
  }
  await refuses(read(honest, ':1', { found: LOGIN }), /redirects to 127\.0\.0\.1:\d+, which wants a login/)
  assert.ok(thief.requests.length > 0)
  assert.ok(thief.requests.every(({ authorization }) => authorization === null))
})

test('redirects end, and lead to http or https', async t => {
  const registry = await open(t)
  registry.trick = ({ url }, response) => {
    response.writeHead(302, { Location: url ?? '' }).end()
    return true
  }
  await refuses(read(registry, ':1'), /redirects more than 5 times/)
  registry.trick = (_, response) => {
    response.writeHead(302, { Location: 'file:///etc/passwd' }).end()
    return true
  }
  await refuses(read(registry, ':1'), /redirects to nowhere/)
})

test('a busy registry is waited for as long as it says, and not without end', async t => {
  const registry = await open(t)
  pushImage(registry, '1', image)
  registry.trick = ({ url }, response, asked) => {
    if (!url?.includes('/manifests/') || asked > 2) return false
    response.writeHead(asked === 1 ? 429 : 503, asked === 1 ? { 'Retry-After': '7' } : {}).end()
    return true
  }
  const { waits } = await read(registry, ':1')
  assert.equal(waits.length, 2)
  assert.equal(waits[0], 7000)
  assert.ok(waits[1]! >= 1000 && waits[1]! <= 1500, `${waits[1]}`)
  registry.trick = (_, response) => {
    response.writeHead(429, { 'Retry-After': '3600' }).end()
    return true
  }
  const before = registry.requests.length
  await refuses(read(registry, ':1'), /allows no more pulls for now/)
  assert.ok(registry.requests.length - before <= 1)
  registry.trick = (_, response) => {
    response.writeHead(500).end('canary-body')
    return true
  }
  await refuses(read(registry, ':1'), /answers with status 500: try later/)
})

for (const ranges of [true, false])
  test(`a connection that breaks in a blob is taken up where it broke, ${ranges ? 'by a range' : 'without ranges'}`, async t => {
    const registry = await open(t, { ranges })
    pushImage(registry, '1', image)
    const big = JSON.parse(registry.manifests.get('1')!.bytes.toString()).layers[0]
    registry.trick = ({ url }, response, asked) => {
      if (!url?.includes(big.digest) || asked > 1) return false
      response.writeHead(200, { 'Content-Length': big.size })
      response.write(registry.blobs.get(big.digest)!.subarray(0, 300_000), () => {
        setTimeout(() => response.destroy(), 50)
      })
      return true
    }
    const { content, waits, bytes } = await read(registry, ':1')
    assert.deepEqual(diffIds({ content }), DIFF_IDS)
    assert.equal(waits.length, 1)
    assert.ok(bytes >= big.size && bytes < big.size + 2000)
    const again = registry.requests.filter(({ url }) => url.includes(big.digest))
    assert.equal(again.length, 2)
    assert.match(again[1]!.range!, /^bytes=[1-9]\d*-$/)
  })

test('a connection that always breaks is given up', async t => {
  const registry = await open(t)
  pushImage(registry, '1', image)
  registry.trick = ({ url }, response) => {
    if (!url?.includes('/blobs/')) return false
    response.writeHead(200, { 'Content-Length': 1_000_000 }).flushHeaders()
    setTimeout(() => response.destroy(), 10)
    return true
  }
  await refuses(read(registry, ':1'), /broke again and again/)
  registry.trick = request => {
    request.socket.destroy()
    return true
  }
  await refuses(read(registry, ':1'), /cannot be reached/)
})

test('what does not match its digest or size is refused, whatever it is', async t => {
  const registry = await open(t)
  const { digest } = pushImage(registry, '1', image)
  const manifest = JSON.parse(registry.manifests.get('1')!.bytes.toString())
  const whole = new Map(registry.blobs)
  const [config, layer] = [manifest.config.digest, manifest.layers[0].digest]
  const flipped = (bytes: Buffer): Buffer => {
    const copy = Buffer.from(bytes)
    copy[copy.length - 20]! ^= 1
    return copy
  }
  const damages: Readonly<Record<string, () => unknown>> = {
    configuration: () => registry.blobs.set(config, flipped(whole.get(config)!)),
    layer: () => registry.blobs.set(layer, flipped(whole.get(layer)!)),
    longer: () => registry.blobs.set(layer, Buffer.concat([whole.get(layer)!, Buffer.alloc(9)])),
    'other layer': () => registry.blobs.set(layer, whole.get(manifest.layers[1].digest)!),
  }
  for (const [name, damage] of Object.entries(damages)) {
    damage()
    await assert.rejects(read(registry, ':1'), /does not match its digest or size|broke again/, name)
    for (const [key, bytes] of whole) registry.blobs.set(key, bytes)
  }
  registry.manifests.set(digest, { type: OCI_MANIFEST, bytes: flipped(registry.manifests.get('1')!.bytes) })
  await refuses(read(registry, `@${digest}`), /the manifest does not match its digest/)
  assert.deepEqual(diffIds(await read(registry, ':1')), DIFF_IDS)
})

test('of an index the platform is chosen, attestations are passed over, and a missing platform is said with what there is', async t => {
  const registry = await open(t)
  const other = makeImage([[file('arm', 'x')]])
  const amd = pushImage(registry, 'a', image)
  const arm = pushImage(registry, 'b', other)
  const index = (manifests: readonly object[]) =>
    Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }))
  const attestation = {
    ...pushImage(registry, 'att', makeImage([[file('att', 'y')]])),
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
  }
  const both = [
    { ...amd, platform: { os: 'linux', architecture: 'amd64' } },
    { ...arm, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
    attestation,
  ]
  putManifest(registry.manifests, 'two', index(both), OCI_INDEX)
  assert.deepEqual(diffIds(await read(registry, ':two')), DIFF_IDS)
  const [armId] = other.layers.map(layer => sha256(layer))
  assert.deepEqual(diffIds(await read(registry, ':two', { platform: 'linux/arm64' })), [armId])
  await refuses(
    read(registry, ':two', { platform: 'linux/s390x' }),
    /has no image for linux\/s390x; there is \(linux\/amd64\) @sha256:\w+, \(linux\/arm64\/v8\) @sha256/,
  )
  const nested = putManifest(registry.manifests, 'inner', index(both), OCI_INDEX)
  putManifest(registry.manifests, 'outer', index([nested, attestation]), OCI_INDEX)
  assert.deepEqual(diffIds(await read(registry, ':outer')), DIFF_IDS)
  putManifest(registry.manifests, 'none', index([attestation]), OCI_INDEX)
  await refuses(read(registry, ':none'), /there is no image in it/)
  const list = 'application/vnd.docker.distribution.manifest.list.v2+json'
  const untyped = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: both }))
  putManifest(registry.manifests, 'list', untyped, list)
  assert.deepEqual(diffIds(await read(registry, ':list')), DIFF_IDS)
})

test('a foreign layer that the registry does not hold is refused, and nobody else is asked for it', async t => {
  const registry = await open(t)
  const elsewhere = await open(t)
  pushImage(registry, '1', image, {
    layerType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
    layer: { urls: [`http://${elsewhere.host}/layer`] },
  })
  assert.deepEqual(diffIds(await read(registry, ':1')), DIFF_IDS)
  registry.blobs.delete(JSON.parse(registry.manifests.get('1')!.bytes.toString()).layers[1].digest)
  await refuses(read(registry, ':1'), /is a foreign layer, kept elsewhere/)
  assert.deepEqual(elsewhere.requests, [])
})

test('what is no image is said: nothing there, the old format, something else, too much', async t => {
  const registry = await open(t)
  await refuses(read(registry, ':absent'), /127\.0\.0\.1:\d+ has no such image: check its name and tag/)
  const old = Buffer.from('{"schemaVersion":1,"name":"x","fsLayers":[]}')
  putManifest(registry.manifests, 'old', old, 'application/vnd.docker.distribution.manifest.v1+prettyjws')
  await refuses(read(registry, ':old'), /Docker's old format \(schema 1\)/)
  putManifest(registry.manifests, 'text', Buffer.from('{}'), 'application/json')
  await refuses(read(registry, ':text'), /is not an image/)
  putManifest(registry.manifests, 'html', Buffer.from('<html>'), 'text/html')
  await refuses(read(registry, ':html'), /not valid JSON/)
  putManifest(registry.manifests, 'large', Buffer.alloc(5 * 1024 * 1024, 0x20), OCI_MANIFEST)
  await refuses(read(registry, ':large'), /more than 4194304 bytes/)
})

test('a registry of this machine may have any certificate', async t => {
  const openssl = needProgram(t, 'openssl')
  if (!openssl) return
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-tls-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')]
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=it', '-days', '2']
  execFileSync(openssl, [...args, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  const tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  const registry = await open(t, { tls })
  pushImage(registry, '1', image)
  assert.deepEqual(diffIds(await read(registry, ':1')), DIFF_IDS)
})

test('a registry that is not there is one line', async t => {
  const registry = await open(t)
  await registry.close()
  await refuses(read(registry, ':1'), /cannot be reached \(ECONNREFUSED\)/)
  await refuses(read({ host: 'nowhere.invalid' }, ':1'), /nowhere\.invalid cannot be reached \(E/)
})
