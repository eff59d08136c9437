/**
 * `npm run guard:canaries`: a secret of its own in each place that holds one, runs that end well and runs that end badly,
 * and no secret in anything that comes out. Exits 1 where one does.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Fault } from '../support/fake-github/faults.ts'
import { startFakeGitHub } from '../support/fake-github/start-fake-github.ts'
import { type MadeImage, makeImage } from '../support/make-image.ts'
import { directory, file } from '../support/make-tar.ts'
import { dist } from './dist.ts'
import { writeResults } from './results.ts'
import { type ActionResult, type ActionRun, runAction, TOKEN } from './run-action.ts'
import { openWorkshop, type Way, type Workshop } from './workshop.ts'

/** A secret that looks like nothing in particular: it is found by what it is, not by its shape. */
const secret = (place: string): string =>
  `Zq${createHash('sha256').update(place).digest('base64url').replace(/[-_]/g, 'x').slice(0, 22)}`

const PLACES = [
  'build argument',
  'build argument with a plain name',
  'secret',
  'second line of a secret',
  'secret variable',
  'secret file',
  'ENV of the Dockerfile',
  'ENV of the image',
  'ARG default',
  'label of the Dockerfile',
  'label of the inputs',
  'history: arguments of a step',
  'history: user of a URL',
  'history: header',
  'history: option',
  'command and health check',
  'path named like a secret',
  '.netrc',
  '.npmrc',
  'docker login in the image',
  'private key',
  'git remote',
  'engine’s error',
  'build log',
  'URL in the build log',
  'GitHub’s error',
  'registry login',
  'registry’s error',
  'checkout’s own credential',
] as const
export type Place = (typeof PLACES)[number]

const of = (place: Place): string => secret(place)

const DOCKERFILE = (last: string): string => `FROM busybox:latest
ARG TOKEN=${of('ARG default')}
ENV DATABASE=${of('ENV of the Dockerfile')} OTHER="x ${of('ENV of the Dockerfile')}"
LABEL contact=${of('label of the Dockerfile')}
COPY app /app/
RUN pip install --index-url https://user:${of('history: user of a URL')}@index.example/simple thing
${last}`

const HISTORY = [
  'ADD file:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef in / ',
  'COPY app /app/ # buildkit',
  `RUN |2 TOKEN=${of('history: arguments of a step')} FLAVOUR=${of('build argument with a plain name')} /bin/sh -c pip install --index-url https://user:${of('history: user of a URL')}@index.example/simple thing # buildkit`,
  `RUN /bin/sh -c curl -H "Authorization: Bearer ${of('history: header')}" --password ${of('history: option')} https://x.example # buildkit`,
]

const text = (bytes: number, seed: string): string =>
  seed.repeat(Math.ceil(bytes / seed.length)).slice(0, bytes)

const image = (isHead: boolean): MadeImage => {
  const made = makeImage(
    [
      [directory('etc'), file('etc/os-release', 'ID=alpine\nVERSION_ID=3.20.0\n')],
      [file('app/main', text(20_000, 'program '))],
      [file('root/.cache/pip/http/body', text(isHead ? 300_000 : 30_000, 'cached '))],
      [
        file(`srv/${of('secret')}/data`, text(isHead ? 200_000 : 70_000, 'data ')),
        file(`srv/${of('path named like a secret')}/data`, text(90_000, 'data ')),
        file('root/.netrc', `machine x.example login me password ${of('.netrc')}\n`),
        file('root/.npmrc', `//registry.example/:_authToken=${of('.npmrc')}\n`),
        file(
          'root/.docker/config.json',
          `{"auths":{"x.example":{"auth":"${of('docker login in the image')}"}}}`,
        ),
        file(
          'root/.ssh/id_rsa',
          `-----BEGIN RSA PRIVATE KEY-----\n${of('private key')}\n-----END RSA PRIVATE KEY-----\n`,
        ),
      ],
    ],
    HISTORY,
  )
  const config = JSON.parse(made.config.toString('utf8'))
  config.config = {
    Env: ['PATH=/bin', `PASSWORD=${of('ENV of the image')}`, `PLAIN=${of('ENV of the image')}`],
    Labels: { contact: of('label of the Dockerfile'), more: of('label of the inputs') },
    Cmd: ['/app/main', `--password=${of('command and health check')}`],
    Healthcheck: { Test: ['CMD', 'check', of('command and health check')] },
  }
  return { ...made, config: Buffer.from(JSON.stringify(config)) }
}

const INPUTS: Readonly<Record<string, string>> = {
  'build-args': `API_TOKEN=${of('build argument')}\nFLAVOUR=${of('build argument with a plain name')}`,
  secrets: `"npm=${of('secret')}\n${of('second line of a secret')}"\nnamed=${of('path named like a secret')}`,
  'secret-envs': 'aws=AWS_TOKEN',
  'secret-files': 'netrc=.secret-file',
  labels: `more=${of('label of the inputs')}`,
  'fail-on': '',
}

/** What a builder prints when it fills in variables, or when a step prints what it was given. */
const BUILD_LOG = [
  `#5 [2/4] RUN TOKEN=${of('build argument')} FLAVOUR=${of('build argument with a plain name')} make`,
  `#5 0.123 the token is ${of('secret')} and ${of('second line of a secret')} and ${of('secret variable')}`,
  `#5 0.124 the file says ${of('secret file')}`,
  `#6 0.200 fetching https://user:${of('URL in the build log')}@x.example/a?token=${of('URL in the build log')}`,
  `#6 0.201 ${Buffer.from(of('secret')).toString('base64')}`,
]

interface Scenario {
  readonly name: string
  readonly way: Way
  readonly inputs?: Readonly<Record<string, string>>
  readonly environment?: Readonly<Record<string, string>>
  readonly engineFaults?: ActionRun['engineFaults']
  readonly github?: readonly Fault[]
}

const failing = (words: string): Record<string, string> => ({
  FAKE_HEAD: `echo 'ERROR: failed to solve: ${words}' >&2; exit 1`,
})

const echo = (message: string): Fault[] =>
  ([401, 403, 404, 422, 500] as const).map((answer, i) => ({
    on: (['list', 'create', 'pull', 'graphql', 'update'] as const)[i]!,
    does: { answer, message, headers: { 'x-echo': message } },
  }))

const SCENARIOS = (registry: string): readonly Scenario[] => [
  ...(['buildx', 'layout', 'engine'] as const).map(way => ({ name: 'all is well', way })),
  {
    name: 'over budget',
    way: 'buildx',
    inputs: { 'max-size': '1 kB', 'fail-on': 'budget,new-leftovers,new-hazards' },
  },
  {
    name: 'a step fails',
    way: 'buildx',
    environment: failing(
      `process "/bin/sh -c curl ${of('build argument')} ${of('secret')} https://u:${of('URL in the build log')}@x" did not complete successfully: exit code: 1`,
    ),
  },
  {
    name: 'a step fails in other words',
    way: 'layout',
    environment: failing(
      `failed to load cache key: ${of('secret variable')} ${of('build argument')} https://u:${of('URL in the build log')}@x.example/?k=${of('URL in the build log')}`,
    ),
  },
  {
    name: 'the base fails',
    way: 'buildx',
    environment: {
      FAKE_BASE: `echo 'ERROR: failed to solve: ${of('secret')} ${of('build argument')} ${of('secret file')} is wrong' >&2; exit 1`,
    },
  },
  {
    name: 'the engine refuses',
    way: 'buildx',
    engineFaults: [
      { on: 'export', does: { instead: `denied: https://u:${of('engine’s error')}@x.example` } },
    ],
  },
  {
    name: 'the engine fails to inspect',
    way: 'engine',
    engineFaults: [
      { on: 'inspect', does: { instead: `https://u:${of('engine’s error')}@x.example ${of('secret')}` } },
    ],
  },
  {
    name: 'GitHub repeats what it was sent',
    way: 'buildx',
    github: echo(`Bad credentials: ${TOKEN} ${of('GitHub’s error')}`),
  },
  { name: 'a remote that does not answer', way: 'buildx', inputs: { 'base-ref': 'elsewhere' } },
  {
    name: 'a registry that refuses',
    way: 'buildx',
    inputs: { image: `registry://${registry}/app:latest`, 'base-image': `registry://${registry}/app:base` },
  },
  {
    name: 'a wrong input',
    way: 'buildx',
    inputs: { secrets: of('secret'), 'build-args': `-${of('build argument')}` },
  },
  { name: 'a wrong secret', way: 'buildx', inputs: { 'secret-envs': of('secret variable') } },
]

/** A registry that repeats in its refusal what it was sent. */
const startRegistry = async (): Promise<{ readonly host: string; readonly stop: () => void }> => {
  const server = createServer((request, response) => {
    const sent = request.headers.authorization ?? ''
    response.writeHead(sent ? 403 : 401, {
      'content-type': 'application/json',
      'www-authenticate': `Basic realm="${of('registry’s error')}"`,
    })
    const message = `denied: ${sent} ${of('registry’s error')}`
    response.end(JSON.stringify({ errors: [{ code: 'DENIED', message, detail: message }] }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => void server.close() }
}

/** A secret as it is, and as tools write it elsewhere. */
const forms = (value: string): readonly string[] => [
  value,
  Buffer.from(value).toString('base64').replace(/=+$/, ''),
  [...value].reverse().join(''),
  Buffer.from(value).toString('hex'),
]

export interface CanaryFigures {
  readonly places: number
  readonly runs: number
  /** Texts that came out: logs, files, comments. */
  readonly texts: number
  readonly leaks: number
}

const CLI = join(dist, 'cli', 'index.js')
const FORMATS = ['text', 'json', 'markdown', 'sarif', 'html'] as const

/** What the command says of the same images: `inspect` and `compare` of saved layouts. */
const commandTexts = (workshop: Workshop): readonly (readonly [string, string])[] => {
  const layout = (side: string): string => {
    const folder = join(workshop.folder, 'built')
    const metadata = JSON.parse(readFileSync(join(folder, `metadata-${side}`), 'utf8'))
    const digest = metadata['containerimage.digest']
    return `oci-dir://${join(folder, `layout-${side}`)}@${digest}`
  }
  const run = (...args: string[]): string =>
    execFileSync(process.execPath, [CLI, ...args, '--quiet'], { encoding: 'utf8', maxBuffer: 1 << 28 })
  return FORMATS.flatMap(format => [
    [`inspect --format ${format}`, run('inspect', layout('head'), '--format', format)] as const,
    [
      `compare --format ${format}`,
      run('compare', layout('base'), layout('head'), '--format', format),
    ] as const,
  ])
}

export const runCanaries = async (tell: (sentence: string) => void): Promise<CanaryFigures> => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-canaries-'))
  const registry = await startRegistry()
  const workshop = await openWorkshop(folder, {
    images: { head: image(true), base: image(false) },
    dockerfile: DOCKERFILE('RUN curl https://x.example\n'),
    buildLog: BUILD_LOG,
    files: { Dockerfile: DOCKERFILE(''), '.gitignore': '.secret-file\n' },
  })
  const { repository } = workshop
  writeFileSync(join(repository.root, '.secret-file'), of('secret file'))
  repository.run('remote', 'add', 'origin', `http://user:${of('git remote')}@127.0.0.1:1/app.git`)
  repository.run(
    'config',
    'http.https://github.com/.extraheader',
    `AUTHORIZATION: basic ${of('checkout’s own credential')}`,
  )
  const login = join(folder, 'home', '.docker', 'config.json')
  mkdirSync(dirname(login), { recursive: true })
  const auth = Buffer.from(`user:${of('registry login')}`).toString('base64')
  writeFileSync(login, JSON.stringify({ auths: { [registry.host]: { auth } } }))
  let [runs, texts, leaks] = [0, 0, 0]
  const values = [...PLACES.map(place => [place, of(place)] as const), ['token', TOKEN] as const]
  const look = (what: string, text: string, plain: readonly Place[] = []): void => {
    texts += 1
    for (const [place, value] of values.filter(([each]) => !plain.some(one => one === each)))
      for (const form of forms(value))
        if (text.includes(form)) {
          leaks += 1
          const at = text.indexOf(form)
          tell(`${what}: ${place}: ${JSON.stringify(text.slice(Math.max(0, at - 80), at + 60))}`)
        }
  }
  try {
    for (const scenario of SCENARIOS(registry.host)) {
      const { name, way, inputs, environment, engineFaults, github } = scenario
      const held = `<!-- plimsoll v=1 key=default run=99.1 head=${'d'.repeat(40)} -->\nearlier`
      const comments = github ? [{ body: held }] : []
      const fake = await startFakeGitHub({ headSha: workshop.commits.head, comments, faults: github ?? [] })
      const result = await runAction(workshop, {
        way,
        apiUrl: fake.url,
        inputs: { ...INPUTS, ...inputs },
        environment: { AWS_TOKEN: of('secret variable'), ...environment },
        ...(engineFaults && { engineFaults }),
      })
      runs += 1
      for (const [sink, text] of sinksOf(result)) look(`${name} (${way}), ${sink}`, text)
      for (const { body } of fake.comments) look(`${name} (${way}), comment`, body)
      await fake.stop()
    }
    // where nobody says what is secret, a path is a path
    for (const [what, text] of commandTexts(workshop))
      look(what, text, ['secret', 'path named like a secret'])
  } finally {
    registry.stop()
    await workshop.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return { places: PLACES.length + 1, runs, texts, leaks }
}

/** All that a run gives. What it asks the runner to mask is for the runner alone. */
const sinksOf = ({
  stdout,
  stderr,
  outputFile,
  summary,
  files,
}: ActionResult): readonly (readonly [string, string])[] => [
  ['log', stdout.replace(/^::add-mask::.*$/gm, '')],
  ['error output', stderr],
  ['outputs', outputFile],
  ['summary', summary],
  ...files,
]

if (process.argv[1] === import.meta.filename) {
  const figures = await runCanaries(sentence => console.error(sentence))
  console.log(JSON.stringify(figures, null, 2))
  writeResults('canaries', figures)
  if (figures.leaks > 0 || figures.runs === 0) process.exitCode = 1
}
