/**
 * Every base image, root filesystem and layout that nobody complained about: no leftover and no hazard. Toolchain images
 * are recognised as what they are, and as a base they are inherited, in one line, with a slimmer one.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ImageReport } from '../../src/report/types.ts'
import { checkReport } from '../support/check-report.ts'
import { plimsoll } from '../support/engine.ts'
import { needEngine, needShared } from '../support/need.ts'

const CLEAN = [
  'debian:bookworm',
  'debian:bookworm-slim',
  'alpine:3.10',
  'alpine:3.16',
  'alpine:3.20',
  'busybox:glibc',
  'busybox:musl',
  'distroless/static-debian12',
  'distroless/base-debian12',
  'python:3.7-slim',
  'python:3.9-slim',
  'python:3.10-slim',
  'python:3.11-slim',
  'node:24-slim',
  'eclipse-temurin:25-jre',
]

/** Glibc programs on musl, and said to be so: they do not start. */
const WITHOUT_LOADER = ['node:24-alpine', 'python:3.9-alpine']

/** What to take instead when it is only the base of an image that runs a program. */
const TOOLCHAINS: readonly (readonly [string, RegExp])[] = [
  ['golang:1.26', /debian|distroless|static/],
  ['rust:1.95', /debian|distroless/],
  ['maven:3-eclipse-temurin-25', /jre/],
  ['node:24', /node:24-slim/],
  ['python:3.11', /python:3\.11-slim/],
  ['buildpack-deps:bookworm', /debian/],
]

const inspect = async (args: readonly string[], host?: string): Promise<ImageReport> => {
  const { status, stdout, stderr } = await plimsoll(['inspect', ...args, '--json'], host ? { host } : {})
  assert.equal(status, 0, stderr)
  const report = JSON.parse(stdout) as ImageReport
  checkReport(report)
  return report
}

const leftovers = (report: ImageReport): string[] =>
  report.findings
    .filter(each => each.certainty === 'leftover' && each.inherited !== true)
    .map(each => `${each.key} ${each.bytes}`)
const hazards = (report: ImageReport): string[] => report.hazards.map(each => `${each.rule} ${each.missing}`)

for (const image of CLEAN)
  test(`${image}: no leftover and no hazard`, async t => {
    const host = needEngine(t, 'modern')
    if (!host) return
    const report = await inspect([image], host)
    assert.deepEqual([leftovers(report), hazards(report)], [[], []])
  })

for (const image of WITHOUT_LOADER)
  test(`${image}: no leftover, and exactly the loader is missing`, async t => {
    const host = needEngine(t, 'modern')
    if (!host) return
    const report = await inspect([image], host)
    assert.deepEqual(leftovers(report), [])
    assert.deepEqual(hazards(report), ['missing-interpreter /lib64/ld-linux-x86-64.so.2'])
  })

for (const [image, slimmer] of TOOLCHAINS)
  test(`${image}: a toolchain by itself, inherited as a base, with a slimmer one named`, async t => {
    const host = needEngine(t, 'modern')
    if (!host) return
    const itself = await inspect([image], host)
    assert.deepEqual([leftovers(itself), hazards(itself)], [[], []])
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bases-'))
    const tag = `plimsoll-test/on-${image.replace(/[:/]/g, '-')}`
    try {
      writeFileSync(join(folder, 'Dockerfile'), `FROM ${image}\nCOPY app /app\nCMD ["/app"]\n`)
      writeFileSync(join(folder, 'app'), '#!/bin/sh\necho app\n', { mode: 0o755 })
      execFileSync('docker', ['buildx', 'build', '-q', '--provenance=false', '-t', tag, folder], {
        env: { ...process.env, DOCKER_HOST: host },
        stdio: 'ignore',
      })
      const report = await inspect([tag, '--file', join(folder, 'Dockerfile')], host)
      assert.deepEqual([leftovers(report), hazards(report), report.size.leftovers], [[], [], 0])
      assert.ok(report.findings.some(each => each.inherited === true && each.certainty === 'leftover'))
      assert.match(report.image.base?.slimmer?.name ?? '', slimmer)
    } finally {
      rmSync(folder, { recursive: true })
      execFileSync('docker', ['image', 'rm', tag], {
        env: { ...process.env, DOCKER_HOST: host },
        stdio: 'ignore',
      })
    }
  })

test('root filesystems and layouts of the corpora: no leftover and no hazard', async t => {
  const corpora = needShared(t, 'corpora')
  if (!corpora) return
  const references = [
    ...readdirSync(join(corpora, 'rootfs')).map(name => `rootfs://${join(corpora, 'rootfs', name)}`),
    ...readdirSync(join(corpora, 'oci-layouts')).map(
      name => `oci-dir://${join(corpora, 'oci-layouts', name)}`,
    ),
  ]
  assert.ok(references.length >= 6)
  for (const reference of references) {
    const report = await inspect([reference])
    assert.deepEqual([leftovers(report), hazards(report)], [[], []], reference)
  }
})
