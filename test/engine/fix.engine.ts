/** `plimsoll fix` on the articles' single-stage Dockerfiles: what it shows is built by itself and started for real. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import type { FixOutcome } from '../../src/fix/outcome.ts'
import { temporaryDirectory } from '../build/support/git-repository.ts'
import { plimsoll } from '../support/engine.ts'
import { needEngine, needProgram, needShared } from '../support/need.ts'

const TEMP = temporaryDirectory('fix-engine')
const LABEL = `plimsoll.test=fix-${process.pid}-${Date.now()}`
after(() => rmSync(TEMP, { recursive: true, force: true }))

const docker = (host: string, ...args: readonly string[]): string =>
  execFileSync('docker', ['-H', host, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

interface Place {
  readonly host: string
  readonly folder: string
}

/** A copy of a case that may be written to, with its single-stage form as the Dockerfile. */
const open = (t: TestContext, name: string): Place | null => {
  const host = needProgram(t, 'docker') ? needEngine(t, 'modern') : null
  const from = host && needShared(t, 'seeds', 'cases', name)
  if (!host || !from) return null
  const folder = join(TEMP, name)
  cpSync(from, folder, { recursive: true, preserveTimestamps: true })
  for (const path of [folder, ...readdirSync(folder).map(file => join(folder, file))]) chmodSync(path, 0o755)
  cpSync(join(folder, 'Dockerfile.single'), join(folder, 'Dockerfile'))
  return { host, folder }
}

const fix = async ({ host, folder }: Place, ...args: readonly string[]): Promise<FixOutcome> => {
  const temp = `${folder}-temp`
  mkdirSync(temp, { recursive: true })
  const finished = await plimsoll(
    ['fix', '--quiet', '--json', '--network', 'host', '--label', LABEL, ...args],
    { host, cwd: folder, env: { TMPDIR: temp } },
  )
  assert.equal(finished.status, 0, finished.stderr)
  assert.equal(finished.stderr, '')
  assert.deepEqual(readdirSync(temp), [], 'no temporary file is left')
  return JSON.parse(finished.stdout) as FixOutcome
}

/** Builds what is in the folder and runs it; the image is gone afterwards. */
const started = (
  { host, folder }: Place,
  command: readonly string[],
  options: readonly string[] = [],
): string => {
  const tag = `plimsoll-test-fix:${process.pid}-${Date.now()}`
  docker(host, 'buildx', 'build', '--quiet', '--network', 'host', '--provenance=false', '-t', tag, folder)
  try {
    return docker(host, 'run', '--rm', '--network', 'none', ...options, tag, ...command)
  } finally {
    docker(host, 'image', 'rm', tag)
  }
}

const failures = ({ proof }: FixOutcome): readonly string[] =>
  proof.filter(({ passed }) => !passed).map(({ step, detail }) => `${step}: ${detail}`)

interface Case {
  readonly name: string
  /** At most 3 % more than the article's own form. */
  readonly mostBytes: number
  readonly contains: readonly string[]
  readonly starts: readonly {
    readonly command: readonly string[]
    readonly options?: readonly string[]
    readonly says: RegExp
  }[]
}

const PYTHON = (code: string) => ({ command: ['-c', code], options: ['--entrypoint', 'python'], says: /^$/ })
const FLASK = { command: ['--version'], options: ['--entrypoint', 'flask'], says: /Flask \d/ }

const CASES: readonly Case[] = [
  {
    name: 'flask-mysql',
    mostBytes: 155.7e6,
    contains: ['--no-install-recommends libmariadb3', 'COPY . .'],
    starts: [PYTHON('import MySQLdb, flask'), FLASK],
  },
  {
    name: 'two-tier',
    mostBytes: 150.1e6,
    contains: ['FROM python:3.7-slim\n'],
    starts: [PYTHON('import flask'), FLASK],
  },
  {
    name: 'flask-slim',
    mostBytes: 158.8e6,
    contains: ['/usr/local/bin/flask'],
    starts: [PYTHON('import flask'), FLASK],
  },
  {
    name: 'flask-alpine',
    mostBytes: 158.1e6,
    contains: ['COPY --from=build /root/.local /root/.local'],
    starts: [PYTHON('import flask'), FLASK],
  },
  {
    // the article's own form does not start
    name: 'go-alpine',
    mostBytes: 90e6,
    contains: ['COPY --from=build /app/myapp /app/\n'],
    starts: [{ command: ['./myapp', 'version'], says: /^myapp 1\.0$/ }],
  },
]

for (const { name, mostBytes, contains, starts } of CASES)
  test(`${name}: the multi-stage form is found, proved, small enough, and starts`, {
    timeout: 900_000,
  }, async t => {
    const place = open(t, name)
    if (!place) return
    const written = name === 'flask-mysql' ? ['--write'] : []
    const before = readFileSync(join(place.folder, 'Dockerfile'), 'utf8')
    const outcome = await fix(place, ...written)
    assert.ok(outcome.shown, outcome.reasons.join('\n'))
    assert.deepEqual(failures(outcome), [])
    assert.ok(outcome.size!.after! <= mostBytes, `${outcome.size!.after} bytes`)
    for (const words of contains)
      assert.ok(outcome.dockerfile!.includes(words), `${words} in\n${outcome.dockerfile}`)
    // the author's own lines are all there, but for the FROM that got a name
    const lines = new Set(outcome.dockerfile!.split('\n'))
    const gone = before.split('\n').filter(line => !lines.has(line))
    for (const line of gone) assert.match(line, /^FROM /)
    if (written.length > 0)
      assert.equal(readFileSync(join(place.folder, 'Dockerfile'), 'utf8'), outcome.dockerfile)
    else writeFileSync(join(place.folder, 'Dockerfile'), outcome.dockerfile!)
    for (const { command, options, says } of starts)
      assert.match(started(place, command, options).trim(), says, command.join(' '))
    const again = await fix(place)
    assert.equal(again.shown, false, `${name}: a second time there is nothing to say\n${again.diff}`)
    assert.equal(docker(place.host, 'images', '--all', '--quiet', '--filter', `label=${LABEL}`), '')
  })

test('a smoke test runs in both images, and what fails in the rewritten one is not shown', {
  timeout: 900_000,
}, async t => {
  const place = open(t, 'flask-alpine')
  if (!place) return
  const passing = await fix(place, '--smoke-test', 'python -c "import flask" && flask --version')
  assert.ok(passing.shown)
  assert.deepEqual(
    passing.proof.find(({ step }) => step === 'smoke-test'),
    { step: 'smoke-test', passed: true, detail: 'your command succeeds in a container of both images' },
  )
  const failing = await fix(place, '--smoke-test', 'gcc --version')
  assert.equal(failing.shown, false)
  assert.match(
    failing.reasons.join('\n'),
    /smoke-test: your command succeeds in the original and not in the rewritten/,
  )
})

test('what compiles while it runs keeps its compiler', { timeout: 300_000 }, async t => {
  const place = open(t, 'flask-alpine')
  if (!place) return
  const { folder } = place
  writeFileSync(
    join(folder, 'app.py'),
    'import subprocess\nsubprocess.run(["gcc", "-shared", "-o", "/tmp/fast.so", "fast.c"], check=True)\n',
  )
  const outcome = await fix(place)
  assert.equal(outcome.shown, false)
  assert.match(outcome.reasons.join('\n'), /app\.py starts gcc while it runs/)
})
