/** Builds on real engines: newest with either image store, and 20.10 with BuildKit 0.8; with buildx and without. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import Docker from 'dockerode'
import { BuildError } from '../../src/build/build-error.ts'
import { type BuiltImage, buildImage } from '../../src/build/build-image.ts'
import type { BuildOptions, Side } from '../../src/build/build-options.ts'
import { type Builder, findBuilder } from '../../src/build/builder.ts'
import { dockerCommand } from '../../src/build/docker-command.ts'
import { locateInputs } from '../../src/build/resolve-context.ts'
import { DEFAULT_BUILD_OPTIONS } from '../build/support/default-build-options.ts'
import { recordLog } from '../build/support/recorded-log.ts'
import { looksLikeCommand } from '../build/support/runner-commands.ts'
import { type EngineName, needEngine, needProgram } from '../support/need.ts'

const TEMP = mkdtempSync(join(tmpdir(), 'build-engine-'))
after(() => rmSync(TEMP, { recursive: true, force: true }))

const ROOT = join(TEMP, 'root')
mkdirSync(join(ROOT, 'app'), { recursive: true })
const FILES: Record<string, string> = {
  'app/hello': 'hello\n',
  'app/ignored': 'ignored\n',
  'app/.dockerignore': 'ignored\nDockerfile\n',
  'app/Dockerfile': `FROM busybox AS first
ARG WORD=none
RUN echo "$WORD" > /word
FROM first AS second
COPY . /app/
RUN touch /second
`,
  fails: 'FROM busybox\nARG WORD\nRUN echo said && \\\n  exit 3\n',
  parse: 'FROM busybox\nRUNN echo\n',
  missing: 'FROM busybox\nCOPY hello /hello\nCOPY dist /dist\n',
  sleeps: 'FROM busybox\nRUN sleep 60\n',
  heredoc: 'FROM busybox\nRUN <<EOF\ntouch /made\nEOF\n',
  loud: String.raw`FROM busybox
ARG NONCE
RUN echo "$NONCE" && printf '\033[31mred\033[0m\r::error::a\n::add-mask::b\n  ::stop-commands::c\nx ##[error]d\n##[group]e\n#\033[0m#[error]f\n'; exit 9
`,
  secret: `FROM busybox
ARG NONCE
RUN --mount=type=secret,id=word --mount=type=secret,id=variable --mount=type=secret,id=file echo "$NONCE" && cat /run/secrets/word /run/secrets/variable /run/secrets/file | md5sum > /sum
`,
}
for (const [name, text] of Object.entries(FILES)) writeFileSync(join(ROOT, name), text)

interface Engine {
  readonly name: EngineName
  readonly host: string
  readonly api: Docker
  run(...args: string[]): string
}

/** The engine, with a busybox in it: copied from the newest one if it has none. */
const openEngine = (t: TestContext, name: EngineName): Engine | null => {
  const host = needEngine(t, name)
  if (!host || !needProgram(t, 'docker')) return null
  const docker = (to: string, args: readonly string[], input?: Buffer): Buffer =>
    execFileSync('docker', ['-H', to, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      maxBuffer: 2 ** 27,
      ...(input && { input }),
    })
  if (docker(host, ['images', '-q', 'busybox:latest']).length === 0) {
    const modern = needEngine(t, 'modern')
    if (!modern) return null
    docker(host, ['load'], docker(modern, ['save', 'busybox:latest']))
  }
  const api = new Docker({ socketPath: host.replace('unix://', '') })
  return { name, host, api, run: (...args) => docker(host, args).toString() }
}

interface Asked {
  readonly options?: Partial<BuildOptions>
  readonly side?: Side
  readonly environment?: Record<string, string>
  readonly signal?: AbortSignal
}

const build = async (
  engine: Engine,
  builder: Builder | null,
  { options = {}, side = 'head', environment = {}, signal }: Asked,
) => {
  const docker = dockerCommand({ ...process.env, DOCKER_HOST: engine.host, ...environment })
  const all: BuildOptions = {
    ...DEFAULT_BUILD_OPTIONS,
    context: 'app',
    network: 'host',
    timeoutMs: 120_000,
    ...options,
  }
  const directories = { checkout: ROOT, workingDirectory: ROOT }
  const tempDir = mkdtempSync(join(TEMP, 'temp-'))
  const log = recordLog()
  const outcome = await buildImage({
    side,
    options: all,
    inputs: await locateInputs(all, directories),
    root: ROOT,
    workingDirectory: ROOT,
    docker,
    builder: builder ?? (await findBuilder(docker, null)),
    engine: async () => engine.api,
    log,
    tempDir,
    signal,
  }).then(
    image => ({ image, error: null }),
    (error: unknown) => ({ image: null, error }),
  )
  assert.deepEqual(readdirSync(tempDir), [], 'no file is left')
  assert.equal(log.open, 0)
  assert.deepEqual(log.lines.filter(looksLikeCommand), [])
  return { ...outcome, log }
}

type Outcome = Awaited<ReturnType<typeof build>>

const imageOf = ({ image, error, log }: Outcome): BuiltImage => {
  if (!image) throw new Error(`${error}\n${log.text()}`)
  return image
}

const buildErrorOf = ({ error, image }: Outcome): BuildError => {
  assert.equal(image, null)
  assert.ok(error instanceof BuildError, String(error))
  assert.doesNotMatch(error.message, /\n/)
  return error
}

const isThere = (engine: Engine, reference: string): boolean => engine.run('images', '-q', reference) !== ''

/** The image's files, without starting anything. */
const filesOf = (engine: Engine, reference: string): ReadonlyMap<string, string> => {
  const id = engine.run('create', reference, 'none').trim()
  try {
    const archive = execFileSync('docker', ['-H', engine.host, 'export', id], { maxBuffer: 2 ** 27 })
    const list = execFileSync('tar', ['-tf', '-'], {
      input: archive,
      encoding: 'utf8',
      maxBuffer: 2 ** 24,
    }).split('\n')
    const read = (name: string) =>
      execFileSync('tar', ['-xOf', '-', name], { input: archive, encoding: 'utf8' })
    return new Map(list.map(name => [name, /^(?:word|sum|app\/hello)$/.test(name) ? read(name) : '']))
  } finally {
    engine.run('rm', id)
  }
}

const NONCE = `${process.pid}-${Date.now()}`

const WAYS = [
  ['buildx', null],
  ['the engine alone', { kind: 'engine' }],
] as const satisfies readonly (readonly [string, Builder | null])[]

for (const name of ['modern', 'classic', 'old'] as const)
  for (const [way, builder] of WAYS) {
    const on = `${name}, by ${way}`

    test(`${on}: an image with arguments, and the tag alone is taken away`, async t => {
      const engine = openEngine(t, name)
      if (!engine) return
      const image = imageOf(
        await build(engine, builder, { options: { buildArgs: ['WORD=said'], labels: ['mine=yes'] } }),
      )
      const kept = `plimsoll.local/kept-${NONCE}:x`
      engine.run('tag', image.tag, kept)
      try {
        assert.match(image.imageId ?? '', /^sha256:[0-9a-f]{64}$/)
        const files = filesOf(engine, image.tag)
        assert.equal(files.get('word'), 'said\n')
        assert.equal(files.get('app/hello'), 'hello\n')
        assert.ok(files.has('second'))
        assert.deepEqual([files.has('app/ignored'), files.has('app/Dockerfile')], [false, false])
        assert.equal(engine.run('inspect', '-f', '{{.Config.Labels.mine}}', image.tag).trim(), 'yes')
        await image.remove()
        assert.equal(isThere(engine, image.tag), false)
        assert.equal(isThere(engine, kept), true)
      } finally {
        engine.run('rmi', kept)
      }
    })

    test(`${on}: a target, and a Dockerfile outside its context`, async t => {
      const engine = openEngine(t, name)
      if (!engine) return
      const first = imageOf(await build(engine, builder, { options: { target: 'first' }, side: 'base' }))
      assert.match(first.tag, /:base$/)
      assert.equal(filesOf(engine, first.tag).has('second'), false)
      await first.remove()
      writeFileSync(join(ROOT, 'elsewhere'), 'FROM busybox\nCOPY . /app/\n')
      const other = imageOf(await build(engine, builder, { options: { file: 'elsewhere' } }))
      const files = [...filesOf(engine, other.tag).keys()].filter(path => path.startsWith('app/'))
      // The legacy builder is sent a .dockerignore with one line more, as the docker command does it
      assert.deepEqual(files.filter(path => path !== 'app/.dockerignore').sort(), ['app/', 'app/hello'])
      await other.remove()
    })

    const failures = [
      ['a command that fails', 'fails', /the command ended with exit code 3/, 3],
      [
        'a Dockerfile that does not parse',
        'parse',
        /parse:2: it does not parse: unknown instruction: RUNN/,
        2,
      ],
      ['a source that is not there', 'missing', /"\/dist" was not found/, 3],
    ] as const
    for (const [what, file, message, line] of failures)
      test(`${on}: ${what} is one line`, async t => {
        const engine = openEngine(t, name)
        if (!engine) return
        const { message: said, detail } = buildErrorOf(
          await build(engine, builder, { options: { file, buildArgs: ['WORD=canary'] } }),
        )
        assert.match(said, message)
        assert.match(said, /^the image does not build: /)
        assert.doesNotMatch(said, /canary/)
        // BuildKit 0.8 and the legacy builder name lines for parse errors only: none is better than a wrong one
        const named = file === 'parse' || (name !== 'old' && way === 'buildx')
        assert.equal(detail.line?.start ?? null, named ? line : null)
        assert.equal(detail.missing, file === 'missing' ? '/dist' : null)
      })

    test(`${on}: an unknown target is named`, async t => {
      const engine = openEngine(t, name)
      if (!engine) return
      assert.match(
        buildErrorOf(await build(engine, builder, { options: { target: 'zzz' } })).message,
        /target.*zzz/,
      )
    })

    test(`${on}: a base image that is nowhere is named`, async t => {
      const engine = openEngine(t, name)
      if (!engine) return
      writeFileSync(join(ROOT, 'nowhere'), 'FROM registry.invalid/nowhere:1\n')
      const { message } = buildErrorOf(await build(engine, builder, { options: { file: 'nowhere' } }))
      assert.match(message, /registry\.invalid/)
    })

    test(`${on}: a build is stopped at its timeout and by an abort`, async t => {
      const engine = openEngine(t, name)
      if (!engine) return
      const started = performance.now()
      const late = buildErrorOf(
        await build(engine, builder, { options: { file: 'sleeps', timeoutMs: 3000, noCache: true } }),
      )
      assert.equal(late.detail.kind, 'timed-out')
      assert.ok(performance.now() - started < 15_000)
      const signal = AbortSignal.timeout(2000)
      const aborted = await build(engine, builder, { options: { file: 'sleeps', noCache: true }, signal })
      assert.equal(aborted.error, signal.reason)
    })

    test(`${on}: what a build prints is no command of the runner`, async t => {
      const engine = openEngine(t, name)
      if (!engine) return
      const outcome = await build(engine, builder, {
        options: { file: 'loud', buildArgs: [`NONCE=${NONCE}`] },
      })
      const { detail } = buildErrorOf(outcome)
      const text = outcome.log.text()
      assert.match(text, /red/)
      assert.match(text, /## \[group\]e/)
      assert.doesNotMatch(text, /\x1b|\r|##\[/)
      assert.deepEqual(detail.tail.filter(looksLikeCommand), [])
    })
  }

for (const name of ['modern', 'classic', 'old'] as const) {
  test(`${name}, by buildx: secrets reach the build and nothing else`, async t => {
    const engine = openEngine(t, name)
    if (!engine) return
    writeFileSync(join(ROOT, 'secret-file'), 'canary-file')
    const options = {
      file: 'secret',
      secrets: ['word=canary-value\n'],
      secretEnvs: ['variable=PLIMSOLL_TEST_SECRET'],
      secretFiles: ['file=secret-file'],
      buildArgs: [`NONCE=${NONCE}`],
    }
    const environment = { PLIMSOLL_TEST_SECRET: 'canary-variable' }
    const outcome = await build(engine, null, { options, environment })
    const image = imageOf(outcome)
    const expected = execFileSync('md5sum', {
      input: 'canary-value\ncanary-variablecanary-file',
      encoding: 'utf8',
    })
    assert.equal(filesOf(engine, image.tag).get('sum'), expected)
    assert.doesNotMatch(outcome.log.text(), /canary/)
    assert.doesNotMatch(
      engine.run('inspect', image.tag) + engine.run('history', '--no-trunc', image.tag),
      /canary/,
    )
    await image.remove()
  })

  test(`${name}, by the engine alone: a heredoc, and what needs BuildKit, is refused before anything runs`, async t => {
    const engine = openEngine(t, name)
    if (!engine) return
    const refused = await build(engine, { kind: 'engine' }, { options: { file: 'heredoc' } })
    assert.match(
      String(refused.error),
      /^UserError: heredoc:2: a heredoc needs BuildKit: install docker buildx$/,
    )
    const secret = await build(engine, { kind: 'engine' }, { options: { secrets: ['a=canary'] } })
    assert.match(String(secret.error), /^UserError: secrets: needs docker buildx/)
  })

  test(`${name}, by buildx: head and base share the layers of unchanged steps`, async t => {
    const engine = openEngine(t, name)
    if (!engine) return
    const images: BuiltImage[] = []
    for (const side of ['base', 'head'] as const) {
      writeFileSync(
        join(ROOT, 'shared'),
        `FROM busybox\nRUN echo ${NONCE} > /same\nRUN echo ${side} > /other\n`,
      )
      images.push(imageOf(await build(engine, null, { options: { file: 'shared' }, side })))
    }
    const layers = images.map(
      ({ reference }) =>
        JSON.parse(
          engine.run('inspect', '-f', '{{json .RootFS.Layers}}', reference.replace('docker://', '')),
        ) as string[],
    )
    assert.deepEqual(layers[0]!.slice(0, -1), layers[1]!.slice(0, -1))
    assert.notEqual(layers[0]!.at(-1), layers[1]!.at(-1))
    for (const image of images) await image.remove()
  })
}

test('an engine that does not answer is an error that says so, with buildx and without', async t => {
  const engine = openEngine(t, 'modern')
  if (!engine) return
  const down = { ...engine, host: 'unix:///nowhere.sock', api: new Docker({ socketPath: '/nowhere.sock' }) }
  await assert.rejects(build(down, null, {}), /^UserError: the builder cannot be used: .*nowhere\.sock/)
  const alone = await build(down, { kind: 'engine' }, {})
  assert.match(String(alone.error), /^UserError: the engine cannot be asked to build: .*nowhere\.sock/)
})
