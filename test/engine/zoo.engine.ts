/**
 * Small images that real tools left something in, each beside its repaired form. What has to be found is counted
 * without Plimsoll: inside the container with `dpkg -L`, `find` and `stat`, once for each inode, or from the saved tar.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import type { ImageReport } from '../../src/report/types.ts'
import { checkReport } from '../support/check-report.ts'
import { root, saveImage } from '../support/engine.ts'
import { needEngine, needProgram } from '../support/need.ts'
import { type Expected, ZOO } from './zoo/expected.ts'

const run = promisify(execFile)
const MAX_BUFFER = 256 * 1024 * 1024
const FOLDER = join(import.meta.dirname, 'zoo')
const TEMP = mkdtempSync(join(tmpdir(), 'zoo-engine-'))
after(() => rmSync(TEMP, { recursive: true, force: true }))

const open = (t: TestContext): string | null => (needProgram(t, 'docker') ? needEngine(t, 'modern') : null)

const docker = async (host: string, args: readonly string[]): Promise<string> =>
  (await run('docker', args, { maxBuffer: MAX_BUFFER, env: { ...process.env, DOCKER_HOST: host } })).stdout

/** Builds a form of an animal, from the engine's cache where it can. */
const build = async (host: string, name: string, form: 'leaves' | 'repaired'): Promise<ImageReport> => {
  const tag = `plimsoll-zoo/${name}:${form}`
  const folder = join(FOLDER, name)
  const file = join(folder, form === 'leaves' ? 'Dockerfile' : 'Dockerfile.repaired')
  const secret = ['--secret', 'id=ca,src=/etc/ssl/certs/ca-certificates.crt']
  const args = ['buildx', 'build', '--network', 'host', '--provenance=false', '-q', ...secret]
  await docker(host, [...args, '-t', tag, '-f', file, folder])
  return inspect(host, tag, file)
}

const inspect = async (host: string, image: string, file: string | null): Promise<ImageReport> => {
  const where = file === null ? [] : ['--file', file]
  const { stdout } = await run(
    process.execPath,
    [join(root, 'src', 'cli.ts'), 'inspect', image, ...where, '--json', '--quiet'],
    { cwd: TEMP, maxBuffer: MAX_BUFFER, env: { ...process.env, DOCKER_HOST: host } },
  )
  return JSON.parse(stdout) as ImageReport
}

/** Bytes of the image's own leftovers, by key. */
const leftovers = ({ findings }: ImageReport): Record<string, number> => {
  const bytes: Record<string, number> = {}
  for (const finding of findings)
    if (finding.certainty === 'leftover' && finding.inherited !== true)
      bytes[finding.key] = (bytes[finding.key] ?? 0) + finding.bytes
  return bytes
}

/** Bytes of the regular files that each command lists, once for each inode. */
const countVisible = async (
  host: string,
  image: string,
  commands: readonly string[],
): Promise<readonly number[]> => {
  if (commands.length === 0) return []
  const script = commands
    .map(command => `echo '#'; { ${command}; } | tr '\\n' '\\0' | xargs -0 stat -c '%i %s %F' 2>/dev/null`)
    .join('\n')
  const args = ['run', '--rm', '--network', 'none', '--user', '0', '--entrypoint', 'sh']
  const counted = await docker(host, [...args, image, '-c', `${script}\ntrue`])
  const sections = counted.split('#\n').slice(1)
  assert.equal(sections.length, commands.length)
  return sections.map(section => {
    const files = section.split('\n').flatMap(line => {
      const found = /^(\d+) (\d+) regular( empty)? file$/.exec(line)
      return found ? [[found[1]!, Number(found[2])] as const] : []
    })
    return [...new Map(files).values()].reduce((total, size) => total + size, 0)
  })
}

/** One file's content in one layer, as the saved archive has it. */
interface SavedBlob {
  readonly layer: number
  readonly isLive: boolean
  readonly bytes: number
  readonly names: readonly string[]
}

const listBlobs = async (host: string, image: string): Promise<readonly SavedBlob[]> => {
  const archive = join(TEMP, `${image.replace(/\W/g, '-')}.tar`)
  await saveImage(host, image, archive)
  const script = join(root, 'test', 'support', 'list-blobs.py')
  const { stdout } = await run('python3', [script, archive], { maxBuffer: MAX_BUFFER })
  rmSync(archive)
  return stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => line.split('\t'))
    .map(([layer, state, bytes, ...names]) => ({
      layer: Number(layer),
      isLive: state === 'live',
      bytes: Number(bytes),
      names,
    }))
}

/** Bytes of the files without a name in the finished image, all of whose names fit each pattern. */
const countHidden = (blobs: readonly SavedBlob[], patterns: readonly RegExp[]): readonly number[] =>
  patterns.map(pattern =>
    blobs
      .filter(({ isLive, names }) => !isLive && names.every(name => pattern.test(name)))
      .reduce((total, { bytes }) => total + bytes, 0),
  )

/** Paths that a finding shows at most: with as many it may have more. */
const PATHS_SHOWN = 20

const smallest = (names: readonly string[]): string =>
  [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))[0]!

const covers = (path: string, name: string): boolean => name === path || name.startsWith(`${path}/`)

/** Blob by blob: none lies below the paths of two findings, and those below a finding's paths are its bytes and files. */
const checkBlobs = ({ findings }: ImageReport, blobs: readonly SavedBlob[]): void => {
  const found = new Map(findings.map(finding => [finding, { bytes: 0, files: 0 }]))
  for (const { layer, bytes, names } of blobs) {
    if (bytes === 0) continue
    const name = smallest(names)
    const claims = findings.filter(
      finding => finding.layer === layer && finding.paths.some(path => covers(path, name)),
    )
    assert.ok(
      claims.length <= 1,
      `${name} of layer ${layer} in ${claims.map(({ key }) => key).join(' and ')}`,
    )
    for (const claim of claims) {
      found.get(claim)!.bytes += bytes
      found.get(claim)!.files += 1
    }
  }
  for (const [{ key, layer, bytes, files, paths }, counted] of found)
    if (paths.length < PATHS_SHOWN) assert.deepEqual(counted, { bytes, files }, `${key} of layer ${layer}`)
    else assert.ok(counted.bytes <= bytes && counted.files <= files, `${key} of layer ${layer}`)
}

const count = async (
  host: string,
  image: string,
  expected: Expected,
  blobs: readonly SavedBlob[],
): Promise<Record<string, number>> => {
  const visible = Object.entries(expected.visible ?? {})
  const hidden = Object.entries(expected.hidden ?? {})
  const seen = await countVisible(
    host,
    image,
    visible.map(([, command]) => command),
  )
  const unseen = countHidden(
    blobs,
    hidden.map(([, pattern]) => pattern),
  )
  return {
    ...Object.fromEntries(visible.map(([key], index) => [key, seen[index]!])),
    ...Object.fromEntries(hidden.map(([key], index) => [key, unseen[index]!])),
  }
}

test('the zoo holds thirty animals or more, and each of them is expected', () => {
  const folders = readdirSync(FOLDER, { withFileTypes: true }).filter(entry => entry.isDirectory())
  assert.deepEqual(folders.map(({ name }) => name).sort(), Object.keys(ZOO).sort())
  assert.ok(folders.length >= 30)
})

for (const [name, expected] of Object.entries(ZOO)) {
  test(`${name}: what was left behind is found, with all its bytes and nothing else`, async t => {
    const host = open(t)
    if (!host) return
    const report = await build(host, name, 'leaves')
    const image = `plimsoll-zoo/${name}:leaves`
    const isSaved = expected.hidden !== undefined || expected.blobs === true
    const blobs = isSaved ? await listBlobs(host, image) : []
    const counted = await count(host, image, expected, blobs)
    assert.ok(
      Object.values(counted).every(bytes => bytes > 0),
      `counted nothing: ${JSON.stringify(counted)}`,
    )
    assert.deepEqual(leftovers(report), counted)
    const hints = report.findings.filter(({ certainty }) => certainty === 'hint').map(({ key }) => key)
    for (const key of expected.hints ?? []) assert.ok(hints.includes(key), `${key} in ${hints.join(', ')}`)
    const keys = report.findings.map(({ key }) => key)
    for (const key of expected.never ?? []) assert.ok(!keys.includes(key), key)
    assert.equal(report.image.base?.evidence, 'build')
    checkReport(report)
    if (isSaved) checkBlobs(report, blobs)
  })

  test(`${name}, repaired: no leftover of its own`, async t => {
    const host = open(t)
    if (!host) return
    const report = await build(host, name, 'repaired')
    assert.deepEqual(leftovers(report), {})
    checkReport(report)
  })
}
