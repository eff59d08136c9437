import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proveJava } from '../../../src/fix/proof/java.ts'
import { makeClaim, makeEvidence, type SceneParts } from '../../support/make-scene.ts'
import { file } from '../../support/make-tar.ts'
import { told } from './told.ts'

const java = (release: string | null, cmd: readonly string[] = ['java', '-jar', '/app.jar']): SceneParts => ({
  config: { cmd, env: ['PATH=/opt/java/bin'] },
  own: [
    file('opt/java/bin/java', 'java', { mode: 0o755 }),
    ...(release === null ? [] : [file('opt/java/release', release)]),
  ],
})
const modules = (...names: readonly string[]): string => `JAVA_VERSION="21"\nMODULES="${names.join(' ')}"\n`
const FULL = modules('java.base', 'java.sql', 'java.desktop', 'jdk.jlink')

interface Case {
  readonly name: string
  readonly original?: SceneParts
  readonly result: SceneParts
  readonly asked?: readonly (readonly [module: string, by: string])[]
  readonly unread?: string
  readonly told: string | null
}

const CASES: readonly Case[] = [
  { name: 'an image without Java has nothing to prove', original: {}, result: {}, told: null },
  {
    name: 'no module is gone but a tool',
    result: java(modules('java.base', 'java.sql', 'java.desktop')),
    told: 'passed: every module of Java that a program can ask for is there',
  },
  {
    name: 'a module is gone that no class names',
    result: java(modules('java.base', 'java.sql')),
    asked: [['java.sql', '/app.jar']],
    told: 'passed: no class of the program names a module that is not there: java.desktop',
  },
  {
    name: 'a module is gone that a class names',
    result: java(modules('java.base', 'java.desktop')),
    asked: [['java.sql', '/app.jar']],
    told: 'failed: /app.jar asks for java.sql, which its Java does not have',
  },
  {
    name: 'a module is gone that the command names',
    original: java(FULL, ['java', '-cp', '/app.jar', 'java.sql.Main']),
    result: java(modules('java.base', 'java.desktop')),
    told: 'failed: the command asks for java.sql, which its Java does not have',
  },
  {
    name: 'a module is gone, and not all classes could be read',
    result: java(modules('java.base', 'java.desktop')),
    unread: '/lib/broken.jar',
    told: 'failed: /lib/broken.jar cannot be read, and without java.sql it may not run',
  },
  {
    name: 'the other Java does not say what it has',
    result: java(null),
    told: 'failed: its Java does not say which modules it has',
  },
  { name: 'without any Java the entry point says enough', result: {}, told: null },
]
for (const { name, original = java(FULL), result, asked = [], unread = null, told: expected } of CASES)
  test(`modules of Java: ${name}`, () => {
    const evidence = makeEvidence({ java: { modules: new Map(asked), unread } })
    assert.equal(told(proveJava(makeClaim(original, result, { evidence }))), expected)
  })
