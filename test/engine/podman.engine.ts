/** podman's API socket: what DOCKER_HOST names may be podman, whose names and archives are its own. */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { compare } from '../../src/report/compare.ts'
import type { ImageReport } from '../../src/report/types.ts'
import { buildSeed, saveImage } from '../support/engine.ts'
import { comparable, inspectReport } from '../support/inspect.ts'
import { needEngine, needProgram, needShared } from '../support/need.ts'

/** A podman of the test's own: its storage and its socket are in a folder that goes with the test. */
const startPodman = async (
  t: TestContext,
  program: string,
): Promise<{ host: string; podman: (...args: string[]) => string }> => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-podman-'))
  const socket = join(folder, 'podman.sock')
  const store = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs']
  const service = spawn(program, [...store, 'system', 'service', '--time=0', `unix://${socket}`], {
    stdio: 'ignore',
  })
  t.after(async () => {
    service.kill()
    if (service.exitCode === null) await new Promise(resolve => service.once('exit', resolve))
    rmSync(folder, { recursive: true, force: true })
  })
  for (let tries = 0; tries < 100 && !existsSync(socket); tries += 1) await sleep(100)
  return {
    host: `unix://${socket}`,
    podman: (...args) =>
      execFileSync(program, [...store, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
  }
}

test('podman gives the report that Docker gives: by short and full name, by id, by its socket and by what it saves', async t => {
  const seeds = needShared(t, 'seeds')
  const docker = needEngine(t, 'modern')
  const program = needProgram(t, 'podman')
  if (!seeds || !docker || !program) return
  const { host, podman } = await startPodman(t, program)
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-podman-files-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const tag = await buildSeed(docker, seeds, 'flask-alpine', 'multi-optimized')
  const saved = join(folder, 'docker.tar')
  await saveImage(docker, tag, saved)
  podman('load', '-q', '-i', saved)
  const expected = comparable(await inspectReport(tag, { host: docker }))
  const id = podman('images', '-q', '--no-trunc').trim()
  // what podman builds is called so, and people leave the host out
  podman('tag', id, 'localhost/short/example:1')
  const names = ['short/example:1', 'localhost/short/example:1', `docker.io/${tag}`, tag]
  for (const name of [...names, id, id.slice('sha256:'.length, 19)])
    assert.equal(comparable(await inspectReport(name, { host })), expected, name)
  for (const format of ['docker-archive', 'oci-archive', 'oci-dir']) {
    const path = join(folder, format)
    podman('save', '-q', '--format', format, '-o', path, id)
    const report = await inspectReport(`${format === 'oci-dir' ? 'oci-dir' : 'archive'}://${path}`)
    assert.equal(comparable(report), expected, format)
  }
})

test('an image that podman built names its base image, and a base whose tag moved is not the change', async t => {
  const program = needProgram(t, 'podman')
  if (!program || !needEngine(t, 'modern')) return
  const { podman } = await startPodman(t, program)
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-podman-files-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const [lower, upper] = [join(folder, 'base'), join(folder, 'app')]
  for (const each of [lower, upper]) mkdirSync(each)
  writeFileSync(join(lower, 'Dockerfile'), 'FROM scratch\nCOPY data /data\n')
  writeFileSync(join(upper, 'Dockerfile'), 'FROM localhost/platform:1\nCOPY app /srv/app\nCMD ["/srv/app"]\n')
  writeFileSync(join(upper, 'app'), 'a'.repeat(50_000))
  const reports: ImageReport[] = []
  for (const bytes of [200_000, 500_000]) {
    writeFileSync(join(lower, 'data'), 'd'.repeat(bytes))
    podman('build', '-q', '--layers', '-t', 'localhost/platform:1', lower)
    podman('build', '-q', `--layers=${bytes > 200_000}`, '-t', 'localhost/app:1', upper)
    const saved = join(folder, `${bytes}.tar`)
    podman('save', '-q', '--format', 'oci-archive', '-o', saved, 'localhost/app:1')
    reports.push(await inspectReport(`archive://${saved}`))
  }
  for (const { image } of reports)
    assert.deepEqual(image.base, { name: 'platform:1', layers: 1, evidence: 'history', slimmer: null })
  const { causes } = compare(reports[0]!, reports[1]!, 10_000)
  assert.deepEqual(
    causes!.map(({ kind, change, name, bytes }) => [kind, change, name, bytes]),
    [['base-image', 'moved', 'platform:1', 300_000]],
  )
})
