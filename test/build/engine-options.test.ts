import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BuildOptions } from '../../src/build/build-options.ts'
import { engineQuery } from '../../src/build/engine-options.ts'
import { DEFAULT_BUILD_OPTIONS } from './support/default-build-options.ts'

const CALL = { tag: 't:head', dockerfile: 'Dockerfile', environment: { B: 'from env' } }
const ALWAYS = { t: 't:head', dockerfile: 'Dockerfile', rm: true, forcerm: true }
const query = (options: Partial<BuildOptions>) => engineQuery({ ...DEFAULT_BUILD_OPTIONS, ...options }, CALL)

const TABLE: readonly (readonly [Partial<BuildOptions>, object])[] = [
  [{}, {}],
  [{ target: 'x' }, { target: 'x' }],
  [{ platform: 'linux/arm64' }, { platform: 'linux/arm64' }],
  [{ network: 'host' }, { networkmode: 'host' }],
  [
    { noCache: true, pull: true },
    { nocache: true, pull: true },
  ],
  [{ buildArgs: ['A=1=2', 'B', 'UNSET', 'E='] }, { buildargs: { A: '1=2', B: 'from env', E: '' } }],
  [{ labels: ['a=b', 'c'] }, { labels: { a: 'b', c: '' } }],
  [{ addHosts: ['h:1.2.3.4', 'i=::1'] }, { extrahosts: ['h:1.2.3.4', 'i:::1'] }],
  [{ shmSize: '64m' }, { shmsize: 67_108_864 }],
  [{ shmSize: '2gb' }, { shmsize: 2_147_483_648 }],
  [{ cacheFrom: ['a:1', 'type=registry,ref=b:2'] }, { cachefrom: '["a:1","b:2"]' }],
  [
    { ulimit: ['nofile=1:2', 'core=0'] },
    { ulimits: '[{"Name":"nofile","Soft":1,"Hard":2},{"Name":"core","Soft":0,"Hard":0}]' },
  ],
]

for (const [options, expected] of TABLE)
  test(`the engine is asked with ${JSON.stringify(options)}`, () => {
    assert.deepEqual(query(options), { ...ALWAYS, ...expected })
  })

for (const [options, message] of [
  [{ secrets: ['a=b'], ssh: ['default'] }, /^UserError: secrets, ssh: needs docker buildx/],
  [{ secretEnvs: ['a=b'] }, /secret-envs/],
  [{ secretFiles: ['a=b'] }, /secret-files/],
  [{ buildContexts: ['a=b'] }, /build-contexts/],
  [{ cacheTo: ['type=gha'] }, /cache-to/],
  [{ builder: 'x' }, /builder/],
  [{ cacheFrom: ['type=gha'] }, /cache-from/],
  [{ shmSize: 'much' }, /shm-size: "much"/],
  [{ ulimit: ['nofile'] }, /ulimit: "nofile"/],
  [{ target: '-x' }, /target/],
] as const satisfies readonly (readonly [Partial<BuildOptions>, RegExp])[])
  test(`the engine cannot be asked with ${JSON.stringify(options)}`, () => {
    assert.throws(() => query(options), message)
  })
