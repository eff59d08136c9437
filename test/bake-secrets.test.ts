/** Secrets that only a bake file names: of the fix's builds, and of a base whose bake file is another one. */
import assert from 'node:assert/strict'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { BuildLog } from '../src/build/build-log.ts'
import { buildBase } from '../src/build-sides.ts'
import { UserError } from '../src/errors.ts'
import { fixImage } from '../src/fix-image.ts'
import { type Options, parseOptions } from '../src/options.ts'
import { type Builds, prepareBuilds, withOwnBake } from '../src/prepare-builds.ts'
import type { ReviewWorld } from '../src/review-world.ts'
import { type FakeDocker, fakeDocker } from './build/support/fake-docker.ts'
import { GIT_ENVIRONMENT, makeRepository, temporaryDirectory } from './build/support/git-repository.ts'

const TEMP = temporaryDirectory('secrets')
after(() => rmSync(TEMP, { recursive: true, force: true }))
const DOCKERFILE = 'FROM scratch\nARG DB_PASSWORD\nCOPY Dockerfile /\n'

/** Prints the target of the bake file that lies where it is asked; builds say the secret, and fail. */
const DOCKER = `
case "$*" in
  *version*) echo 'github.com/docker/buildx v0.20.0'; exit 0 ;;
  *--print*) printf '{"group":{"default":{"targets":["app"]}},"target":{"app":{"context":".","args":{"DB_PASSWORD":"%s"}}}}' "$(cat docker-bake.hcl)"; exit 0 ;;
  *inspect*) printf 'Name: default\\nDriver: docker\\n\\nNodes:\\nName: default\\nStatus: running\\n'; exit 0 ;;
esac
echo 'RUN login hunter2-of-the-base hunter2-of-the-head' >&2
echo 'ERROR: failed to solve: login hunter2-of-the-base hunter2-of-the-head' >&2
exit 1
`

let count = 0
const scene = (docker: FakeDocker) => {
  count += 1
  const repository = makeRepository(join(TEMP, `repository-${count}`))
  const tempDir = join(TEMP, `temp-${count}`)
  mkdirSync(tempDir)
  const said: string[] = []
  const log: BuildLog = {
    group: () => undefined,
    line: text => void said.push(text),
    endGroup: () => undefined,
  }
  const world: ReviewWorld = {
    engine: () => assert.fail('no engine is asked'),
    environment: { ...GIT_ENVIRONMENT, PATH: `${docker.directory}:${process.env.PATH}` },
    workingDirectory: repository.root,
    git: repository.git,
    event: null,
    askApi: null,
    log,
    tempDir,
    platform: 'linux/amd64',
    readReport: () => assert.fail('no report is read'),
    today: '2026-01-01',
  }
  return { repository, world, said }
}

const options = (values: Readonly<Record<string, string>>): Options =>
  parseOptions(new Map(Object.entries(values).map(([name, text]) => [name as 'file', { text, where: name }])))

const builds = async (written: Options, world: ReviewWorld): Promise<Builds> =>
  prepareBuilds(await withOwnBake(written, world), world, written)

test('a secret of the bake file shows in no log and no error of a fix', async () => {
  const { repository, world, said } = scene(fakeDocker(DOCKER))
  repository.commit('Begin', { Dockerfile: DOCKERFILE, 'docker-bake.hcl': 'hunter2-of-the-head' })
  await assert.rejects(fixImage(options({ 'bake-file': 'docker-bake.hcl' }), world), (error: Error) => {
    assert.ok(error instanceof UserError, error.stack)
    assert.doesNotMatch(error.message, /of-the-head/)
    return true
  })
  assert.match(said.join('\n'), /login .*\*\*\*/)
  assert.doesNotMatch(said.join('\n'), /of-the-head/)
})

test('a secret of the base’s own bake file shows neither in its log nor in why there is no base', async () => {
  const { repository, world, said } = scene(fakeDocker(DOCKER))
  const sha = repository.commit('Begin', { Dockerfile: DOCKERFILE, 'docker-bake.hcl': 'hunter2-of-the-base' })
  repository.commit('Change', { 'docker-bake.hcl': 'hunter2-of-the-head' })
  const written = options({ 'bake-file': 'docker-bake.hcl' })
  const base = await buildBase({ sha, how: 'given' }, written, world, await builds(written, world), [])
  assert.ok('missing' in base && base.missing.isBuildError)
  assert.match(base.missing.why, /\*\*\*/)
  assert.doesNotMatch(base.missing.why, /of-the-base/)
  assert.match(said.join('\n'), /login \*\*\*/)
  assert.doesNotMatch(said.join('\n'), /of-the-base/)
})

test('a base commit without a Dockerfile is new, and no build of it has failed', async () => {
  const { repository, world } = scene(fakeDocker(DOCKER))
  const sha = repository.commit('Begin', { 'README.md': 'one\n' })
  repository.commit('Change', { Dockerfile: DOCKERFILE })
  const written = options({})
  const base = await buildBase({ sha, how: 'given' }, written, world, await builds(written, world), [])
  assert.ok('missing' in base)
  assert.deepEqual([base.missing.isNew, base.missing.isBuildError], [true, false])
})
