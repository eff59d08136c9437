/** However a run ends: a failure is a failure, and nothing of it stays behind. */
import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeRepository, temporaryDirectory } from './build/support/git-repository.ts'
import { type FakeGitHub, startFakeGitHub } from './support/fake-github/start-fake-github.ts'
import { type ActionEnd, type Entry, type StartedAction, startAction } from './support/run-action.ts'

/** `PLIMSOLL_ENTRY=dist` tries the bundle. */
const ENTRY: Entry = process.env.PLIMSOLL_ENTRY === 'dist' ? 'dist' : 'src'
const TEMP = temporaryDirectory('exits')
const WORKSPACE = join(TEMP, 'workspace')
const BIN = join(TEMP, 'bin')
let [base, head] = ['', '']
after(() => rmSync(TEMP, { recursive: true, force: true }))

/** A `docker` whose builds never end, with a helper that would outlive them. */
const DOCKER = `#!/bin/sh
case "$*" in
  *version*) echo 'github.com/docker/buildx v0.20.0'; exit 0 ;;
  *inspect*) printf 'Name: default\\nDriver: docker\\n\\nNodes:\\nName: default\\nStatus: running\\n'; exit 0 ;;
  *build*) sleep 300 & echo building; touch "$BUILDING"; trap '' TERM; sleep 300 ;;
esac
`

before(() => {
  const repository = makeRepository(WORKSPACE)
  base = repository.commit('Begin', { Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' })
  head = repository.commit('Change', { Dockerfile: 'FROM scratch\nCOPY Dockerfile /a\n' })
  mkdirSync(BIN)
  writeFileSync(join(BIN, 'docker'), DOCKER)
  chmodSync(join(BIN, 'docker'), 0o755)
})

interface Running extends StartedAction {
  readonly fake: FakeGitHub
  readonly mark: string
}

let count = 0

/** @param preload code that runs in the action's process before it */
const run = async (t: TestContext, preload = '', nodeOptions: readonly string[] = []): Promise<Running> => {
  count += 1
  const fake = await startFakeGitHub({ headSha: head })
  t.after(() => fake.stop())
  const mark = `exits-${process.pid}-${count}`
  const building = join(TEMP, `${mark}.building`)
  const file = join(TEMP, `${mark}.cjs`)
  writeFileSync(file, preload)
  const started = startAction({
    entry: ENTRY,
    eventName: 'pull_request',
    payload: {
      repository: { full_name: 'octo/app' },
      pull_request: {
        number: 7,
        head: { sha: head, ref: 'feature', repo: { full_name: 'octo/app' } },
        base: { sha: base, ref: 'main', repo: { full_name: 'octo/app' } },
      },
    },
    apiUrl: fake.url,
    workspace: WORKSPACE,
    temp: join(TEMP, mark),
    sha: head,
    inputs: {},
    nodeOptions: [...nodeOptions, '--require', file],
    environment: {
      PATH: `${BIN}:${process.env.PATH}`,
      TEST_MARK: mark,
      BUILDING: building,
      GIT_CONFIG_GLOBAL: '/dev/null',
    },
  })
  return { ...started, fake, mark }
}

/** Waits until the base image is being built: children, a worktree and a temporary folder are there. */
const whileBuilding = async ({ mark, ended }: Running): Promise<void> => {
  const gone = ended.then(end => assert.fail(`it ended before: ${end.stdout}${end.stderr}`))
  for (let i = 0; i < 1200 && !existsSync(join(TEMP, `${mark}.building`)); i += 1)
    await Promise.race([gone, sleep(50)])
  assert.ok(processesOf(mark).length >= 3, 'the action, docker and its helper run')
  gone.catch(() => undefined)
}

const processesOf = (mark: string): readonly string[] =>
  readdirSync('/proc').filter(name => {
    try {
      return (
        /^\d+$/.test(name) && readFileSync(`/proc/${name}/environ`, 'utf8').includes(`TEST_MARK=${mark}\0`)
      )
    } catch {
      return false
    }
  })

const leftIn = (folder: string): readonly string[] =>
  existsSync(folder) ? readdirSync(folder).filter(name => name !== 'plimsoll') : []

/** Within five seconds of the end nothing is left, and GitHub was never written to. */
const isClean = async ({ mark, temp, fake }: Running): Promise<void> => {
  const start = performance.now()
  while ((processesOf(mark).length > 0 || leftIn(temp).length > 0) && performance.now() - start < 5_000)
    await sleep(50)
  assert.deepEqual(processesOf(mark), [], 'processes are left')
  assert.deepEqual(leftIn(temp), [], 'files are left')
  assert.deepEqual(fake.requests, [])
}

const errorsOf = (end: ActionEnd): readonly string[] =>
  end.commands.filter(({ name }) => name === 'error').map(({ message }) => message)

const isLinux = process.platform === 'linux'

for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} in a build ends it all within five seconds, with ${status}`, {
    skip: !isLinux,
  }, async t => {
    const running = await run(t)
    await whileBuilding(running)
    const start = performance.now()
    process.kill(running.pid, signal)
    const end = await running.ended
    assert.equal(end.status, status, end.stdout + end.stderr)
    await isClean(running)
    assert.ok(performance.now() - start < 6_000)
    assert.equal(end.summary, '')
  })
}

for (const signal of ['SIGKILL', 'SIGABRT'] as const) {
  test(`${signal} cannot be answered, and still nothing is left`, { skip: !isLinux }, async t => {
    const running = await run(t)
    await whileBuilding(running)
    process.kill(running.pid, signal)
    const end = await running.ended
    assert.equal(end.signal, signal)
    await isClean(running)
  })
}

const ONCE_BUILDING = (code: string): string => `
const { existsSync } = require('node:fs')
const timer = setInterval(() => {
  if (!existsSync(process.env.BUILDING)) return
  clearInterval(timer)
  setTimeout(() => { ${code} }, 200)
}, 50)
timer.unref()
`

test('out of memory: not a success, and nothing is left', { skip: !isLinux }, async t => {
  const fill = ONCE_BUILDING('const all = []; for (;;) all.push(new Array(1e5).fill(all.length))')
  const running = await run(t, fill, ['--max-old-space-size=120'])
  const end = await running.ended
  assert.notEqual(end.status, 0)
  assert.match(end.stderr, /heap out of memory/)
  await isClean(running)
})

for (const [what, code] of [
  ['a rejection that nobody handles', "Promise.reject(new Error('boom'))"],
  ['an error outside of every promise', "throw new Error('boom')"],
] as const) {
  test(`${what} is a failure that is said, and nothing is left`, { skip: !isLinux }, async t => {
    const running = await run(t, ONCE_BUILDING(code))
    const end = await running.ended
    assert.equal(end.status, 1, end.stdout + end.stderr)
    assert.deepEqual(errorsOf(end), ['a fault of Plimsoll itself: boom'])
    assert.equal(end.outputs.passed, 'false')
    await isClean(running)
  })
}

test('a wait for something that never happens is a failure that is said', { skip: !isLinux }, async t => {
  const never = `
const promises = require('node:fs/promises')
promises.mkdtemp = () => new Promise(() => {})
require('node:fs').promises.mkdtemp = promises.mkdtemp
require('node:module').syncBuiltinESMExports()
`
  const running = await run(t, never)
  const end = await running.ended
  assert.equal(end.status, 1, end.stdout + end.stderr)
  assert.match(errorsOf(end).join(), /waits for something that never happens/)
  assert.equal(end.outputs.passed, 'false')
  await isClean(running)
})
