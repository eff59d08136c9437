/** The command from its arguments to its exit status, without an engine: bad input is one line, output goes where it was asked for. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text as streamText } from 'node:stream/consumers'
import { test } from 'node:test'
import * as zlib from 'node:zlib'
import type { ImageReport } from '../src/report/types.ts'
import { rules } from '../src/rules/index.ts'
import { VERSION } from '../src/version.ts'
import { needShared } from './support/need.ts'
import {
  type Around,
  IMAGE,
  layout,
  NO_ENGINE,
  put,
  refused,
  repository,
  run,
  SOCKET,
  TEMP,
} from './support/run-command.ts'

test('no engine: a socket that is not there and a closed port are named, with two ways out', async () => {
  const closed = await closedPort()
  for (const host of [`unix://${SOCKET}`, `tcp://127.0.0.1:${closed}`]) {
    const environment = { ...NO_ENGINE, DOCKER_HOST: host }
    const says = new RegExp(`no Docker engine answers at ${host}: start it, or set DOCKER_HOST`)
    await refused(['inspect', 'alpine'], says, { environment })
    await refused(['compare', 'alpine:3.19', 'docker://alpine:3.20', '--json'], says, { environment })
  }
})

test('no engine: a review says so before it builds anything', async () => {
  const root = repository('no-engine', { Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' })
  await refused(['review', '--quiet'], /no-engine\.sock/, { cwd: root })
})

const closedPort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}

for (const [what, stalled] of [
  ['an answer', /\/json$/],
  ['an export', /\/images\/get/],
] as const)
  test(`an interrupt while the engine owes ${what} ends with status 130 at once`, async t => {
    const socket = join(TEMP, `stalled-${what.slice(3)}.sock`)
    let interrupt = (): void => assert.fail('asked before it was started')
    const engine = createHttpServer((request, response) => {
      if (stalled.test(request.url ?? '')) interrupt()
      else response.end(JSON.stringify({ Id: `sha256:${'a'.repeat(64)}`, RootFS: { Layers: [] } }))
    })
    await new Promise<void>(resolve => engine.listen(socket, resolve))
    t.after(() => {
      engine.closeAllConnections()
      engine.close()
    })
    const cli = join(import.meta.dirname, '..', 'src', 'cli.ts')
    const child = spawn(process.execPath, [cli, 'inspect', 'alpine', '--json'], {
      env: { ...NO_ENGINE, DOCKER_HOST: `unix://${socket}` },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
    t.after(() => clearTimeout(timer))
    interrupt = () => void child.kill('SIGINT')
    const [status, stdout, stderr] = await Promise.all([
      new Promise(resolve => child.once('exit', code => resolve(code))),
      streamText(child.stdout),
      streamText(child.stderr),
    ])
    assert.deepEqual({ status, stdout, stderr }, { status: 130, stdout: '', stderr: '' })
  })

const REFUSED: readonly (readonly [string, readonly string[], RegExp])[] = [
  [
    'an image name with a space',
    ['inspect', 'my image'],
    /"my image" is not an image name: write one such as/,
  ],
  ['an image name in capitals', ['inspect', 'docker://API:pr'], /"API:pr" is not an image name/],
  ['an image that is an option', ['inspect', 'docker://-v'], /"-v" is not an image name/],
  ['an unknown scheme', ['inspect', 'ftp://x'], /"ftp:\/\/" is not a source .*: use docker:\/\//],
  ['no image at all', ['inspect'], /usage: plimsoll inspect IMAGE/],
  ['an empty name', ['inspect', ''], /"" names no image: write a name such as/],
  ['one image to compare', ['compare', 'a'], /usage: plimsoll compare BASE HEAD/],
  [
    'a size of no family',
    ['inspect', 'a', '--max-size', '300 M'],
    /--max-size: "300 M" is not a size: write "300 MB" \(1000s\) or "300 MiB"/,
  ],
  [
    'a size without a unit',
    ['inspect', 'a', '--max-increase', '300'],
    /--max-increase: "300" .*add a unit: "300 MB"/,
  ],
  ['a number of layers that is none', ['inspect', 'a', '--max-layers', 'ten'], /--max-layers: "ten"/],
  [
    'an unknown thing to fail on',
    ['inspect', 'a', '--fail-on', 'budgets'],
    /--fail-on: "budgets" is not one of .*did you mean "budget"\?/,
  ],
  [
    'an unknown baseline',
    ['review', '--baseline', 'lastweek'],
    /--baseline: "lastweek" is not one of auto, build/,
  ],
  ['an unknown format', ['rules', '--format', 'yaml'], /--format: "yaml" is not one of text, markdown, json/],
  [
    'a time without a unit',
    ['review', '--timeout', '30'],
    /--timeout: "30" is not a time: write "90s", "30m" or "2h"/,
  ],
  [
    'two platforms',
    ['review', '--platform', 'linux/amd64,linux/arm64'],
    /--platform: one platform at a time/,
  ],
  [
    'an unknown option',
    ['inspect', 'a', '--max-szie', '1 MB'],
    /option "--max-szie" is not known: did you mean "--max-size"\?/,
  ],
  ['an option without its value', ['inspect', 'a', '--max-size'], /--max-size/],
  ['an unknown short option', ['inspect', 'a', '-x'], /-x/],
  ['an unknown command', ['inspekt', 'a'], /command "inspekt" is not known: did you mean "inspect"\?/],
  ['an unknown rule', ['rules', 'pip-cash'], /rule "pip-cash" is not known: did you mean "pip-cache"\?/],
  ['a folder to review that is not there', ['review', 'nowhere'], /nowhere/],
  ['no Dockerfile', ['review'], /there is no Dockerfile at Dockerfile: name it with "file"/],
  [
    'a Dockerfile that is not there',
    ['inspect', 'oci-dir://layout', '-f', 'Nofile'],
    /--file: there is no Dockerfile at Nofile/,
  ],
  [
    'a Dockerfile that is a folder',
    ['inspect', 'oci-dir://layout', '-f', 'layout'],
    /--file: layout is a folder/,
  ],
]
for (const [what, argv, says] of REFUSED) test(`refused in one line: ${what}`, () => refused(argv, says))

test('a configuration file that cannot be read is not taken for none', async () => {
  const inspect = ['inspect', `oci-dir://${layout}`]
  await refused([...inspect, '--config-file', 'none.yml'], /--config-file: there is no file at none\.yml/)
  await refused([...inspect, '--config-file', 'layout'], /--config-file: layout is a folder/)
  mkdirSync(join(TEMP, 'folder-as-config', '.github', 'plimsoll.yml'), { recursive: true })
  await refused(inspect, /\.github\/plimsoll\.yml is a folder/, { cwd: join(TEMP, 'folder-as-config') })
})

const CONFIGS: readonly (readonly [string, RegExp])[] = [
  ['max-szie: 1 MB\n', /plimsoll\.yml: "max-szie" is not known: did you mean "max-size"\?/],
  ['max-size: 300 M\n', /plimsoll\.yml: max-size: "300 M" is not a size/],
  ['max-size: [1 MB\n', /plimsoll\.yml: .+/],
  ['- max-size\n', /plimsoll\.yml: expected "name: value" lines/],
  ['warn-only: maybe\n', /plimsoll\.yml: warn-only: "maybe" is neither true nor false/],
]
for (const [text, says] of CONFIGS)
  test(`refused in one line: a configuration file of ${JSON.stringify(text)}`, async t => {
    const cwd = join(TEMP, `config-${CONFIGS.findIndex(each => each[0] === text)}`)
    put(join(cwd.slice(TEMP.length), '.github', 'plimsoll.yml'), text)
    t.after(() => rmSync(cwd, { recursive: true }))
    await refused(['inspect', `oci-dir://${layout}`], says, { cwd })
  })

const NOT_IMAGES: readonly (readonly [string, string, string | Uint8Array, RegExp])[] = [
  ['text', 'archive', 'this is a file of words\n'.repeat(100), /tar/],
  ['an empty file', 'archive', '', /./],
  ['a picture', 'archive', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /./],
  [
    'a zip',
    'archive',
    Buffer.concat([Buffer.from('504b0304', 'hex'), Buffer.alloc(2000)]),
    /zip.*decompress it/,
  ],
  [
    'an xz',
    'archive',
    Buffer.concat([Buffer.from('fd377a585a00', 'hex'), Buffer.alloc(2000)]),
    /xz.*decompress it/,
  ],
  ['gzip of text', 'archive', zlib.gzipSync('words '.repeat(500)), /tar/],
  ['a filesystem', 'archive', IMAGE.layers[0]!, /not an image archive.*rootfs:\/\//],
  ['text as a filesystem', 'rootfs', 'words '.repeat(500), /tar/],
  ['text as a report', 'report', 'words', /report|JSON/],
  ['other JSON as a report', 'report', '{"schemaVersion":1}', /./],
  ['an array as a report', 'report', '[]', /./],
]
for (const [what, scheme, content, says] of NOT_IMAGES)
  test(`refused in one line: ${what} for ${scheme}://`, async () => {
    const path = put(`not-an-image-${NOT_IMAGES.findIndex(each => each[0] === what)}`, content)
    await refused(
      ['inspect', `${scheme}://${path}`, '--json'],
      new RegExp(`${scheme}://${path}: .*${says.source}`),
    )
  })

test('refused in one line: files and folders that are not there, or are the other one', async () => {
  const path = put('a-file', 'text')
  await refused(['inspect', 'archive://none.tar'], /archive:\/\/none\.tar: there is no such file/)
  await refused(['inspect', 'rootfs://none.tar'], /rootfs:\/\/none\.tar: there is no such file/)
  await refused(['inspect', 'report://none.json'], /report:\/\/none\.json: there is no such file/)
  await refused(['inspect', 'oci-dir://none'], /oci-dir:\/\/none: there is no such folder/)
  await refused(
    ['inspect', `archive://${layout}`],
    /is not a file; an OCI layout in a folder is oci-dir:\/\//,
  )
  await refused(['inspect', `report://${layout}`], /report:\/\/.*layout: is a folder/)
  await refused(['inspect', `oci-dir://${path}`], /is not a folder; a tar of an image is archive:\/\//)
})

test('refused in one line: a Dockerfile that does not parse, before an image is read or built', async () => {
  const text = 'FROM scratch\nCOPY a /a\nRUN echo \\\n  one\nRUNN echo two\n'
  const path = put('broken/Dockerfile', text)
  const says = /Dockerfile:5: .*RUNN/
  await refused(['inspect', 'a-name-that-no-engine-has', '--file', path], says)
  await refused(['review'], says, { cwd: repository('broken-review', { Dockerfile: text }) })
})

test('a build argument without a value has that of the environment, and without one the default counts', async () => {
  const path = put('arguments/Dockerfile', 'ARG RELEASE=1\nFROM base:$RELEASE\nCOPY app /app\n')
  const baseOf = async (build: readonly string[], variables: Record<string, string>) => {
    const argv = ['inspect', `oci-dir://${layout}`, '--json', '-f', path, ...build]
    const { stdout } = await run(argv, { environment: { ...NO_ENGINE, ...variables } })
    return (JSON.parse(stdout) as ImageReport).image.base?.name
  }
  const given = ['--build-arg', 'RELEASE']
  assert.equal(await baseOf([], { RELEASE: '2' }), 'base:1')
  assert.equal(await baseOf(given, { RELEASE: '2' }), 'base:2')
  assert.equal(await baseOf(given, {}), 'base:1')
  assert.equal(await baseOf(['--build-arg', 'RELEASE=3'], { RELEASE: '2' }), 'base:3')
})

test('refused in one line: the Dockerfile of an article that does not parse', async t => {
  const path = needShared(t, 'seeds', 'cases', 'flask-alpine', 'Dockerfile.multi')
  if (path) await refused(['inspect', `oci-dir://${layout}`, '-f', path], /Dockerfile\.multi:\d+: /)
})

test('refused in one line: a report that cannot be written', async () => {
  const says = /--output: .*nowhere\/report\.json cannot be written/
  await refused(['inspect', `oci-dir://${layout}`, '-o', 'nowhere/report.json'], says)
  await refused(['inspect', `oci-dir://${layout}`, '-o', 'layout'], /--output: layout cannot be written/)
})

test('one image as text, Markdown and JSON, to standard output or into a file', async () => {
  const inspect = ['inspect', `oci-dir://${layout}`]
  const [text, markdown, json] = await Promise.all(
    ['text', 'markdown', 'json'].map(format => run([...inspect, '--format', format])),
  )
  for (const ended of [text!, markdown!, json!]) assert.deepEqual([ended.status, ended.stderr], [0, ''])
  const report = JSON.parse(json!.stdout) as ImageReport
  assert.equal(report.size.content, 9 + 3000 + 70_000 + 10)
  assert.equal(report.size.hidden, 3000)
  assert.match(text!.stdout, /73\.0 kB/)
  assert.match(markdown!.stdout, /^#+ .*\n(?:.*\n)*\|/)
  assert.equal((await run([...inspect, '--json'])).stdout, json!.stdout)
  const into = await run([...inspect, '--json', '-o', 'saved.json'])
  assert.deepEqual(into, { status: 0, stdout: '', stderr: '' })
  assert.equal(readFileSync(join(TEMP, 'saved.json'), 'utf8'), json!.stdout)
})

test('one image, and two compared, as SARIF and as a page', async () => {
  const inspect = ['inspect', `oci-dir://${layout}`]
  const compare = ['compare', `oci-dir://${layout}`, `oci-dir://${layout}`]
  for (const command of [inspect, compare]) {
    const [sarif, html] = await Promise.all(
      ['sarif', 'html'].map(format => run([...command, '--format', format])),
    )
    for (const ended of [sarif!, html!]) assert.deepEqual([ended.status, ended.stderr], [0, ''])
    assert.equal(JSON.parse(sarif!.stdout).runs[0].tool.driver.rules.length, rules.length)
    assert.match(html!.stdout, /^<!doctype html>\n[\s\S]*<\/html>\n$/)
    assert.equal(html!.stdout.includes('name="show" value="base"'), command === compare)
  }
})

test('a saved report is an image to compare with: two equal ones differ in nothing', async () => {
  await run(['inspect', `oci-dir://${layout}`, '--json', '-o', 'base.json'])
  const { status, stdout } = await run(['compare', 'report://base.json', `oci-dir://${layout}`, '--json'])
  assert.equal(status, 0)
  assert.deepEqual(
    [JSON.parse(stdout).delta.content, JSON.parse(stdout).causes, JSON.parse(stdout).verdict],
    [0, [], 'pass'],
  )
})

test('a budget that an image breaks is exit status 1, with the whole report', async () => {
  const argv = ['inspect', `oci-dir://${layout}`, '--json', '--max-size', '73 kB']
  const broken = await run(argv)
  assert.deepEqual([broken.status, broken.stderr], [1, ''])
  assert.equal(broken.stdout, (await run(argv.slice(0, 3))).stdout)
  assert.equal((await run([...argv, '--warn-only'])).status, 0)
  assert.equal((await run([...argv, '--fail-on', ''])).status, 0)
  assert.equal((await run(['inspect', `oci-dir://${layout}`, '--max-size', '73.1 kB'])).status, 0)
})

const ESCAPE = '\u001b['

test('colour is for terminals: not with NO_COLOR, --no-color, --output, a dumb terminal or a pipe', async () => {
  const inspect = ['inspect', `oci-dir://${layout}`]
  const isColoured = async (argv: readonly string[], around: Around): Promise<boolean> =>
    (await run(argv, around)).stdout.includes(ESCAPE)
  assert.equal(await isColoured(inspect, { isTTY: true }), true)
  assert.equal(await isColoured(inspect, {}), false)
  assert.equal(await isColoured([...inspect, '--no-color'], { isTTY: true }), false)
  const environment = { ...NO_ENGINE, NO_COLOR: '1' }
  assert.equal(await isColoured(inspect, { isTTY: true, environment }), false)
  assert.equal(await isColoured(inspect, { isTTY: true, environment: { ...NO_ENGINE, TERM: 'dumb' } }), false)
  for (const format of ['markdown', 'json'])
    assert.equal(await isColoured([...inspect, '--format', format], { isTTY: true }), false)
  await run([...inspect, '-o', 'text.txt'], { isTTY: true })
  assert.equal(readFileSync(join(TEMP, 'text.txt'), 'utf8').includes(ESCAPE), false)
})

test('rules: every rule is listed, and has its page', async () => {
  const list = await run(['rules'])
  assert.deepEqual([list.status, list.stderr], [0, ''])
  const json = JSON.parse((await run(['rules', '--json'])).stdout) as { id: string }[]
  assert.deepEqual(
    json.map(({ id }) => id),
    rules.map(({ id }) => id),
  )
  for (const { id, title } of rules) {
    assert.ok(list.stdout.includes(id), id)
    const page = await run(['rules', id])
    assert.deepEqual([page.status, page.stdout.includes(title)], [0, true], id)
    assert.equal(JSON.parse((await run(['rules', id, '--json'])).stdout).id, id)
  }
})

test('help names every command, and the version is a line', async () => {
  const help = await run(['help'])
  assert.equal(help.status, 0)
  for (const word of ['inspect', 'compare', 'review', 'rules', 'demo', '--max-increase', '--output'])
    assert.ok(help.stdout.includes(word), word)
  for (const argv of [[], ['--help'], ['-h'], ['inspect', '--help']])
    assert.equal((await run(argv)).stdout, help.stdout)
  assert.deepEqual(await run(['--version']), { status: 0, stdout: `${VERSION}\n`, stderr: '' })
})
