import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BuildOptions } from '../../src/build/build-options.ts'
import { type BuildxCall, buildxArguments } from '../../src/build/buildx-arguments.ts'
import type { ResolvedInputs } from '../../src/build/resolve-context.ts'
import { UserError } from '../../src/errors.ts'
import { DEFAULT_BUILD_OPTIONS } from './support/default-build-options.ts'

const INPUTS: ResolvedInputs = { context: '/w/app', dockerfile: '/w/app/Dockerfile', buildContexts: [] }
const CALL: BuildxCall = {
  side: 'head',
  tag: 'plimsoll.local/ab:head',
  iidFile: '/t/iid',
  metadataFile: '/t/meta',
  secretFlags: [],
  layout: null,
}
const PREFIX = ['buildx', 'build', '--progress=plain', '--provenance=false', '--sbom=false']
const NAMES = [
  '--metadata-file',
  '/t/meta',
  '--tag',
  'plimsoll.local/ab:head',
  '--iidfile',
  '/t/iid',
  '--file',
  '/w/app/Dockerfile',
]

const argumentsOf = (
  options: Partial<BuildOptions>,
  call: Partial<BuildxCall> = {},
  inputs: Partial<ResolvedInputs> = {},
): string[] =>
  buildxArguments({ ...DEFAULT_BUILD_OPTIONS, ...options }, { ...INPUTS, ...inputs }, { ...CALL, ...call })

interface Row {
  readonly says: string
  readonly options?: Partial<BuildOptions>
  readonly call?: Partial<BuildxCall>
  readonly inputs?: Partial<ResolvedInputs>
  readonly before?: readonly string[]
  readonly after?: readonly string[]
}

const TABLE: readonly Row[] = [
  { says: 'nothing asked for' },
  { says: 'a builder', options: { builder: 'mine' }, before: ['--builder', 'mine'] },
  {
    says: 'a builder that keeps its result',
    call: { layout: '/t/images' },
    before: ['--output', 'type=oci,tar=false,dest=/t/images'],
  },
  {
    says: 'a folder that a line of values must quote',
    call: { layout: '/t,"a"/images' },
    before: ['--output', 'type=oci,tar=false,"dest=/t,""a""/images"'],
  },
  { says: 'a target', options: { target: 'prod' }, after: ['--target', 'prod'] },
  { says: 'an empty target', options: { target: '' } },
  { says: 'a platform', options: { platform: 'linux/arm64' }, after: ['--platform', 'linux/arm64'] },
  { says: 'a network', options: { network: 'host' }, after: ['--network', 'host'] },
  { says: 'shared memory', options: { shmSize: '2g' }, after: ['--shm-size', '2g'] },
  { says: 'no cache, and a pull', options: { noCache: true, pull: true }, after: ['--no-cache', '--pull'] },
  {
    says: 'build arguments, with commas and with what looks like more arguments',
    options: { buildArgs: ['A=1,2 --push', 'B', 'C='] },
    after: ['--build-arg', 'A=1,2 --push', '--build-arg', 'B', '--build-arg', 'C='],
  },
  {
    says: 'build contexts as they were resolved',
    options: { buildContexts: ['lib=../lib'] },
    inputs: { buildContexts: [{ name: 'lib', value: '/w/lib' }] },
    after: ['--build-context', 'lib=/w/lib'],
  },
  { says: 'labels', options: { labels: ['a=b c'] }, after: ['--label', 'a=b c'] },
  { says: 'hosts', options: { addHosts: ['h:1.2.3.4'] }, after: ['--add-host', 'h:1.2.3.4'] },
  { says: 'limits', options: { ulimit: ['nofile=1:2'] }, after: ['--ulimit', 'nofile=1:2'] },
  { says: 'SSH agents', options: { ssh: ['default'] }, after: ['--ssh', 'default'] },
  {
    says: 'secrets as they were prepared, never as they were written',
    options: { secrets: ['T=canary'] },
    call: { secretFlags: ['id=T,src=/t/s'] },
    after: ['--secret', 'id=T,src=/t/s'],
  },
  {
    says: 'caches for the head',
    options: { cacheFrom: ['type=gha'], cacheTo: ['type=gha,mode=max'] },
    after: ['--cache-from', 'type=gha', '--cache-to', 'type=gha,mode=max'],
  },
  {
    says: 'no cache-to for the base',
    options: { cacheFrom: ['type=gha'], cacheTo: ['type=gha,mode=max'] },
    call: { side: 'base' },
    after: ['--cache-from', 'type=gha'],
  },
]

for (const { says, options = {}, call = {}, inputs = {}, before = [], after = [] } of TABLE)
  test(`the arguments of buildx: ${says}`, () => {
    assert.deepEqual(argumentsOf(options, call, inputs), [...PREFIX, ...before, ...NAMES, ...after, '/w/app'])
  })

const SMUGGLED: readonly (readonly [
  string,
  Partial<BuildOptions>,
  Partial<BuildxCall>?,
  Partial<ResolvedInputs>?,
])[] = [
  ['target', { target: '--allow=security.insecure' }],
  ['platforms', { platform: '-f' }],
  ['builder', { builder: '--push' }],
  ['network', { network: '-x' }],
  ['shm-size', { shmSize: '-1' }],
  ['build-args', { buildArgs: ['--push'] }],
  ['labels', { labels: ['--push'] }],
  ['add-hosts', { addHosts: ['-x'] }],
  ['ulimit', { ulimit: ['-x'] }],
  ['ssh', { ssh: ['-x'] }],
  ['cache-from', { cacheFrom: ['--push'] }],
  ['cache-to', { cacheTo: ['--push'] }],
  ['tag', {}, { tag: '--push' }],
  ['context', {}, {}, { context: '-' }],
  ['file', {}, {}, { dockerfile: '-' }],
  ['build-contexts', {}, {}, { buildContexts: [{ name: '--push', value: 'x' }] }],
  ['target', { target: 'a\0b' }],
]

for (const [input, options, call, inputs] of SMUGGLED)
  test(`a value that could be an option is refused: ${JSON.stringify([options, call, inputs])}`, () => {
    assert.throws(
      () => argumentsOf(options, call, inputs),
      (error: Error) => {
        assert.ok(error instanceof UserError)
        assert.match(error.message, new RegExp(`^${input}: `))
        return true
      },
    )
  })

test('several platforms are refused with the way out', () => {
  assert.throws(() => argumentsOf({ platform: 'linux/amd64,linux/arm64' }), /^UserError: platforms: .*matrix/)
})

test('a refused build argument is not quoted: it may be a secret', () => {
  assert.throws(
    () => argumentsOf({ buildArgs: ['-canary'] }),
    (error: Error) => !error.message.includes('canary'),
  )
})

test('no entitlement is ever granted', () => {
  const everything = TABLE.flatMap(row => argumentsOf(row.options ?? {}, row.call, row.inputs))
  assert.equal(
    everything.some(argument => argument.startsWith('--allow')),
    false,
  )
})
