/** `plimsoll review` by the built command in real repositories, on a real engine. */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ComparedFinding, Review } from '../../src/report/types.ts'
import {
  makeRepository,
  type Repository,
  snapshot,
  temporaryDirectory,
} from '../build/support/git-repository.ts'
import { cli, type Finished, plimsoll } from '../support/engine.ts'
import { needEngine, needProgram, needShared } from '../support/need.ts'

const TEMP = temporaryDirectory('review-engine')
after(() => rmSync(TEMP, { recursive: true, force: true }))

const NONCE = `${process.pid}-${Date.now()}`
/** On every image that is built here, so that one left behind is found. */
const LABEL = `plimsoll.test=${NONCE}`

const docker = (host: string, ...args: readonly string[]): string =>
  execFileSync('docker', ['-H', host, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

const labelled = (host: string): string =>
  docker(host, 'images', '--all', '--quiet', '--filter', `label=${LABEL}`)

const open = (t: TestContext): string | null => (needProgram(t, 'docker') ? needEngine(t, 'modern') : null)

let count = 0
const folder = (name: string): string => join(TEMP, `${name}-${++count}`)

type Files = Readonly<Record<string, string>>

const IGNORED: Files = { '.dockerignore': '.git\n' }

/** `main` with the files of the base, and the branch `change`, checked out, with those of the pull request. */
const pullRequest = (base: Files, head: Files): Repository => {
  const repository = makeRepository(folder('repository'))
  repository.commit('Begin', { ...IGNORED, ...base })
  repository.run('switch', '-q', '-c', 'change')
  repository.commit('Change', head)
  return repository
}

/** Runs a review against `main`, and holds what every one must keep: the checkout, the temp folder, the engine. */
const review = async (
  host: string,
  { root, ...repository }: Repository,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> => {
  const temp = folder('temp')
  mkdirSync(temp)
  const before = snapshot({ root, ...repository })
  const finished = await plimsoll(
    ['review', '--base-ref', 'main', '--network', 'host', '--label', LABEL, ...args],
    { host, cwd: root, env: { TMPDIR: temp, ...env } },
  )
  assert.deepEqual(snapshot({ root, ...repository }), before, 'the checkout is as it was')
  assert.deepEqual(readdirSync(temp), [], 'no temporary file is left')
  assert.equal(labelled(host), '', 'no image is left')
  return finished
}

const reviewed = async (
  host: string,
  repository: Repository,
  args: readonly string[] = [],
  status = 0,
): Promise<Review> => {
  const finished = await review(host, repository, ['--quiet', '--json', ...args])
  assert.equal(finished.status, status, finished.stderr)
  assert.equal(finished.stderr, '')
  return JSON.parse(finished.stdout) as Review
}

/** Lays a case of the articles down as a repository. */
const flask = (seeds: string, base: string, head: string): Repository => {
  const repository = makeRepository(folder('flask'))
  const read = (name: string): string => readFileSync(join(seeds, 'cases', 'flask-mysql', name), 'utf8')
  const files = Object.fromEntries(['app.py', 'requirements.txt'].map(name => [name, read(name)]))
  repository.commit('Begin', { ...IGNORED, ...files, Dockerfile: read(`Dockerfile.${base}`) })
  repository.run('switch', '-q', '-c', 'change')
  repository.commit('Change', { Dockerfile: read(`Dockerfile.${head}`) })
  return repository
}

const sum = (items: readonly number[]): number => items.reduce((total, item) => total + item, 0)

/** Causes and lines each add up to the difference, to the byte, and next to nothing is left unexplained. */
const assertAddsUp = ({ delta, causes, lines }: Review): void => {
  assert.equal(sum(causes!.map(({ bytes }) => bytes)), delta!.content)
  assert.equal(sum(lines!.map(row => row.delta)), delta!.content)
  const gross = sum(causes!.map(({ bytes }) => Math.abs(bytes)))
  const rest = causes!.filter(({ kind }) => kind === 'rest')
  const restBytes = sum(
    rest.flatMap(({ bytes, parts }) => [bytes, ...parts.map(part => part.bytes)]).map(Math.abs),
  )
  assert.ok(restBytes <= 0.02 * gross, `rest ${restBytes} of ${gross}`)
}

const packagesOf = (findings: readonly ComparedFinding[], rule: string): readonly string[] =>
  findings.filter(finding => finding.rule === rule).flatMap(({ packages }) => packages)

const INSTALL = /^RUN apt-get update .*default-libmysqlclient-dev/

/** What the same two images say when they are built by hand, inspected and compared as saved reports. */
const compareByHand = async (
  host: string,
  { root, run }: Repository,
  args: readonly string[],
): Promise<Finished> => {
  const reports = folder('reports')
  mkdirSync(reports)
  for (const ref of ['main', 'change']) {
    const tree = join(reports, ref)
    mkdirSync(tree)
    execFileSync('tar', ['-xf', '-', '-C', tree], {
      input: execFileSync('git', ['-c', 'tar.umask=0022', 'archive', ref], { cwd: root, maxBuffer: 2 ** 26 }),
    })
    const tag = `plimsoll-test-review:${ref}-${NONCE}`
    docker(host, 'buildx', 'build', '--network', 'host', '--provenance=false', '-q', '-t', tag, tree)
    try {
      const saved = await plimsoll(
        ['inspect', tag, '--file', 'Dockerfile', '--json', '-o', join(reports, `${ref}.json`)],
        { host, cwd: tree },
      )
      assert.deepEqual(saved, { status: 0, stdout: '', stderr: '' })
    } finally {
      docker(host, 'rmi', tag)
    }
  }
  assert.equal(run('status', '--porcelain'), '')
  const sides = ['main', 'change'].map(ref => `report://${join(reports, `${ref}.json`)}`)
  // no engine is needed for saved reports
  return plimsoll(['compare', ...sides, '--json', ...args], { host: 'unix:///nowhere.sock' })
}

test('flask-mysql from two stages to one: over budget, with the size, the compiler, the headers and the lines', async t => {
  const host = open(t)
  const seeds = needShared(t, 'seeds')
  if (!host || !seeds) return
  const repository = flask(seeds, 'multi', 'single')
  const result = await reviewed(host, repository, ['--max-increase', '20 MB'], 1)
  const content = result.delta!.content
  assert.ok(Math.abs(content - 277.8e6) <= 2.778e6, `${content}`)
  assert.equal(result.verdict, 'fail')
  assert.equal(result.base!.ref, repository.run('rev-parse', 'main').trim())
  assert.equal(result.head.ref, repository.run('rev-parse', 'change').trim())
  assertAddsUp(result)
  const { introduced } = result.findings
  assert.ok(packagesOf(introduced, 'c-compiler').includes('gcc-12'))
  assert.ok(packagesOf(introduced, 'c-headers').includes('libmariadb-dev'))
  const install = result.lines!.find(({ instruction }) => instruction !== null && INSTALL.test(instruction))
  const place = { file: 'Dockerfile', start: 8, end: 11 }
  assert.deepEqual({ file: install?.file, start: install?.start, end: install?.end }, place)
  assert.ok(install!.delta > 0.9 * content)
  const gcc = introduced.find(({ packages }) => packages.includes('gcc-12'))!
  assert.deepEqual(gcc.line, place)
  assert.deepEqual(result.causes!.find(({ name }) => name === 'gcc-12')?.line, place)

  const byHand = await compareByHand(host, repository, ['--max-increase', '20 MB'])
  assert.equal(byHand.status, 1, byHand.stderr)
  const compared = JSON.parse(byHand.stdout) as Review
  for (const key of ['delta', 'causes', 'lines', 'findings', 'hazards', 'budgets', 'verdict'] as const)
    assert.deepEqual(compared[key], result[key], key)

  const [shown, markdown] = [
    await review(host, repository, ['--quiet']),
    await review(host, repository, ['--quiet', '--format', 'markdown', '--max-increase', '20 MB']),
  ]
  assert.deepEqual([shown.status, markdown.status], [0, 1])
  for (const { stdout } of [shown, markdown]) {
    assert.match(stdout, /\+277\.\d MB/)
    assert.match(stdout, /gcc-12/)
    assert.match(stdout, /Dockerfile:8-11/)
    assert.match(stdout, /apt-get update/)
  }
})

test('flask-mysql from one stage to two: within budget, and what went is named', async t => {
  const host = open(t)
  const seeds = needShared(t, 'seeds')
  if (!host || !seeds) return
  const result = await reviewed(host, flask(seeds, 'single', 'multi'), ['--max-increase', '20 MB'])
  assert.ok(Math.abs(result.delta!.content + 277.8e6) <= 2.778e6, `${result.delta!.content}`)
  assert.equal(result.verdict, 'pass')
  assertAddsUp(result)
  const { introduced, resolved } = result.findings
  assert.deepEqual(introduced, [])
  assert.ok(packagesOf(resolved, 'c-compiler').includes('gcc-12'))
  assert.ok(packagesOf(resolved, 'c-headers').includes('libmariadb-dev'))
})

const MADE = 'FROM busybox\nRUN head -c 1000000 /dev/zero > /made\n'
const GROWN = `${MADE}RUN mkdir -p /root/.cache/pip/http && \\\n    head -c 2000000 /dev/zero > /root/.cache/pip/http/body\n`

test('a base without the Dockerfile, or without any image to compare with, is no baseline and no failure', async t => {
  const host = open(t)
  if (!host) return
  const budgets = ['--max-increase', '1 kB', '--max-size', '100 MB']
  const first = await reviewed(host, pullRequest({ 'README.md': 'Read me\n' }, { Dockerfile: MADE }), budgets)
  assert.match(first.baseMissing!, /^the base commit [0-9a-f]{7} has no Dockerfile$/)
  assert.deepEqual([first.base, first.delta, first.causes, first.lines], [null, null, null, null])
  assert.deepEqual(
    first.budgets.map(({ name, passed }) => [name, passed]),
    [
      ['max-size', true],
      ['max-increase', null],
    ],
  )
  const none = await reviewed(host, pullRequest({ Dockerfile: MADE }, { Dockerfile: GROWN }), [
    '--baseline',
    'none',
  ])
  assert.deepEqual([none.baseMissing, none.delta], ['baseline is "none"', null])
  assert.equal(none.findings.unknown.length, 1)
})

test('a base that does not build is no baseline; it fails the review only where that was asked for', async t => {
  const host = open(t)
  if (!host) return
  const repository = pullRequest(
    { Dockerfile: 'FROM busybox\nRUN echo before; \\\n  exit 3\n' },
    { Dockerfile: MADE },
  )
  const result = await reviewed(host, repository)
  assert.match(
    result.baseMissing!,
    /^the base commit's image does not build: Dockerfile:2: the command ended with exit code 3$/,
  )
  assert.deepEqual([result.base, result.delta, result.verdict], [null, null, 'pass'])
  const strict = await reviewed(host, repository, ['--fail-on', 'base-build-error'], 1)
  assert.equal(strict.verdict, 'fail')
  const broken = pullRequest({ Dockerfile: 'FROM busybox\nRUNN echo\n' }, { Dockerfile: MADE })
  assert.match((await reviewed(host, broken)).baseMissing!, /Dockerfile:2: .*RUNN/)
})

test('a head that does not build is one line, and no half a result', async t => {
  const host = open(t)
  if (!host) return
  const repository = pullRequest(
    { Dockerfile: MADE },
    { Dockerfile: `${MADE}RUN echo before; \\\n  exit 3\n` },
  )
  const { status, stdout, stderr } = await review(host, repository, ['--quiet', '--json'])
  assert.deepEqual([status, stdout], [2, ''])
  assert.equal(
    stderr,
    'plimsoll: the image does not build: Dockerfile:3: the command ended with exit code 3\n',
  )
})

test('a source that an earlier step made: the ways out are named, and each of them works', async t => {
  const host = open(t)
  if (!host) return
  const repository = pullRequest(
    { '.gitignore': 'dist/\n', Dockerfile: 'FROM busybox\nCOPY dist /dist\n', 'app/main': 'one\n' },
    { 'app/main': 'two\n' },
  )
  repository.write({ 'dist/bundle': 'x'.repeat(3000) })
  const lost = await reviewed(host, repository)
  assert.match(lost.baseMissing!, /"dist".*base commit does not have.*"base-image".*"base-prepare"/)
  assert.equal(lost.delta, null)
  const prepared = await reviewed(host, repository, [
    '--base-prepare',
    'mkdir dist && head -c 1000 /dev/zero > dist/bundle',
  ])
  assert.deepEqual([prepared.baseMissing, prepared.delta!.content], [null, 2000])
  const given = await reviewed(host, repository, ['--base-image', 'busybox:latest'])
  assert.deepEqual([given.baseMissing, given.delta!.content], [null, 3000])
  const failing = await reviewed(host, repository, ['--base-prepare', 'exit 5'])
  assert.equal(failing.baseMissing, 'base-prepare: ended with exit code 5')
})

test('equal inputs: the base is not built, and nothing changed', async t => {
  const host = open(t)
  if (!host) return
  const repository = pullRequest(
    { 'image/Dockerfile': GROWN, 'README.md': 'one\n' },
    { 'README.md': 'two\n' },
  )
  const { status, stdout, stderr } = await review(host, repository, ['image', '--json'])
  assert.equal(status, 0, stderr)
  const result = JSON.parse(stdout) as Review
  assert.deepEqual([result.delta!.content, result.causes, result.baseMissing], [0, [], null])
  assert.equal(result.base!.ref, repository.run('rev-parse', 'main').trim())
  assert.equal(result.findings.existing.length, 1)
  assert.match(stderr, /^Build the head image$/m)
  assert.doesNotMatch(stderr, /^Build the base image$/m)
})

test('the working tree is the head: uncommitted and untracked files too', async t => {
  const host = open(t)
  if (!host) return
  const repository = pullRequest({ Dockerfile: 'FROM busybox\nCOPY app /app\n', 'app/main': 'one\n' }, {})
  const clean = await reviewed(host, repository)
  assert.deepEqual([clean.delta!.content, clean.head.how], [0, 'the checked-out commit'])
  repository.write({ 'app/main': 'x'.repeat(1004), 'app/more': 'y'.repeat(500) })
  const dirty = await reviewed(host, repository)
  assert.deepEqual([dirty.delta!.content, dirty.head.how], [1500, 'the checkout, with uncommitted changes'])
  assert.equal(dirty.head.ref, repository.run('rev-parse', 'HEAD').trim())
})

const SECRETIVE = `FROM busybox AS tools
RUN touch /tool
FROM busybox
ARG TOKEN
ENV PASSWORD=canary-in-env
COPY --from=tools /tool /tool
RUN --mount=type=secret,id=word --mount=type=secret,id=variable \\
    test "$(cat /run/secrets/word)$(cat /run/secrets/variable)" = canary-of-secretcanary-of-variable
RUN test "$TOKEN" = canary-of-argument && test -n "$PASSWORD" && head -c 3000000 /dev/zero > /made
RUN mkdir -p /root/.cache/pip/http && head -c 3000000 /dev/zero > /root/.cache/pip/http/body
`

test('secrets and build arguments are in no output of any format, values of ENV in no report', async t => {
  const host = open(t)
  if (!host) return
  // the file may say the words, what is printed may not: so they come in pieces
  const dockerfile = SECRETIVE.replaceAll('canary-of-secretcanary-of-variable', '"$WORDS"').replaceAll(
    'canary-of-argument',
    '"$EXPECTED"',
  )
  const head = dockerfile.replace('ARG TOKEN', 'ARG TOKEN\nARG WORDS\nARG EXPECTED')
  const repository = pullRequest({ Dockerfile: MADE }, { Dockerfile: head })
  const args = [
    ...['--secret', 'word=canary-of-secret', '--secret-env', 'variable=PLIMSOLL_TEST_VARIABLE'],
    ...['--build-arg', 'TOKEN=canary-of-argument', '--build-arg', 'EXPECTED=canary-of-argument'],
    ...['--build-arg', 'WORDS=canary-of-secretcanary-of-variable', '--no-cache'],
  ]
  const environment = { PLIMSOLL_TEST_VARIABLE: 'canary-of-variable' }
  for (const format of ['text', 'markdown', 'json']) {
    const { status, stdout, stderr } = await review(
      host,
      repository,
      [...args, '--format', format],
      environment,
    )
    assert.equal(status, 0, stderr.slice(-2000))
    assert.match(stderr, /Build the head image/)
    assert.match(stdout, /pip/)
    assert.doesNotMatch(stdout, /canary/, format)
    // the build's log quotes the Dockerfile, and ENV is a part of that
    assert.doesNotMatch(stderr, /canary-of/, format)
  }
  const failing = pullRequest({ Dockerfile: MADE }, { Dockerfile: head.replace('test -n', 'test -z') })
  const failed = await review(host, failing, args, environment)
  assert.equal(failed.status, 2)
  assert.match(failed.stderr, /does not build: Dockerfile:11: the command ended with exit code 1\n$/)
  assert.doesNotMatch(failed.stderr + failed.stdout, /canary-of/)
})

/** A PATH on which there is git and a shell, and no docker. */
const withoutDocker = (): string => {
  const bin = folder('bin')
  mkdirSync(bin)
  for (const name of ['git', 'sh'])
    symlinkSync(
      execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim(),
      join(bin, name),
    )
  return bin
}

const slow = (nonce: string): string => `FROM busybox\nRUN echo ${nonce} && sleep 61\n`

/** Starts a review, sends it a signal once its log says `when`, and gives what was left. */
const interrupt = async (
  host: string,
  repository: Repository,
  { signal, when, env }: { signal: NodeJS.Signals; when: RegExp; env: Readonly<Record<string, string>> },
) => {
  const temp = folder('temp')
  mkdirSync(temp)
  const before = snapshot(repository)
  const child = spawn(
    process.execPath,
    [cli, 'review', '--base-ref', 'main', '--label', LABEL, '--network', 'host'],
    {
      cwd: repository.root,
      env: { ...process.env, DOCKER_HOST: host, TMPDIR: temp, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const ended = new Promise<number | null>(resolve => child.once('exit', code => resolve(code)))
  let log = ''
  let sentAt = 0
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString('utf8')
    if (sentAt > 0 || !when.test(log)) return
    sentAt = performance.now()
    child.kill(signal)
  })
  const [status, stdout] = await Promise.all([ended, text(child.stdout)])
  assert.ok(sentAt > 0, `the build never said ${when}: ${log.slice(-2000)}`)
  assert.deepEqual(snapshot(repository), before, 'the checkout is as it was')
  assert.deepEqual(readdirSync(temp), [], 'no temporary file is left')
  return { status, stdout, seconds: (performance.now() - sentAt) / 1000 }
}

for (const way of ['buildx', 'the engine alone'] as const)
  for (const [signal, status, side] of [
    ['SIGINT', 130, 'base'],
    ['SIGINT', 130, 'head'],
    ['SIGTERM', 143, 'head'],
  ] as const)
    test(`${signal} while ${way} builds the ${side}: status ${status}, and nothing is left`, async t => {
      const host = open(t)
      if (!host) return
      const words = slow(`${NONCE}-${way}-${signal}-${side}`.replaceAll(' ', '-'))
      const repository = pullRequest(
        { Dockerfile: side === 'base' ? words : MADE },
        { Dockerfile: side === 'head' ? words : MADE },
      )
      const env = way === 'buildx' ? {} : { PATH: withoutDocker() }
      const when = new RegExp(`Build the ${side} image(?:.*\n)+.*sleep 61`)
      const stopped = await interrupt(host, repository, { signal, when, env })
      assert.deepEqual([stopped.status, stopped.stdout], [status, ''])
      assert.ok(stopped.seconds < 15, `${stopped.seconds} s`)
      // the engine lets go of a build some moments after its client
      for (let tries = 0; labelled(host) !== '' && tries < 20; tries += 1) await sleep(250)
      assert.equal(labelled(host), '')
      const names = docker(host, 'ps', '--all', '--no-trunc', '--format', '{{.Command}}')
      assert.ok(!names.includes(NONCE), 'no container is left')
    })

test('a build is stopped at its timeout: an error for the head, no baseline for the base', async t => {
  const host = open(t)
  if (!host) return
  const words = slow(`${NONCE}-timeout`)
  const head = pullRequest({ Dockerfile: MADE }, { Dockerfile: words })
  const late = await review(host, head, ['--quiet', '--timeout', '3s'])
  assert.deepEqual([late.status, late.stdout], [2, ''])
  assert.equal(
    late.stderr,
    'plimsoll: the image does not build: it was stopped after 3 s; raise "timeout" if it needs longer\n',
  )
  const base = await reviewed(host, pullRequest({ Dockerfile: words }, { Dockerfile: MADE }), [
    '--timeout',
    '3s',
  ])
  assert.match(base.baseMissing!, /^the base commit's image does not build: it was stopped after 3 s/)
})

test('the tests would see an image that is left', async t => {
  const host = open(t)
  if (!host) return
  const tag = `plimsoll-test-left:${NONCE}`
  writeFileSync(join(TEMP, 'Dockerfile'), 'FROM busybox\n')
  docker(host, 'buildx', 'build', '-q', '--label', LABEL, '-t', tag, '-f', join(TEMP, 'Dockerfile'), TEMP)
  assert.notEqual(labelled(host), '')
  docker(host, 'rmi', tag)
  assert.equal(labelled(host), '')
})
