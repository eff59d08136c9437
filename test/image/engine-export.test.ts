import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import * as http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { UserError } from '../../src/errors.ts'
import { connectEngine } from '../../src/image/engine.ts'
import { resolveEngineHost } from '../../src/image/engine-host.ts'
import { parseReference } from '../../src/image/reference.ts'
import { readImages } from '../../src/image/sources.ts'
import { classicArchive, makeImage, sha256 } from '../support/make-image.ts'
import { file } from '../support/make-tar.ts'

const image = makeImage([[file('a', 'x'.repeat(200_000))], [file('b', 'y'.repeat(100))]])
const archive = classicArchive([{ ...image, tag: 'example:1' }])

type Answer = (response: http.ServerResponse) => void

/** An engine that knows one image and answers its export as told. */
const withEngine = async (
  answer: Answer,
  use: (host: string) => Promise<void>,
  tcp = false,
  tags: readonly string[] = [],
): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-engine-'))
  const server = http.createServer((request, response) => {
    if (request.url?.startsWith('/images/get')) return answer(response)
    if (request.url === '/images/example:1/json')
      return void response.end(
        JSON.stringify({
          Id: sha256(image.config),
          RepoTags: tags,
          RootFS: { Layers: image.layers.map(sha256) },
        }),
      )
    response.writeHead(404).end(JSON.stringify({ message: 'No such image' }))
  })
  const socket = join(folder, 'engine.sock')
  await new Promise<void>(resolve =>
    tcp ? server.listen(0, '127.0.0.1', resolve) : server.listen(socket, resolve),
  )
  try {
    const { port } = (tcp ? server.address() : { port: 0 }) as { port: number }
    await use(tcp ? `tcp://127.0.0.1:${port}` : `unix://${socket}`)
  } finally {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
    rmSync(folder, { recursive: true })
  }
}

const read = (host: string, name = 'example:1') =>
  readImages([parseReference(name)], {
    keep: () => 'none',
    platform: 'linux/amd64',
    engine: () => connectEngine({ DOCKER_HOST: host }),
  })

const refuses = (host: string, pattern: RegExp, name?: string) =>
  assert.rejects(read(host, name), (error: Error) => {
    assert.ok(error instanceof UserError, error.stack)
    assert.match(error.message, pattern)
    assert.doesNotMatch(error.message, /\n/)
    return true
  })

for (const tcp of [false, true])
  test(`nobody waits for an engine that is done and does not say so, over ${tcp ? 'TCP' : 'a Unix socket'}`, () =>
    withEngine(
      response => void response.write(archive),
      async host => {
        const [content] = await read(host)
        assert.equal(content!.layers[0]!.entries.sizeBytes(0), 200_000)
      },
      tcp,
    ))

for (const tcp of [false, true])
  test(`an export over ${tcp ? 'TCP' : 'a Unix socket'} is read whole`, () =>
    withEngine(
      response => {
        for (let at = 0; at < archive.length; at += 10_000) response.write(archive.subarray(at, at + 10_000))
        response.end()
      },
      async host => {
        const [content] = await read(host)
        assert.equal(content!.configDigest, sha256(image.config))
        assert.equal(content!.layers[0]!.entries.sizeBytes(0), 200_000)
      },
      tcp,
    ))

for (const share of [0, 0.01, 0.5, 0.99])
  test(`an engine that hangs up after ${share * 100} % leaves no image`, () =>
    withEngine(
      response => {
        response.write(archive.subarray(0, Math.max(1, Math.floor(archive.length * share))))
        setTimeout(() => response.destroy(), 20)
      },
      host => refuses(host, /stopped in the middle/),
    ))

test('an export that ends early but politely leaves no image', () =>
  withEngine(
    response => void response.end(archive.subarray(0, archive.length - 2048)),
    host => refuses(host, /cut off|damaged|not an image archive/),
  ))

test('an engine that says no is quoted', () =>
  withEngine(
    response => void response.writeHead(500).end(JSON.stringify({ message: 'no space left on device' })),
    host => refuses(host, /cannot give docker:\/\/example:1: no space left on device/),
  ))

test('an image that is not there, and an engine that is not there', async () => {
  await withEngine(
    () => undefined,
    host => refuses(host, /has no such image: pull or build it first/, 'other:1'),
  )
  await refuses('unix:///nonexistent/engine.sock', /no Docker engine answers at unix:\/\/\/nonexistent/)
  await refuses('tcp://127.0.0.1:1', /no Docker engine answers/)
})

test('the engine is the one that the docker command would use', () => {
  const context = (name: string, host: string): [string, string] => [
    `/home/u/.docker/contexts/meta/${sha256(name).slice(7)}/meta.json`,
    JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }),
  ]
  const files = new Map([
    ['/home/u/.docker/config.json', JSON.stringify({ currentContext: 'rootless' })],
    context('rootless', 'unix:///run/user/1000/docker.sock'),
    context('far', 'ssh://me@far'),
  ])
  const resolve = (env: Record<string, string>) =>
    resolveEngineHost({
      env,
      home: '/home/u',
      windows: false,
      readFile: path => (files.has(path) ? Buffer.from(files.get(path)!) : null),
    })
  const shown = (env: Record<string, string>) => {
    const host = resolve(env)
    return host.kind === 'socket'
      ? host.path
      : host.kind === 'tcp'
        ? `${host.host}:${host.port}`
        : `dial ${host.text}`
  }
  assert.equal(shown({ DOCKER_HOST: 'unix:///x.sock' }), '/x.sock')
  assert.equal(shown({ DOCKER_HOST: 'tcp://10.0.0.1:2375' }), '10.0.0.1:2375')
  assert.equal(shown({ DOCKER_HOST: 'ssh://me@host' }), 'dial ssh://me@host')
  assert.equal(shown({}), '/run/user/1000/docker.sock')
  assert.equal(shown({ DOCKER_CONTEXT: 'far' }), 'dial ssh://me@far')
  assert.equal(shown({ DOCKER_CONTEXT: 'default' }), '/var/run/docker.sock')
  assert.throws(() => resolve({ DOCKER_CONTEXT: 'gone' }), /docker context "gone" is not there/)
  assert.throws(() => resolve({ DOCKER_HOST: 'ftp://x' }), /no engine address/)
  assert.throws(() => resolve({ DOCKER_HOST: 'tcp://x', DOCKER_TLS_VERIFY: '1' }), /wants TLS/)
})

test('ssh:// and other hosts are reached through docker system dial-stdio', () =>
  withEngine(
    response => void response.end(archive),
    async host => {
      const folder = mkdtempSync(join(tmpdir(), 'plimsoll-dial-'))
      const script = `#!/usr/bin/env node\nif (process.argv.slice(2).join(' ') !== 'system dial-stdio') process.exit(3)\nconst socket = require('node:net').connect(${JSON.stringify(host.slice('unix://'.length))})\nprocess.stdin.pipe(socket)\nsocket.pipe(process.stdout)\nsocket.on('close', () => process.stdin.destroy())\n`
      writeFileSync(join(folder, 'docker'), script, { mode: 0o755 })
      const path = process.env.PATH
      process.env.PATH = `${folder}:${path}`
      try {
        const [content] = await readImages([parseReference('example:1')], {
          keep: () => 'none',
          platform: 'linux/amd64',
          engine: () => connectEngine({ ...process.env, DOCKER_HOST: 'ssh://me@far' }),
        })
        assert.equal(content!.configDigest, sha256(image.config))
      } finally {
        process.env.PATH = path
        rmSync(folder, { recursive: true })
      }
    },
  ))

test('a short name is found under the name that podman completes it to, also beside another', () =>
  withEngine(
    response => {
      const other = makeImage([[file('other', 'x')]])
      const [mine, theirs] = ['localhost/example:1', 'localhost/another-example:1']
      const images = [
        { ...image, tag: mine },
        { ...other, tag: theirs },
      ]
      response.end(classicArchive(images))
    },
    async host => {
      const [content] = await read(host)
      assert.equal(content!.configDigest, sha256(image.config))
      assert.equal(content!.source, 'docker://example:1')
    },
    false,
    ['quay.io/me/else:2', 'localhost/example:1'],
  ))
