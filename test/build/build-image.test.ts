import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { BuildError } from '../../src/build/build-error.ts'
import { type BuiltImage, buildImage, type ImageBuild } from '../../src/build/build-image.ts'
import { type BuildOptions, namedVariables } from '../../src/build/build-options.ts'
import { DEFAULT_BUILD_OPTIONS } from './support/default-build-options.ts'
import { type FakeDocker, fakeDocker } from './support/fake-docker.ts'
import { recordLog } from './support/recorded-log.ts'

const TEMP = mkdtempSync(join(tmpdir(), 'build-image-'))
after(() => rmSync(TEMP, { recursive: true, force: true }))
const ROOT = join(TEMP, 'root')
mkdirSync(ROOT)
writeFileSync(join(ROOT, 'Dockerfile'), 'FROM x\n')

const PRIVATE = join(TEMP, 'private')
mkdirSync(PRIVATE)

const OK = `for A; do [ "$P" = --iidfile ] && echo sha256:feed > "$A"; P=$A; done; echo built`

const setUp = (docker: FakeDocker, options: Partial<BuildOptions> = {}, more: Partial<ImageBuild> = {}) => {
  const log = recordLog()
  const build: ImageBuild = {
    side: 'head',
    options: { ...DEFAULT_BUILD_OPTIONS, ...options },
    inputs: { context: '.', dockerfile: 'Dockerfile', buildContexts: [] },
    root: ROOT,
    workingDirectory: ROOT,
    docker,
    builder: { kind: 'buildx', driver: 'docker', output: 'engine' },
    engine: () => Promise.reject(new Error('not asked for')),
    log,
    tempDir: PRIVATE,
    ...more,
  }
  return { log, build }
}

test('an image gets a name of its own, and the name is taken away once', async () => {
  const docker = fakeDocker(OK)
  const { build, log } = setUp(docker)
  const built = await buildImage(build)
  assert.match(built.tag, /^plimsoll\.local\/[0-9a-f]{16}:head$/)
  assert.equal(built.reference, `docker://${built.tag}`)
  assert.equal(built.imageId, 'sha256:feed')
  assert.deepEqual(log.lines, ['built'])
  assert.deepEqual(log.groups, ['Build the head image'])
  assert.equal(log.open, 0)
  await Promise.all([built.remove(), built.remove()])
  assert.deepEqual(
    docker
      .calls()
      .slice(1)
      .map(call => call.args),
    [['image', 'rm', built.tag]],
  )
  assert.deepEqual(readdirSync(PRIVATE), [])
})

test('head and base have different names', async () => {
  const docker = fakeDocker(OK)
  const built: BuiltImage[] = []
  for (const side of ['head', 'base'] as const)
    built.push(await buildImage(setUp(docker, {}, { side }).build))
  assert.match(built[1]!.tag, /:base$/)
  assert.notEqual(built[0]!.tag.split(':')[0], built[1]!.tag.split(':')[0])
})

const REMOTE = { builder: { kind: 'buildx', driver: 'remote', output: 'layout' } } as const
const DIGEST = `sha256:${'ab'.repeat(32)}`
/** Writes what BuildKit would: a blob into the layout, and the digest into the metadata. */
const WRITES = `for A; do case "$P" in
--output) LAYOUT="\${A##*dest=}"; mkdir -p "$LAYOUT"; echo blob > "$LAYOUT/blob-$$";;
--metadata-file) echo '{"containerimage.digest":"${DIGEST}"}' > "$A";;
esac; P=$A; done`

test('builders that keep their results write both into one layout, which goes with the last of them', async () => {
  const docker = fakeDocker(WRITES)
  const built: BuiltImage[] = []
  for (const side of ['base', 'head'] as const)
    built.push(await buildImage(setUp(docker, {}, { ...REMOTE, side }).build))
  const layout = join(PRIVATE, 'images')
  for (const { reference } of built) assert.equal(reference, `oci-dir://${layout}@${DIGEST}`)
  assert.equal(readdirSync(layout).length, 2)
  await Promise.all([built[0]!.remove(), built[0]!.remove()])
  assert.equal(readdirSync(layout).length, 2)
  await built[1]!.remove()
  assert.deepEqual(readdirSync(PRIVATE), [])
  assert.deepEqual(
    docker.calls().map(call => call.args[0]),
    ['buildx', 'buildx'],
    'no engine is asked for anything',
  )
  assert.equal(docker.calls()[0]!.environment.BUILDX_METADATA_PROVENANCE, 'max')
})

test('a build that fails leaves the layout to the other one, and nothing when there is no other', async () => {
  const fails = fakeDocker(`${WRITES}; exit 1`)
  await assert.rejects(buildImage(setUp(fails, {}, REMOTE).build), BuildError)
  assert.deepEqual(readdirSync(PRIVATE), [])
  const base = await buildImage(setUp(fakeDocker(WRITES), {}, { ...REMOTE, side: 'base' }).build)
  await assert.rejects(buildImage(setUp(fails, {}, REMOTE).build), BuildError)
  assert.ok(existsSync(join(PRIVATE, 'images')))
  await base.remove()
  assert.deepEqual(readdirSync(PRIVATE), [])
})

test('a buildx that does not say what it wrote is refused, and leaves nothing', async () => {
  for (const metadata of ['', '{', '{"containerimage.digest":"latest"}']) {
    const docker = fakeDocker(
      `for A; do [ "$P" = --metadata-file ] && printf '%s' '${metadata}' > "$A"; P=$A; done`,
    )
    await assert.rejects(
      buildImage(setUp(docker, {}, REMOTE).build),
      /did not say which image it wrote: use buildx 0\.10/,
    )
  }
  assert.deepEqual(readdirSync(PRIVATE), [])
})

test('secrets are in no argument, no variable and no line of the log, only where the build looks for them', async () => {
  const environment = {
    NPM: 'canary-env',
    OTHER: 'plain',
    INPUT_SECRETS: 'T=canary-input',
    GITHUB_TOKEN: 'canary-token',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'canary-id',
    ACTIONS_RUNTIME_TOKEN: 'runtime',
  }
  writeFileSync(join(ROOT, 'secret-file'), 'canary-file')
  const options = {
    secrets: ['T=canary-value\n'],
    secretEnvs: ['npm=NPM'],
    secretFiles: ['f=secret-file'],
    buildArgs: ['A'],
  }
  const script = `for A; do case "$A" in id=T,src=*) cp "\${A#id=T,src=}" "$DIR/seen";; esac; done; ${OK}`
  const docker = fakeDocker(script, environment, namedVariables({ ...DEFAULT_BUILD_OPTIONS, ...options }))
  const { build, log } = setUp(docker, options)
  await buildImage(build)
  const [call] = docker.calls()
  assert.equal(readFileSync(join(docker.directory, 'seen'), 'utf8'), 'canary-value\n')
  assert.doesNotMatch(call!.args.join(' '), /canary/)
  assert.deepEqual(
    Object.entries(call!.environment).filter(([, value]) => value.includes('canary')),
    [['NPM', 'canary-env']],
  )
  assert.equal(call!.environment.OTHER, 'plain')
  assert.equal(call!.environment.ACTIONS_RUNTIME_TOKEN, 'runtime')
  assert.doesNotMatch(log.text(), /canary/)
  assert.deepEqual(readdirSync(PRIVATE), [])
})

test('a build that fails says so in one line, closes its group, and leaves neither files nor a name', async () => {
  const script = `[ "$1" = image ] && { echo 'Error: No such image: x' >&2; exit 1; }
echo 'Dockerfile:1'; echo '   1 | >>> FROM x'; echo 'ERROR: failed to solve: x: not found' >&2; sleep 0.1; exit 1`
  const docker = fakeDocker(script)
  const { build, log } = setUp(docker, { secrets: ['T=canary'] }, { side: 'base' })
  await assert.rejects(buildImage(build), (error: Error) => {
    assert.ok(error instanceof BuildError)
    assert.equal(error.message, "the base commit's image does not build: Dockerfile:1: x: not found")
    assert.deepEqual(error.detail.line, { file: 'Dockerfile', start: 1, end: 1 })
    return true
  })
  assert.equal(log.open, 0)
  assert.doesNotMatch(log.text(), /could not be removed/)
  assert.deepEqual(docker.calls().at(-1)!.args.slice(0, 2), ['image', 'rm'])
  assert.deepEqual(readdirSync(PRIVATE), [])
})

test('a build that takes too long is stopped, and its secrets are deleted', async () => {
  const docker = fakeDocker(`[ "$1" = image ] && exit 0; sleep 60`)
  const { build } = setUp(docker, { secrets: ['T=canary'], timeoutMs: 300 })
  await assert.rejects(buildImage(build), (error: Error) => {
    assert.ok(error instanceof BuildError)
    assert.equal(error.detail.kind, 'timed-out')
    assert.match(error.message, /^the image does not build: it was stopped after 0\.3 s; raise "timeout"/)
    return true
  })
  assert.deepEqual(readdirSync(PRIVATE), [])
})

test('an abort stops the build within the time a cancelled job has, and leaves nothing', async () => {
  const docker = fakeDocker(`[ "$1" = image ] && exit 0; sleep 60`)
  const stop = new AbortController()
  const { build, log } = setUp(docker, { secrets: ['T=canary'] }, { signal: stop.signal })
  const building = buildImage(build)
  while (!existsSync(join(docker.directory, 'env-1'))) await sleep(20)
  const started = performance.now()
  stop.abort(new Error('SIGTERM'))
  await assert.rejects(building, /SIGTERM/)
  assert.ok(performance.now() - started < 5000)
  assert.deepEqual(docker.calls().at(-1)!.args.slice(0, 2), ['image', 'rm'])
  assert.equal(log.open, 0)
  assert.deepEqual(readdirSync(PRIVATE), [])
})

test('a name that cannot be taken away is a line in the log, not an error', async () => {
  const docker = fakeDocker(`[ "$1" = image ] && { echo 'conflict: in use ::error::' >&2; exit 1; }; ${OK}`)
  const { build, log } = setUp(docker)
  const built = await buildImage(build)
  await built.remove()
  assert.match(log.lines.at(-1)!, /could not be removed: conflict: in use/)
})
