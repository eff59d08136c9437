/** Images that were made with care: nothing in them is called a leftover of their own making. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import type { ComparedFinding, Finding, ImageReport, Review } from '../../src/report/types.ts'
import { buildSeed, plimsoll, SEEDS } from '../support/engine.ts'
import { needEngine, needProgram, needShared } from '../support/need.ts'

const TEMP = mkdtempSync(join(tmpdir(), 'clean-engine-'))
after(() => rmSync(TEMP, { recursive: true, force: true }))

const open = (t: TestContext): string | null => (needProgram(t, 'docker') ? needEngine(t, 'modern') : null)

const own = (findings: readonly Finding[]): readonly string[] =>
  findings
    .filter(({ certainty, inherited }) => certainty === 'leftover' && inherited !== true)
    .map(({ key, bytes, paths }) => `${key}: ${bytes} B in ${paths.join(', ')}`)

const json = async (args: readonly string[], host: string, cwd: string): Promise<unknown> => {
  const { status, stdout, stderr } = await plimsoll([...args, '--json'], { host, cwd })
  assert.equal(status, 0, stderr)
  return JSON.parse(stdout)
}

/** The tags of a repository that the engine has, one for each image. */
const tagsOf = (host: string, repository: string): readonly string[] => {
  const format = '{{.Repository}}:{{.Tag}} {{.ID}}'
  const listed = execFileSync(
    'docker',
    ['-H', host, 'images', '--no-trunc', '--format', format, repository],
    {
      encoding: 'utf8',
    },
  )
  const byId = new Map(
    listed
      .split('\n')
      .filter(line => line !== '' && !line.includes('<none>'))
      .map(line => line.split(' ').reverse() as [string, string]),
  )
  return [...byId.values()].sort()
}

/** The image as it is, and one that stands on it and adds a file. */
const checkImage = async (host: string, image: string): Promise<void> => {
  const alone = (await json(['inspect', image], host, TEMP)) as ImageReport
  assert.ok(alone.size.content > 0)
  assert.deepEqual(own(alone.findings), [], image)
  assert.equal(alone.size.leftovers, 0)
  const folder = mkdtempSync(join(TEMP, 'on-'))
  mkdirSync(join(folder, 'app'))
  writeFileSync(join(folder, 'app', 'main'), 'main\n')
  writeFileSync(join(folder, 'Dockerfile'), `FROM ${image}\nCOPY app /app\n`)
  const on = (await json(['review', '--baseline', 'none', '--quiet'], host, folder)) as Review
  assert.equal(on.head.image.base?.name, image)
  assert.equal(on.head.size.own, 5)
  const { inherited, ...others } = on.findings
  assert.deepEqual(own(Object.values(others).flat() as ComparedFinding[]), [])
  assert.equal(on.head.size.leftovers, 0)
  assert.ok(inherited.every(finding => finding.inherited))
}

const REPOSITORIES = ['alpine', 'busybox', 'distroless/*'] as const
for (const repository of REPOSITORIES)
  test(`${repository}: no leftover`, async t => {
    const host = open(t)
    if (!host) return
    const images = tagsOf(host, repository)
    assert.ok(images.length >= (repository === 'distroless/*' ? 2 : 1), images.join())
    for (const image of images) await t.test(image, () => checkImage(host, image))
  })

const IMAGES = [
  'debian:bookworm-slim',
  'python:3.11-slim',
  'node:24-slim',
  'node:24-alpine',
  'eclipse-temurin:25-jre',
] as const
for (const image of IMAGES)
  test(`${image}: no leftover`, async t => {
    const host = open(t)
    if (host) await checkImage(host, image)
  })

for (const [name, variant] of SEEDS.filter(([, variant]) => variant.startsWith('multi')))
  test(`${name} ${variant}: several stages leave nothing of the build behind`, async t => {
    const host = open(t)
    const seeds = needShared(t, 'seeds')
    if (!host || !seeds) return
    const tag = await buildSeed(host, seeds, name, variant)
    const file = join(seeds, 'cases', name, `Dockerfile.${variant}`)
    const report = (await json(['inspect', tag, '--file', file], host, TEMP)) as ImageReport
    assert.equal(report.image.base?.evidence, 'build')
    assert.ok(report.size.own! > 0 && report.size.inherited! > 0)
    assert.deepEqual(own(report.findings), [])
    assert.equal(report.size.leftovers, 0)
  })

test('an image of one stage is not clean: these tests would see a leftover', async t => {
  const host = open(t)
  const seeds = needShared(t, 'seeds')
  if (!host || !seeds) return
  const tag = await buildSeed(host, seeds, 'flask-mysql', 'single')
  const file = join(seeds, 'cases', 'flask-mysql', 'Dockerfile.single')
  const report = (await json(['inspect', tag, '--file', file], host, TEMP)) as ImageReport
  assert.ok(own(report.findings).some(line => line.startsWith('c-compiler gcc-12')))
})
