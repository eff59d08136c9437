import assert from 'node:assert/strict'
import { test } from 'node:test'
import { imagePurpose } from '../../src/rules/image-purpose.ts'
import { rules } from '../../src/rules/index.ts'
import { createJudge } from '../../src/rules/run-rules.ts'
import { makePackage } from '../support/package.ts'
import { type FakeImage, makeRuleImage } from '../support/rule-image.ts'

const GO = { GOLANG_VERSION: '1.26.0' }
const BUILDPACK = 'g++ make autoconf automake libtool subversion libmagickcore-dev libpq-dev'
  .split(' ')
  .map(name => makePackage({ name }))

test('an image that comes with a toolchain and starts nothing is for building', () => {
  const cases: readonly [image: FakeImage, isForBuilding: boolean][] = [
    [{ env: GO, command: ['bash'] }, true],
    [{ env: GO, command: [] }, true],
    [{ env: GO, command: ['/bin/sh', '-l'] }, true],
    [{ env: { MAVEN_HOME: '/usr/share/maven' }, command: ['/usr/local/bin/mvn-entrypoint.sh', 'mvn'] }, true],
    [{ env: { JAVA_HOME: '/opt/jdk' }, paths: ['/opt/jdk/bin/javac'], command: ['jshell'] }, true],
    [{ packages: BUILDPACK, command: ['docker-entrypoint.sh', 'node'] }, true],
    [{ packages: BUILDPACK, command: ['python3'] }, true],
    // it starts something
    [{ env: GO, command: ['/app/server'] }, false],
    [{ env: GO, command: ['sh', '-c', './server'] }, false],
    [{ packages: BUILDPACK, command: ['python', 'app.py'] }, false],
    // it has no toolchain of its own
    [{ command: ['bash'] }, false],
    [{ packages: [makePackage({ name: 'gcc' }), makePackage({ name: 'make' })], command: ['bash'] }, false],
    [{ env: { JAVA_HOME: '/opt/jre' }, command: ['jshell'] }, false],
  ]
  for (const [image, isForBuilding] of cases)
    assert.equal(
      imagePurpose(makeRuleImage(image)) !== null,
      isForBuilding,
      JSON.stringify(image).slice(0, 120),
    )
})

test('where the base is known, its name decides and not a variable that the image may have set', () => {
  const cases: readonly [baseName: string, isForBuilding: boolean][] = [
    ['golang:1.26', true],
    ['docker.io/library/rust:1', true],
    ['mcr.microsoft.com/dotnet/sdk:8.0', true],
    ['nvidia/cuda:12.6.2-devel-ubuntu24.04', true],
    ['team/go-builder:3', true],
    ['debian:bookworm-slim', false],
    ['python:3.12-slim', false],
    ['team/circuit:1', false],
  ]
  for (const [baseName, isForBuilding] of cases)
    assert.equal(imagePurpose(makeRuleImage({ env: GO, baseName })) !== null, isForBuilding, baseName)
})

test('labels say so too', () => {
  const by = (labels: Record<string, string>) => imagePurpose(makeRuleImage({ labels, command: ['/app'] }))
  assert.match(by({ 'devcontainer.metadata': '[]' }) ?? '', /development container/)
  assert.match(by({ 'org.opencontainers.image.title': 'CI runner' }) ?? '', /for building/)
  assert.equal(by({ 'org.opencontainers.image.title': 'circle' }), null)
})

test('its tools are hints with the reason, its caches and what it inherited stay what they are', () => {
  const image = makeRuleImage({
    env: GO,
    command: ['bash'],
    packages: [makePackage({ name: 'gcc-12' })],
    paths: ['/var/cache/apt/pkgcache.bin'],
  })
  const judge = createJudge(rules, image)
  const blob = { sizeBytes: 10, mode: 0o644, owner: null }
  const gcc = { ...blob, paths: ['/usr/bin/gcc-12'], owner: makePackage({ name: 'gcc-12' }) }
  assert.equal(judge(gcc)?.certainty, 'hint')
  assert.match(judge(gcc)?.reason ?? '', /made for building: it comes with the Go toolchain/)
  assert.equal(judge({ ...gcc, inherited: true })?.certainty, 'leftover')
  assert.equal(judge({ ...blob, paths: ['/var/cache/apt/pkgcache.bin'] })?.certainty, 'leftover')
})
