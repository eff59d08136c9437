import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findBuilder, parseBuilder } from '../../src/build/builder.ts'
import { dockerCommand } from '../../src/build/docker-command.ts'
import { fakeDocker } from './support/fake-docker.ts'

const inspecting = (driver: string) =>
  `case "$2" in version) echo v0.30;; inspect) printf 'Name:          b\\nDriver:        ${driver}\\n\\nNodes:\\nName: n\\nDriver: nonsense\\n';; esac`

for (const [driver, output] of [
  ['docker', 'engine'],
  ['docker-container', 'layout'],
  ['remote', 'layout'],
  ['kubernetes', 'layout'],
  ['cloud', 'layout'],
] as const)
  test(`a builder of driver "${driver}" builds into ${output === 'engine' ? 'the engine' : 'a layout'}`, async () => {
    const docker = fakeDocker(inspecting(driver))
    assert.deepEqual(await findBuilder(docker, null), { kind: 'buildx', driver, output })
    assert.deepEqual(
      docker.calls().map(call => call.args),
      [
        ['buildx', 'version'],
        ['buildx', 'inspect'],
      ],
    )
  })

test('the builder that the user names is asked for by name', async () => {
  const docker = fakeDocker(inspecting('remote'))
  await findBuilder(docker, 'mine')
  assert.deepEqual(docker.calls().at(-1)!.args, ['buildx', 'inspect', 'mine'])
})

test('without buildx the engine builds, unless a builder was asked for', async () => {
  const docker = fakeDocker(`echo "docker: unknown command: docker buildx" >&2; exit 1`)
  assert.deepEqual(await findBuilder(docker, null), { kind: 'engine' })
  await assert.rejects(findBuilder(docker, 'mine'), /^UserError: builder: "mine" needs docker buildx/)
})

test('without docker at all the engine builds', async () => {
  assert.deepEqual(await findBuilder({ ...dockerCommand({}), program: '/nowhere/docker' }, null), {
    kind: 'engine',
  })
})

test('a builder that is not there, or whose engine is down, is an error that says why', async () => {
  const absent = fakeDocker(`[ "$2" = version ] && exit 0; echo 'ERROR: no builder "x" found' >&2; exit 1`)
  await assert.rejects(
    findBuilder(absent, 'x'),
    /^UserError: builder: "x" cannot be used: no builder "x" found$/,
  )
  const down = fakeDocker(
    `[ "$2" = version ] && exit 0; printf 'Name:  default\\nDriver:        \\nError:         Cannot connect to the Docker daemon at unix:///nope.\\n'`,
  )
  await assert.rejects(
    findBuilder(down, null),
    /^UserError: the builder cannot be used: Cannot connect to the Docker daemon/,
  )
})

for (const [driver, states, isUsable] of [
  ['remote', ['inactive'], false],
  ['remote', ['inactive', 'running'], true],
  ['docker-container', ['inactive'], true],
] as const)
  test(`a ${driver} builder whose nodes are ${states.join(' and ')} is ${isUsable ? 'used' : 'refused at once'}`, async () => {
    const nodes = states.map(state => `Name: n\\nStatus:   ${state}\\n`).join('')
    const docker = fakeDocker(`printf 'Driver: ${driver}\\n\\nNodes:\\n${nodes}'`)
    const finding = findBuilder(docker, 'x')
    if (isUsable) assert.equal((await finding).kind, 'buildx')
    else
      await assert.rejects(finding, /^UserError: builder: "x" cannot be used: its BuildKit does not answer/)
  })

test('a builder name that could be an option is refused before anything runs', async () => {
  const docker = fakeDocker('')
  await assert.rejects(findBuilder(docker, '--bootstrap'), /must not begin with "-"/)
  assert.deepEqual(docker.calls(), [])
})

test('the head of an inspection is read, not the nodes below it', () => {
  assert.deepEqual(parseBuilder('Name: a\nNodes:\nDriver: docker\n'), {
    driver: null,
    error: null,
    isDown: false,
  })
})
