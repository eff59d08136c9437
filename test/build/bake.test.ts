/** Bake files as `docker buildx bake --print` gives them, turned into the options of one build. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readBake } from '../../src/build/bake.ts'
import type { BuildOptions } from '../../src/build/build-options.ts'
import { DEFAULT_BUILD_OPTIONS } from './support/default-build-options.ts'
import { type FakeDocker, fakeDocker } from './support/fake-docker.ts'

type Json = Readonly<Record<string, unknown>>

/** What buildx 0.30 printed of a target with everything in it. */
const APP = {
  context: 'app',
  contexts: { base: 'docker-image://debian', lib: './lib' },
  dockerfile: 'Dockerfile.prod',
  args: { VERSION: 'latest' },
  labels: { a: 'b' },
  tags: ['x/app:latest'],
  'cache-from': [{ ref: 'x/cache', type: 'registry' }, 'type=gha'],
  target: 'run',
  secret: [{ id: 'tok', env: 'TOKEN' }, { id: 'key', src: './key' }, 'id=other,src=o.txt'],
  ssh: [{ id: 'default', paths: ['/a', '/b'] }],
  platforms: ['linux/amd64'],
  output: [{ type: 'docker' }],
  network: 'host',
  'shm-size': '64m',
  ulimits: ['nofile=1024'],
  'extra-hosts': { db: '10.0.0.1' },
  'no-cache': true,
}

const printed = (target: Json, group: Json = { default: { targets: ['app'] } }): string =>
  JSON.stringify({ group, target })

const docker = (output: string, status = 0): FakeDocker =>
  fakeDocker(`cat <<'END'\n${output}\nEND\nexit ${status}`)

const read = (output: string, more: Partial<BuildOptions> = {}, fake = docker(output)) =>
  readBake({
    docker: fake,
    options: { ...DEFAULT_BUILD_OPTIONS, bakeFile: 'docker-bake.hcl', ...more },
    directory: '/',
  })

test('everything that a target says becomes an option', async () => {
  assert.deepEqual(await read(printed({ app: APP })), {
    ...DEFAULT_BUILD_OPTIONS,
    context: 'app',
    file: 'app/Dockerfile.prod',
    target: 'run',
    buildArgs: ['VERSION=latest'],
    buildContexts: ['base=docker-image://debian', 'lib=./lib'],
    labels: ['a=b'],
    secretEnvs: ['tok=TOKEN'],
    secretFiles: ['key=./key', 'other=o.txt'],
    ssh: ['default=/a,/b'],
    platform: 'linux/amd64',
    network: 'host',
    shmSize: '64m',
    ulimit: ['nofile=1024'],
    addHosts: ['db:10.0.0.1'],
    cacheFrom: ['ref=x/cache,type=registry', 'type=gha'],
    noCache: true,
  } satisfies BuildOptions)
})

test('a target that says nothing builds the Dockerfile of the working directory', async () => {
  assert.deepEqual(await read(printed({ app: {} })), { ...DEFAULT_BUILD_OPTIONS, file: 'Dockerfile' })
})

test('inputs beside it win, and lists are added to', async () => {
  const options = await read(printed({ app: APP }), {
    buildArgs: ['VERSION=2'],
    network: 'none',
    platform: 'linux/arm64',
    cacheFrom: ['type=local,src=c'],
  })
  // of an argument twice docker takes the last
  assert.deepEqual(options.buildArgs, ['VERSION=latest', 'VERSION=2'])
  assert.equal(options.network, 'none')
  assert.equal(options.platform, 'linux/arm64')
  assert.deepEqual(options.cacheFrom, ['ref=x/cache,type=registry', 'type=gha', 'type=local,src=c'])
})

test('the file and the target are asked of docker as they are', async () => {
  const fake = docker(printed({ app: {} }))
  await read('', { target: 'app', bakeFile: 'ci/bake.hcl' }, fake)
  assert.deepEqual(fake.calls()[0]!.args, ['buildx', 'bake', '--print', '--file', 'ci/bake.hcl', 'app'])
})

const REFUSED: readonly (readonly [
  what: string,
  output: string,
  says: RegExp,
  more?: Partial<BuildOptions>,
])[] = [
  [
    'several targets',
    printed({ a: {}, b: {} }, { default: { targets: ['all'] }, all: { targets: ['a', 'b'] } }),
    /^bake-file: it builds several images: name one with "target", .*: a, b$/,
  ],
  [
    'a matrix that was named',
    printed({ 'mx-a': {}, 'mx-b': {} }, { default: { targets: ['mx'] }, mx: { targets: ['mx-a', 'mx-b'] } }),
    /^bake-file: "mx" builds several images: .*: mx-a, mx-b$/,
    { target: 'mx' },
  ],
  ['a group in a circle', printed({}, { default: { targets: ['default'] } }), /it builds nothing by default/],
  ['no such target', printed({}), /there is no target "app"/],
  [
    'several platforms',
    printed({ app: { platforms: ['linux/amd64', 'linux/arm64'] } }),
    /for 2 platforms: choose one/,
  ],
  ['a Dockerfile inline', printed({ app: { 'dockerfile-inline': 'FROM a' } }), /has a Dockerfile inline/],
  [
    'a target as context',
    printed({ app: { contexts: { dep: 'target:lib' } } }),
    /builds on another one \(dep=target:lib\)/,
  ],
  [
    'a remote context',
    printed({ app: { context: 'https://github.com/a/b.git' } }),
    /not a folder of the checkout/,
  ],
  ['no JSON', 'nonsense', /printed no JSON/],
  [
    'a file that is none',
    printed({ app: {} }),
    /name a file of the checkout/,
    { bakeFile: 'https://x/y.hcl' },
  ],
  ['a file like an option', printed({ app: {} }), /name a file of the checkout/, { bakeFile: '--push' }],
  [
    'a target like an option',
    printed({ app: {} }),
    /must not begin with "-"/,
    { target: '--set=*.output=x' },
  ],
]

for (const [what, output, says, more] of REFUSED)
  test(`refused in one line: ${what}`, async () => {
    await assert.rejects(read(output, more), (error: Error) => {
      assert.equal(error.name, 'UserError')
      assert.match(error.message, says)
      assert.doesNotMatch(error.message, /\n/)
      return true
    })
  })

test('what docker says of a broken file is passed on in one line', async () => {
  const fake = fakeDocker(
    'echo "#1 reading" >&2; echo "ERROR: docker-bake.hcl:3,1: Invalid block" >&2; exit 1',
  )
  await assert.rejects(
    read('', {}, fake),
    /^UserError: bake-file: docker-bake\.hcl:3,1: Invalid block \(docker-bake\.hcl\)$/,
  )
})
