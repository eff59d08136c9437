/** The command from its arguments to its exit status, without an engine: bad input is one line, and output goes where it was asked for. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import * as zlib from 'node:zlib'
import { type CommandWorld, runCommand } from '../src/command.ts'
import type { ImageReport } from '../src/report/types.ts'
import { rules } from '../src/rules/index.ts'
import { VERSION } from '../src/version.ts'
import { classicArchive, makeImage, ociArchive, writeLayout } from './support/make-image.ts'
import { directory, file } from './support/make-tar.ts'
import { needShared } from './support/need.ts'

const TEMP = mkdtempSync(join(tmpdir(), 'plimsoll-command-'))
after(() => rmSync(TEMP, { recursive: true, force: true }))

interface Ended {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

type Around = Partial<Pick<CommandWorld, 'cwd' | 'environment'>> & { readonly isTTY?: boolean }

/** Runs the command with a terminal that only remembers. Without an engine, whatever this machine has. */
const run = async (argv: readonly string[], around: Around = {}): Promise<Ended> => {
  const written = { stdout: '', stderr: '' }
  const terminal = (name: 'stdout' | 'stderr') => ({
    write: (text: string): void => {
      written[name] += text
    },
    isTTY: around.isTTY ?? false,
    columns: 100,
  })
  const status = await runCommand({
    argv,
    environment: around.environment ?? NO_ENGINE,
    cwd: around.cwd ?? TEMP,
    stdout: terminal('stdout'),
    stderr: terminal('stderr'),
    stop: { signal: new AbortController().signal, status: () => null },
  })
  return { status, ...written }
}

const SOCKET = join(TEMP, 'no-engine.sock')
const NO_ENGINE = { PATH: process.env.PATH, HOME: TEMP, DOCKER_HOST: `unix://${SOCKET}` }

/** Exit status 2, nothing on stdout, and one line that says what `says` matches. */
const refused = async (argv: readonly string[], says: RegExp, around: Around = {}): Promise<void> => {
  const { status, stdout, stderr } = await run(argv, around)
  assert.deepEqual({ status, stdout }, { status: 2, stdout: '' }, stderr)
  assert.match(stderr, /^plimsoll: [^\n]+\n$/)
  assert.match(stderr, says)
}

const put = (path: string, content: string | Uint8Array): string => {
  const full = join(TEMP, path)
  mkdirSync(dirname(full), { recursive: true })
  writeFileSync(full, content)
  return full
}

/** A repository of these files, committed; `main` stays where the first commit is. */
const repository = (name: string, files: Readonly<Record<string, string>>): string => {
  const root = join(TEMP, name)
  mkdirSync(root)
  const git = (...words: readonly string[]): void => {
    const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com']
    execFileSync('git', [...author, ...words], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] })
  }
  git('init', '--quiet', '--initial-branch=main')
  git('commit', '--quiet', '--allow-empty', '--message=Begin')
  git('switch', '--quiet', '--create', 'change')
  for (const [path, text] of Object.entries(files)) put(join(name, path), text)
  git('add', '--all')
  git('commit', '--quiet', '--message=Change')
  return root
}

const IMAGE = makeImage(
  [
    [directory('etc'), file('etc/os-release', 'ID=small\n'), file('bin/sh', 'x'.repeat(3000))],
    [directory('app'), file('app/main', 'y'.repeat(70_000)), file('bin/sh', 'z'.repeat(10))],
  ],
  ['RUN /bin/sh -c first # buildkit', 'COPY app /app # buildkit'],
)

const layout = join(TEMP, 'layout')
before(() => writeLayout(layout, IMAGE))

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

const REFUSED: readonly (readonly [string, readonly string[], RegExp])[] = [
  [
    'an image name with a space',
    ['inspect', 'my image'],
    /"my image" is not an image name: write one such as/,
  ],
  ['an image name in capitals', ['inspect', 'docker://API:pr'], /"API:pr" is not an image name/],
  ['an image that is an option', ['inspect', 'docker://-v'], /"-v" is not an image name/],
  [
    'an unknown scheme',
    ['inspect', 'ftp://x'],
    /"ftp:\/\/" is not a source .*: use docker:\/\/, oci-dir:\/\//,
  ],
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
    ['review', '--baseline', 'saved'],
    /--baseline: "saved" is not one of auto, build, none/,
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

const zstd = (zlib as { zstdCompressSync?: (bytes: Uint8Array) => Buffer }).zstdCompressSync
const classic = classicArchive([{ ...IMAGE, tag: 'example:latest' }])
/** Every kind of file that holds an image. The ones with digests only in their names are classic. */
const KINDS: readonly (readonly [string, 'archive' | 'rootfs', Buffer])[] = [
  ['a classic archive', 'archive', classic],
  ['an OCI archive', 'archive', ociArchive(IMAGE)],
  [
    'an OCI archive of gzip layers',
    'archive',
    ociArchive(IMAGE, { compress: layer => zlib.gzipSync(layer) }),
  ],
  ['an archive with both lists', 'archive', ociArchive(IMAGE, { manifestJson: true })],
  ['a classic archive in gzip', 'archive', zlib.gzipSync(classic)],
  ...(zstd ? [['a classic archive in zstd', 'archive', zstd(classic)] as const] : []),
  ['a filesystem', 'rootfs', IMAGE.layers[1]!],
]

const PLACES = 20
for (const [what, scheme, bytes] of KINDS)
  test(`refused in one line: ${what}, cut off at ${PLACES} places`, async () => {
    await accepted(scheme, put('whole', bytes))
    for (let i = 0; i < PLACES; i += 1) {
      const path = put('cut', bytes.subarray(0, Math.floor((endOf(bytes) * i) / (PLACES - 1))))
      await refused(['inspect', `${scheme}://${path}`, '--json'], new RegExp(`${scheme}://${path}: `))
    }
  })

/** The last place where something is missing: a tar's end marker may be one block of zeros, a stream's last byte counts. */
const endOf = (bytes: Buffer): number => bytes.length - (bytes.at(-1) === 0 ? 513 : 1)

const accepted = async (scheme: string, path: string): Promise<string> => {
  const { status, stdout, stderr } = await run(['inspect', `${scheme}://${path}`, '--json'])
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
  return stdout
}

/** Where one bit is turned, by what is there. */
const marks = (bytes: Buffer): readonly (readonly [string, number])[] => {
  const at = (needle: Buffer | string): number => bytes.indexOf(needle)
  const found = [
    ['the first layer', at(IMAGE.layers[0]!) + 600],
    ['a body in the last layer', at('yyyyy') + 5000],
    ['a header in the last layer', at(IMAGE.layers[1]!) + 2],
    ['the configuration', at(IMAGE.config) + 5],
    ['the end of the configuration', at(IMAGE.config) + IMAGE.config.length - 2],
    ['the list of images', at('"Layers":["') + 13],
    ['the manifest', at('"layers":[{') + 3],
    ['the index', at('"manifests":[{') + 3],
  ] as const
  return found.filter(([, place]) => place > 600)
}

for (const [what, scheme, bytes] of KINDS)
  test(`refused in one line: ${what} with one bit turned in a layer, a configuration or a manifest`, async t => {
    const inside = scheme === 'archive' && bytes[0] !== 0x1f && bytes[0] !== 0x28
    const places = inside ? marks(bytes) : ([['the middle', bytes.length >> 1]] as const)
    // nothing vouches for a filesystem's bytes but its own headers
    const all = scheme === 'rootfs' ? ([['a header', bytes.indexOf('app/main')]] as const) : places
    assert.ok(all.length >= (inside ? 4 : 1), all.map(([name]) => name).join())
    for (const [name, place] of all) {
      t.diagnostic(`${name} at ${place}`)
      const damaged = Buffer.from(bytes)
      damaged[place]! ^= 1
      const path = put('damaged', damaged)
      await refused(['inspect', `${scheme}://${path}`, '--json'], new RegExp(`${scheme}://${path}: `))
    }
  })

for (const [what, scheme, bytes] of KINDS.filter(([, scheme]) => scheme === 'archive'))
  test(`${what} with any one bit turned is refused, or gives the same report`, async () => {
    const path = put('sound', bytes)
    const sound = await accepted(scheme, path)
    for (let i = 0; i < 100; i += 1) {
      const damaged = Buffer.from(bytes)
      damaged[Math.floor((bytes.length * i) / 100)]! ^= 1 << (i % 8)
      put('sound', damaged)
      const { status, stdout, stderr } = await run(['inspect', `${scheme}://${path}`, '--json'])
      if (status === 0) assert.equal(stdout, sound)
      else assert.deepEqual([status, stdout, stderr.split('\n').length], [2, '', 2], stderr)
    }
  })

test('refused in one line: a layout with one bit turned in each of its files, and each cut off', async () => {
  const names = execFileSync('find', ['.', '-type', 'f'], { cwd: layout, encoding: 'utf8' })
    .trim()
    .split('\n')
  assert.equal(names.length, 6)
  for (const name of names) {
    const path = join(layout, name)
    const bytes = readFileSync(path)
    const turned = Buffer.from(bytes)
    turned[bytes.length >> 1]! ^= 1
    for (const damaged of [turned, bytes.subarray(0, bytes.length - 1), bytes.subarray(0, 0)]) {
      writeFileSync(path, damaged)
      await refused(['inspect', `oci-dir://${layout}`], new RegExp(`oci-dir://${layout}: `))
    }
    rmSync(path)
    await refused(['inspect', `oci-dir://${layout}`], new RegExp(`oci-dir://${layout}: .*missing`))
    writeFileSync(path, bytes)
  }
  await accepted('oci-dir', layout)
})

test('refused in one line: a Dockerfile that does not parse, before an image is read or built', async () => {
  const text = 'FROM scratch\nCOPY a /a\nRUN echo \\\n  one\nRUNN echo two\n'
  const path = put('broken/Dockerfile', text)
  const says = /Dockerfile:5: .*RUNN/
  await refused(['inspect', 'a-name-that-no-engine-has', '--file', path], says)
  await refused(['review'], says, { cwd: repository('broken-review', { Dockerfile: text }) })
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

/** What a layout of the example holds, counted without any of Plimsoll: bytes of each path in each layer. */
const countLayout = (folder: string) => {
  const read = (digest: string): Buffer => readFileSync(join(folder, 'blobs', digest.replace(':', '/')))
  const json = (bytes: Buffer) => JSON.parse(bytes.toString('utf8'))
  const index = json(readFileSync(join(folder, 'index.json')))
  const { layers } = json(read(index.manifests[0].digest)) as { layers: { digest: string }[] }
  const live = new Map<string, number>()
  let content = 0
  for (const { digest } of layers)
    for (const [path, bytes] of filesOfTar(zlib.gunzipSync(read(digest)))) {
      assert.doesNotMatch(path, /\.wh\./, 'the count knows no whiteouts')
      content += bytes
      live.set(path, bytes)
    }
  const sum = (which: RegExp): number =>
    [...live].reduce((total, [path, bytes]) => total + (which.test(path) ? bytes : 0), 0)
  return { content, sum }
}

/** Regular files and their sizes. Only what the example's script writes: short names, no links to count. */
const filesOfTar = (tar: Buffer): (readonly [string, number])[] => {
  const files: (readonly [string, number])[] = []
  const text = (at: number, length: number): string =>
    tar.toString('utf8', at, at + length).replace(/\0.*$/s, '')
  for (let at = 0; tar[at] !== 0; ) {
    const type = text(at + 156, 1) || '0'
    assert.match(type, /^[0125]$/, `type ${type} at ${at}`)
    const bytes = Number.parseInt(text(at + 124, 12), 8)
    const prefix = text(at + 345, 155)
    if (type === '0')
      files.push([`${prefix ? `${prefix}/` : ''}${text(at, 100)}`.replace(/^\.?\//, ''), bytes])
    at += 512 + (type === '0' ? Math.ceil(bytes / 512) * 512 : 0)
  }
  return files
}

test('the demo says what an independent count of its two layouts says', async (t: TestContext) => {
  const images = join(import.meta.dirname, '..', 'examples', 'images')
  const [base, head] = [countLayout(join(images, 'base')), countLayout(join(images, 'head'))]
  const { status, stdout, stderr } = await run(['demo', '--json'])
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
  const shown = JSON.parse(stdout)
  assert.equal(shown.base.size.content, base.content)
  assert.equal(shown.head.size.content, head.content)
  assert.equal(shown.head.size.visible, head.sum(/./))
  assert.equal(shown.delta.content, head.content - base.content)
  assert.ok(head.content - base.content > 20e6)
  assert.equal(shown.verdict, 'fail')
  const bytesOf = (rule: string): number =>
    shown.findings.introduced
      .filter((finding: { rule: string }) => finding.rule === rule)
      .reduce((total: number, { bytes }: { bytes: number }) => total + bytes, 0)
  assert.equal(bytesOf('apt-lists'), head.sum(/^var\/lib\/apt\/lists\/.*_Packages\.lz4$/))
  assert.equal(bytesOf('pip-cache'), head.sum(/^root\/\.cache\/pip\//))
  assert.ok(bytesOf('apt-lists') > 0 && bytesOf('pip-cache') > 0)
  const increase = `+${((head.content - base.content) / 1e6).toFixed(1)} MB`
  t.diagnostic(increase)
  for (const format of ['text', 'markdown'])
    assert.ok((await run(['demo', '--format', format])).stdout.includes(increase), format)
})

test('the demo takes the options of a review', async () => {
  const { stdout } = await run(['demo', '--json', '--max-increase', '90 MB'])
  assert.equal(JSON.parse(stdout).verdict, 'pass')
  await refused(['demo', '--max-increase', '90 M'], /--max-increase: "90 M" is not a size/)
})
