/** Builders outside the engine, for real: a remote BuildKit daemon and one in a container, their images read where they wrote them. */
import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { BuildError } from '../../src/build/build-error.ts'
import { type BuiltImage, buildImage } from '../../src/build/build-image.ts'
import type { BuildOptions, Side } from '../../src/build/build-options.ts'
import { findBuilder } from '../../src/build/builder.ts'
import { dockerCommand } from '../../src/build/docker-command.ts'
import { locateInputs } from '../../src/build/resolve-context.ts'
import type { Review } from '../../src/report/types.ts'
import { DEFAULT_BUILD_OPTIONS } from '../build/support/default-build-options.ts'
import { makeRepository, snapshot } from '../build/support/git-repository.ts'
import { type RecordedLog, recordLog } from '../build/support/recorded-log.ts'
import { buildSeed, plimsoll } from '../support/engine.ts'
import { comparable, comparableLayers, inspectReport } from '../support/inspect.ts'
import { needEngine, needProgram, needService, needShared } from '../support/need.ts'

const TEMP = mkdtempSync(join(tmpdir(), 'plimsoll-builders-'))
const NOWHERE = 'unix:///nowhere.sock'
const run = promisify(execFile)
/** Builders of these tests are in no list of the user's. */
const BUILDX_CONFIG = join(TEMP, 'buildx')
const env = { ...process.env, BUILDX_CONFIG }
const created = new Map<string, string>()
after(() => {
  for (const [name, host] of created)
    execFileSync('docker', ['buildx', 'rm', name], { env: { ...env, DOCKER_HOST: host }, stdio: 'ignore' })
  rmSync(TEMP, { recursive: true, force: true })
})

type Driver = 'remote' | 'docker-container'
const DRIVERS: readonly Driver[] = ['remote', 'docker-container']

interface Place {
  /** The engine that `docker` finds: none at all beside a remote builder. */
  readonly host: string
  readonly builder: string
  /** An image that is in the registry, and so in every builder's reach. */
  readonly image: string
  readonly modern: string
}

const open = async (t: TestContext, driver: Driver): Promise<Place | null> => {
  const seeds = needShared(t, 'seeds')
  const modern = needEngine(t, 'modern')
  const [registry, address] = [await needService(t, 'registry'), await needService(t, 'builder')]
  if (!seeds || !modern || !registry || !address || !needProgram(t, 'docker')) return null
  const host = driver === 'remote' ? NOWHERE : modern
  const builder = `plimsoll-test-${driver}-${process.pid}`
  if (!created.has(builder)) {
    const where = driver === 'remote' ? [`tcp://${address}`] : ['--driver-opt', 'network=host']
    await run('docker', ['buildx', 'create', '--driver', driver, '--name', builder, ...where], {
      env: { ...env, DOCKER_HOST: host },
    })
    created.set(builder, host)
  }
  const tag = await buildSeed(modern, seeds, 'flask-slim', 'multi')
  const image = `${registry}/${tag}`
  for (const args of [
    ['tag', tag, image],
    ['push', '-q', image],
    ['rmi', image],
  ])
    await run('docker', args, { env: { ...env, DOCKER_HOST: modern } })
  return { host, builder, image, modern }
}

let count = 0
const contextOf = (dockerfile: string): string => {
  const folder = join(TEMP, `context-${++count}`)
  mkdirSync(folder)
  writeFileSync(join(folder, 'Dockerfile'), dockerfile)
  return folder
}

interface Built {
  readonly image: BuiltImage
  readonly log: RecordedLog
}

const build = async (
  { host, builder }: Pick<Place, 'host' | 'builder'>,
  dockerfile: string,
  tempDir: string,
  side: Side = 'head',
  more: Partial<BuildOptions> = {},
): Promise<Built> => {
  const root = contextOf(dockerfile)
  const options = { ...DEFAULT_BUILD_OPTIONS, builder, network: 'host', timeoutMs: 120_000, ...more }
  const docker = dockerCommand({ ...env, DOCKER_HOST: host })
  const log = recordLog()
  const image = await buildImage({
    side,
    options,
    inputs: await locateInputs(options, { checkout: root, workingDirectory: root }),
    root,
    workingDirectory: root,
    docker,
    builder: await findBuilder(docker, builder),
    engine: () => assert.fail('no engine is needed'),
    log,
    tempDir,
  })
  return { image, log }
}

const temp = (): string => mkdtempSync(join(TEMP, 'temp-'))

for (const driver of DRIVERS) {
  test(`${driver}: what is built FROM an image has its layers, and everything they tell`, async t => {
    const place = await open(t, driver)
    if (!place) return
    const tempDir = temp()
    const { image } = await build(place, `FROM ${place.image}\nLABEL a=b\n`, tempDir)
    const report = await inspectReport(image.reference)
    const [pushed, local] = [
      await inspectReport(`registry://${place.image}`),
      await inspectReport(place.image.replace(/^[^/]*\//, ''), { host: place.modern }),
    ]
    assert.equal(comparableLayers(report), comparableLayers(pushed))
    assert.equal(comparableLayers(report), comparableLayers(local))
    assert.deepEqual(report.size.download, pushed.size.download)
    assert.match(image.reference, /^oci-dir:\/\/.*\/images@sha256:[0-9a-f]{64}$/)
    assert.equal(image.imageId, report.image.configDigest)
    await image.remove()
    assert.deepEqual(readdirSync(tempDir), [])
  })

  test(`${driver}: head and base share a layout, in which a layer of both is written once`, async t => {
    const place = await open(t, driver)
    if (!place) return
    const tempDir = temp()
    const from = `FROM ${place.image}\nRUN head -c 1000000 /dev/urandom > /base-${process.pid}\n`
    const base = await build(place, from, tempDir, 'base')
    const blobs = join(tempDir, 'images', 'blobs', 'sha256')
    const before = new Map(
      readdirSync(blobs).map(name => [name, statSync(join(blobs, name), { bigint: true })]),
    )
    const head = await build(place, `${from}RUN echo head > /head\n`, tempDir, 'head')
    for (const [name, { ino, mtimeNs }] of before) {
      const now = statSync(join(blobs, name), { bigint: true })
      assert.deepEqual([now.ino, now.mtimeNs], [ino, mtimeNs], name)
    }
    assert.equal(
      readdirSync(blobs).length,
      before.size + 3,
      'one layer, one configuration, one manifest more',
    )
    const [was, is] = [await inspectReport(base.image.reference), await inspectReport(head.image.reference)]
    assert.deepEqual(
      is.layers.slice(0, -1).map(layer => layer.diffId),
      was.layers.map(layer => layer.diffId),
    )
    await base.image.remove()
    assert.equal(comparable(await inspectReport(head.image.reference)), comparable(is))
    await head.image.remove()
    assert.deepEqual(readdirSync(tempDir), [])
  })

  test(`${driver}: a build that fails says which line, and leaves nothing`, async t => {
    const place = await open(t, driver)
    if (!place) return
    const tempDir = temp()
    await assert.rejects(build(place, `FROM ${place.image}\nRUN exit 3\n`, tempDir), (error: Error) => {
      assert.ok(error instanceof BuildError)
      assert.equal(
        error.message,
        'the image does not build: Dockerfile:2: the command ended with exit code 3',
      )
      return true
    })
    assert.deepEqual(readdirSync(tempDir), [])
  })

  test(`${driver}: a review says what the engine's own builder says, with no image and no file left`, async t => {
    const place = await open(t, driver)
    if (!place) return
    const repository = makeRepository(join(TEMP, `repository-${driver}`))
    const grown =
      'RUN mkdir -p /root/.cache/pip/http && head -c 3000000 /dev/zero > /root/.cache/pip/http/body\n'
    repository.commit('Begin', {
      '.dockerignore': '.git\n',
      Dockerfile: `FROM ${place.image}\nRUN echo a > /a\n`,
    })
    repository.run('switch', '-q', '-c', 'change')
    repository.commit('Change', { Dockerfile: `FROM ${place.image}\nRUN echo a > /a\n${grown}` })
    const before = snapshot(repository)
    const review = async (host: string, ...args: readonly string[]): Promise<Review> => {
      const TMPDIR = temp()
      const base = ['review', '--base-ref', 'main', '--network', 'host', '--quiet', '--json']
      const finished = await plimsoll([...base, ...args], {
        host,
        cwd: repository.root,
        env: { BUILDX_CONFIG, TMPDIR },
      })
      assert.equal(finished.status, 0, finished.stderr)
      assert.deepEqual(readdirSync(TMPDIR), [])
      return JSON.parse(finished.stdout) as Review
    }
    const theirs = await review(place.host, '--builder', place.builder)
    const ours = await review(place.modern)
    for (const key of ['causes', 'lines', 'findings', 'verdict'] as const)
      assert.deepEqual(theirs[key], ours[key], key)
    // times of files are in the layers, and each builder made its own
    const sizesOf = ({ delta }: Review) => {
      const { download: _, update: __, ...sizes } = delta!
      return sizes
    }
    const [delta, expected, sent] = [sizesOf(theirs), sizesOf(ours), theirs.delta!.download]
    assert.deepEqual(delta, expected)
    assert.ok(sent !== null)
    assert.equal(delta.content, 3_000_000)
    assert.deepEqual(snapshot(repository), before)
  })
}

test('a cache in the registry, written by one builder, is used by another', async t => {
  const [remote, container] = [await open(t, 'remote'), await open(t, 'docker-container')]
  if (!remote || !container) return
  const cache = `type=registry,ref=${remote.image.split('/')[0]}/plimsoll-test/cache:${process.pid}`
  const tempDir = temp()
  const dockerfile = `FROM ${remote.image}\nRUN head -c 100000 /dev/urandom > /cached-${process.pid}-${Date.now()}\n`
  const written = await build(remote, dockerfile, tempDir, 'head', { cacheTo: [`${cache},mode=max`] })
  const used = await build(container, dockerfile, tempDir, 'head', { cacheFrom: [cache] })
  assert.match(used.log.text(), /importing cache manifest from/)
  // random content: equal layers were not built twice
  const [was, is] = [await inspectReport(written.image.reference), await inspectReport(used.image.reference)]
  assert.deepEqual(
    is.layers.map(layer => layer.diffId),
    was.layers.map(layer => layer.diffId),
  )
  for (const { image } of [written, used]) await image.remove()
  assert.equal(existsSync(join(tempDir, 'images')), false)
})

test('a remote builder that is down is refused before anything is built', async t => {
  if (!needProgram(t, 'docker') || !(await needService(t, 'builder'))) return
  const builder = `plimsoll-test-down-${process.pid}`
  await run('docker', ['buildx', 'create', '--driver', 'remote', '--name', builder, 'tcp://127.0.0.1:9'], {
    env: { ...env, DOCKER_HOST: NOWHERE },
  })
  created.set(builder, NOWHERE)
  await assert.rejects(
    build({ host: NOWHERE, builder }, 'FROM scratch\n', temp()),
    /^UserError: builder: "plimsoll-test-down-\d+" cannot be used: its BuildKit does not answer/,
  )
})
