/** `registry://` against a real registry: the same report as from the engine that pushed the image. */
import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import type { ImageReport } from '../../src/report/types.ts'
import { buildSeed } from '../support/engine.ts'
import { comparable, inspectReport } from '../support/inspect.ts'
import { needEngine, needProgram, needService, needShared } from '../support/need.ts'

const TEMP = mkdtempSync(join(tmpdir(), 'plimsoll-registry-'))
const BUILDER = `plimsoll-test-registry-${process.pid}`
const run = promisify(execFile)
/** Builders of these tests are in no list of the user's. */
const env = { ...process.env, BUILDX_CONFIG: join(TEMP, 'buildx') }
let hasBuilder = false
after(() => {
  if (hasBuilder) execFileSync('docker', ['buildx', 'rm', BUILDER], { env, stdio: 'ignore' })
  rmSync(TEMP, { recursive: true, force: true })
})

const docker = async (host: string, ...args: readonly string[]): Promise<void> => {
  await run('docker', args, { env: { ...env, DOCKER_HOST: host }, maxBuffer: 2 ** 26 })
}

const push = async (host: string, tag: string, registry: string): Promise<string> => {
  const name = `${registry}/${tag}`
  await docker(host, 'tag', tag, name)
  try {
    await docker(host, 'push', '-q', name)
  } finally {
    await docker(host, 'rmi', name)
  }
  return name
}

for (const [name, variant] of [
  ['flask-slim', 'multi'],
  ['flask-mysql', 'single'],
] as const)
  test(`${name} ${variant}: the registry gives the report that the engine gives, and the exact download`, async t => {
    const seeds = needShared(t, 'seeds')
    const host = needEngine(t, 'modern')
    const registry = await needService(t, 'registry')
    if (!seeds || !host || !registry || !needProgram(t, 'docker')) return
    const tag = await buildSeed(host, seeds, name, variant)
    const pushed = await push(host, tag, registry)
    const [fromEngine, fromRegistry] = [
      await inspectReport(tag, { host }),
      await inspectReport(`registry://${pushed}`),
    ]
    assert.equal(comparable(fromRegistry), comparable(fromEngine))
    const manifest = (await (
      await fetch(`http://${registry}/v2/${pushed.slice(registry.length + 1).replace(':', '/manifests/')}`, {
        headers: {
          Accept: 'application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json',
        },
      })
    ).json()) as { layers?: readonly { size: number; digest: string }[] }
    const blobs = new Map(manifest.layers!.map(layer => [layer.digest, layer.size]))
    const bytes = [...blobs.values()].reduce((all, size) => all + size, 0)
    const { bytes: sent, exact } = fromRegistry.size.download!
    assert.deepEqual({ sent, exact }, { sent: bytes, exact: true })
  })

interface Place {
  readonly registry: string
  readonly context: string
}

/** A BuildKit of our own to push with, and something to build. */
const open = async (t: TestContext): Promise<Place | null> => {
  const registry = await needService(t, 'registry')
  const address = await needService(t, 'builder')
  if (!registry || !address || !needProgram(t, 'docker')) return null
  if (!hasBuilder)
    await docker(
      'unix:///nowhere.sock',
      'buildx',
      'create',
      '--driver',
      'remote',
      '--name',
      BUILDER,
      `tcp://${address}`,
    )
  hasBuilder = true
  const context = join(TEMP, 'context')
  mkdirSync(join(context, 'files'), { recursive: true })
  for (const [name, bytes] of Object.entries({ a: 300_000, b: 5, c: 70_000 }))
    writeFileSync(join(context, 'files', name), Buffer.alloc(bytes, name))
  writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\nCOPY files /files/\nCOPY files/a /again\n')
  return { registry, context }
}

const buildTo = ({ context }: Place, output: string, ...more: readonly string[]): Promise<void> => {
  const fixed = ['buildx', 'build', '--builder', BUILDER, '--provenance=false', '--sbom=false']
  return docker('unix:///nowhere.sock', ...fixed, '--output', output, ...more, context)
}

const named = (place: Place, tag: string): string => `${place.registry}/plimsoll-test/made:${tag}`

const contents = (report: ImageReport): readonly string[] =>
  report.paths.map(({ path, bytes }) => `${path} ${bytes}`).sort()

test('layers of gzip, zstd, eStargz and none give the same files from a registry and from a layout', async t => {
  const place = await open(t)
  if (!place) return
  const found = new Map<string, ImageReport>()
  for (const compression of ['gzip', 'zstd', 'estargz', 'uncompressed']) {
    const how = `compression=${compression},force-compression=true,oci-mediatypes=true`
    const layout = join(TEMP, compression)
    await buildTo(place, `type=image,name=${named(place, compression)},push=true,${how}`)
    await buildTo(place, `type=oci,tar=false,dest=${layout},${how}`)
    const report = await inspectReport(`registry://${named(place, compression)}`)
    assert.equal(comparable(report), comparable(await inspectReport(`oci-dir://${layout}`)), compression)
    assert.equal(report.size.download?.exact, compression !== 'uncompressed', compression)
    found.set(compression, report)
  }
  const plain = contents(found.get('uncompressed')!)
  assert.equal(plain.length, 4)
  for (const compression of ['gzip', 'zstd'])
    assert.deepEqual(contents(found.get(compression)!), plain, compression)
  // eStargz keeps its table of contents in the layer itself, where every other reader sees files
  const stargz = contents(found.get('estargz')!)
  assert.deepEqual(
    stargz.filter(line => !/^\/(?:\.no\.prefetch\.landmark|stargz\.index\.json) /.test(line)),
    plain,
  )
})

test('attestations are passed over, in a registry and in a layout', async t => {
  const place = await open(t)
  if (!place) return
  const plain = named(place, 'plain')
  const attested = named(place, 'attested')
  await buildTo(place, `type=image,name=${plain},push=true,oci-mediatypes=true`)
  await buildTo(place, `type=image,name=${attested},push=true`, '--provenance=mode=max')
  const layout = join(TEMP, 'attested')
  await buildTo(place, `type=oci,tar=false,dest=${layout}`, '--provenance=mode=max')
  const [bare, ...others] = await Promise.all(
    [`registry://${plain}`, `registry://${attested}`, `oci-dir://${layout}`].map(reference =>
      inspectReport(reference),
    ),
  )
  for (const report of others) assert.equal(comparable(report!), comparable(bare!))
})

test('of several platforms the one that is asked for is read, and a missing one is said with what there is', async t => {
  const place = await open(t)
  if (!place) return
  const name = named(place, 'platforms')
  const platforms = ['--platform', 'linux/amd64,linux/arm64']
  await buildTo(place, `type=image,name=${name},push=true`, ...platforms, '--provenance=mode=max')
  const layout = join(TEMP, 'platforms')
  await buildTo(place, `type=oci,tar=false,dest=${layout}`, ...platforms)
  for (const reference of [`registry://${name}`, `oci-dir://${layout}`]) {
    for (const platform of ['linux/amd64', 'linux/arm64'])
      assert.equal((await inspectReport(reference, { platform })).image.platform, platform)
    await assert.rejects(
      inspectReport(reference, { platform: 'linux/s390x' }),
      /^UserError: .*has no image for linux\/s390x; there is .*\(linux\/amd64\).*\(linux\/arm64\)/,
    )
  }
})

test('a name that the registry does not have is one line', async t => {
  const registry = await needService(t, 'registry')
  if (!registry) return
  await assert.rejects(
    inspectReport(`registry://${registry}/plimsoll-test/absent:1`),
    /^UserError: registry:\/\/127\.0\.0\.1:5000\/plimsoll-test\/absent:1: 127\.0\.0\.1:5000 has no such image: check its name and tag$/,
  )
})
