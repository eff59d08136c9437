import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proveProgramFiles } from '../../../src/fix/proof/program-files.ts'
import type { Remedy } from '../../../src/fix/proof/step.ts'
import { makeClaim } from '../../support/make-scene.ts'
import { directory, file, hardlink, type MadeEntry, symlink } from '../../support/make-tar.ts'
import { list, status } from '../../support/report-of-layers.ts'
import { told } from './told.ts'

const MAIN = file('app/main', 'x'.repeat(10_000), { mode: 0o755 })
const DATA = file('app/data.txt', 'words')
const LINK = symlink('app/current', 'data.txt')
const FOLDER = directory('app')
const ORIGINAL = [FOLDER, MAIN, DATA, LINK]
const SAME = 'passed: 3 files of the program: same content, mode and owner'

interface Case {
  readonly name: string
  readonly result: readonly MadeEntry[]
  readonly isRebuilt?: boolean
  readonly told: string
  readonly remedy?: Remedy
}

const CASES: readonly Case[] = [
  { name: 'all is the same', result: ORIGINAL, told: SAME },
  {
    name: 'one is missing and one is another',
    result: [FOLDER, MAIN, { ...DATA, content: 'other words' }],
    told: 'failed: 1 missing and 1 changed: /app/current, /app/data.txt',
    remedy: { copies: ['/app/current', '/app/data.txt'], after: [] },
  },
  {
    name: 'a link leads elsewhere',
    result: [FOLDER, MAIN, DATA, symlink('app/current', 'main')],
    told: 'failed: 0 missing and 1 changed: /app/current',
    remedy: { copies: ['/app/current'], after: [] },
  },
  {
    name: 'a file where a link was is missing',
    result: [FOLDER, MAIN, DATA, file('app/current', 'words')],
    told: 'failed: 1 missing and 0 changed: /app/current',
    remedy: { copies: ['/app/current'], after: [] },
  },
  {
    name: 'owner and mode are set by a command',
    result: [FOLDER, { ...MAIN, mode: 0o700, uid: 7, gid: 8 }, DATA, LINK],
    told: 'failed: owner or mode differ: chown 0:0 /app/main, chmod 755 /app/main',
    remedy: { copies: [], after: ['chown 0:0 /app/main', 'chmod 755 /app/main'] },
  },
  {
    name: 'a folder has its owner, too',
    result: [directory('app', { uid: 7 }), MAIN, DATA, LINK],
    told: 'failed: owner or mode differ: chown 0:0 /app',
    remedy: { copies: [], after: ['chown 0:0 /app'] },
  },
  {
    name: 'what is compiled once more may differ a little',
    result: [FOLDER, { ...MAIN, content: 'y'.repeat(10_100) }, DATA, LINK],
    isRebuilt: true,
    told: `${SAME}, but for 1 that was compiled anew, of about the same size`,
  },
  {
    name: 'what is compiled once more may not differ much',
    result: [FOLDER, { ...MAIN, content: 'y'.repeat(11_000) }, DATA, LINK],
    isRebuilt: true,
    told: 'failed: 0 missing and 1 changed: /app/main',
    remedy: { copies: ['/app/main'], after: [] },
  },
  {
    name: 'what is copied may not differ at all',
    result: [FOLDER, { ...MAIN, content: 'y'.repeat(10_000) }, DATA, LINK],
    told: 'failed: 0 missing and 1 changed: /app/main',
    remedy: { copies: ['/app/main'], after: [] },
  },
]
for (const { name, result, isRebuilt = false, told: expected, remedy } of CASES)
  test(`files of the program: ${name}`, () => {
    const step = proveProgramFiles(makeClaim({ own: ORIGINAL }, { own: result }, { isRebuilt }))
    assert.equal(told(step), expected)
    assert.deepEqual(step.remedy, remedy)
  })

const MODES: readonly (readonly [user: string | null, told: string])[] = [
  [null, 'passed: 1 file of the program: same content, mode and owner'],
  ['app', 'failed: owner or mode differ: chmod 700 /app'],
]
for (const [user, expected] of MODES)
  test(`files of the program: a folder that was closed to others is open, and ${user ?? 'root'} runs it`, () => {
    const own = (mode: number): readonly MadeEntry[] => [directory('app', { mode }), DATA]
    const step = proveProgramFiles(makeClaim({ own: own(0o700), config: { user } }, { own: own(0o755) }))
    assert.equal(told(step), expected)
  })

test('files of the program: too many commands are no remedy, and odd names are quoted', () => {
  const own = (uid: number): readonly MadeEntry[] =>
    Array.from({ length: 13 }, (_, i) => file(`srv/it's ${String(i).padStart(2, '0')}`, `${i}`, { uid }))
  const step = proveProgramFiles(makeClaim({ own: own(5) }, { own: own(0) }))
  assert.match(step.detail, /^owner or mode differ: chown 5:0 '\/srv\/it'\\''s 00', .* and 10 more$/)
  assert.deepEqual(step.remedy, { copies: [] })
})

test('every name of a file is part of the program', () => {
  const names = (count: number) => [
    file('app/first', 'program', { mode: 0o755 }),
    ...['usr/local/bin/second', 'app/third']
      .slice(0, count)
      .map(path => hardlink(path, 'app/first', { mode: 0o755 })),
  ]
  const claim = makeClaim({ own: names(2) }, { own: names(1) })
  assert.deepEqual(
    claim.program.items.map(({ path }) => path),
    ['/app/first', '/app/third', '/usr/local/bin/second'],
  )
  assert.equal(told(proveProgramFiles(claim)), 'failed: 1 missing and 0 changed: /app/third')
  assert.match(
    told(proveProgramFiles(makeClaim({ own: names(2) }, { own: names(2) }))) ?? '',
    /^passed: 3 files/,
  )
})

test('a link to a further name of a leftover is left behind with it', () => {
  const tool = 'app/node_modules/@esbuild/linux-x64/bin/esbuild'
  const own = [
    file(
      'app/node_modules/.package-lock.json',
      JSON.stringify({
        packages: {
          'node_modules/esbuild': { version: '0.24.2', dev: true },
          'node_modules/@esbuild/linux-x64': { version: '0.24.2', dev: true },
        },
      }),
    ),
    file(tool, 'tool', { mode: 0o755 }),
    hardlink('app/node_modules/esbuild/bin/esbuild', tool, { mode: 0o755 }),
    symlink('app/node_modules/.bin/esbuild', '../esbuild/bin/esbuild'),
  ]
  assert.deepEqual(
    makeClaim({ own }, {}).program.items.map(({ path }) => path),
    ['/app/node_modules/.package-lock.json'],
  )
})

const CAPABILITY = 'SCHILY.xattr.security.capability'
const VALUE = Buffer.from('0100000200040000', 'hex')
const web = (hasPower: boolean) =>
  file('app/web', 'program', { mode: 0o755, ...(hasPower ? { pax: { [CAPABILITY]: VALUE } } : {}) })

test('a program that may do more than its user may do the same in the result, and no more', () => {
  const prove = (before: boolean, after: boolean) =>
    told(proveProgramFiles(makeClaim({ own: [web(before)] }, { own: [web(after)] })))
  assert.match(prove(true, true) ?? '', /^passed/)
  assert.match(prove(false, false) ?? '', /^passed/)
  assert.equal(prove(true, false), 'failed: other capabilities: /app/web')
  assert.equal(prove(false, true), 'failed: other capabilities: /app/web')
})

test('a program of the base image or of a package that the author gave a capability keeps it', () => {
  const ping = [status('iputils-ping'), list('iputils-ping', '/app/web')]
  const ofPackage = makeClaim({ own: [...ping, web(true)] }, { own: [...ping, web(false)] })
  assert.equal(told(proveProgramFiles(ofPackage)), 'failed: other capabilities: /app/web')
  assert.deepEqual(proveProgramFiles(ofPackage).remedy?.copies, ['/app/web'])
  const ofBase = makeClaim({ base: [web(false)], own: [web(true)] }, { base: [web(false)] })
  assert.deepEqual(
    ofBase.program.items.map(({ path }) => path),
    ['/app/web'],
  )
  assert.equal(told(proveProgramFiles(ofBase)), 'failed: other capabilities: /app/web')
  const gone = makeClaim({ own: [...ping, web(true)] }, {})
  assert.match(told(proveProgramFiles(gone)) ?? '', /^passed/)
})
