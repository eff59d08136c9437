import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Evidence, gatherEvidence } from '../../src/fix/evidence.ts'
import { binariesToRead, createFixKeep } from '../../src/fix/evidence-files.ts'
import { makeElfFile } from '../support/make-elf.ts'
import { makeEvidence, makeScene } from '../support/make-scene.ts'
import { directory, file, type MadeEntry } from '../support/make-tar.ts'

const program = (path: string, content: string | Uint8Array = 'program'): MadeEntry =>
  file(path, content, { mode: 0o755 })
const BASE = [
  program('usr/bin/git'),
  program('usr/bin/gcc'),
  file('usr/lib/libmagic.so.1.0.0', 'library'),
  file('usr/lib/x86_64-linux-gnu/libplug.so.1', 'library'),
]
const config = { env: ['PATH=/usr/local/bin:/usr/bin'] }
const ELF = makeElfFile({ class: 64, isLittleEndian: true, machine: 62 }, 8192, 16384)
/** It is linked to one library; its words stand where nothing else does. */
const elf = (...words: readonly string[]): Buffer => {
  const bytes = Buffer.from(ELF)
  bytes.write(`\0${words.join('\0')}\0`, 1024, 'latin1')
  return bytes
}
const distribution = (name: string): readonly MadeEntry[] => {
  const info = `${name}-3.1.dist-info`
  const folder = `usr/lib/python3/dist-packages/${info}`
  return [
    file(`${folder}/METADATA`, `Metadata-Version: 2.1\nName: ${name}\nVersion: 3.1\n`),
    file(`${folder}/RECORD`, `${info}/METADATA,,\n${info}/RECORD,,\n`),
  ]
}

interface Case {
  readonly name: string
  readonly own: readonly MadeEntry[]
  readonly cmd?: readonly string[]
  readonly runs?: string
  readonly found: Partial<Omit<Evidence, 'named'>>
  readonly named?: Readonly<Record<string, string>>
}

const CASES: readonly Case[] = [
  { name: 'nothing at all', own: [program('app/run.sh', 'echo hello\n')], found: {} },
  {
    name: 'the command',
    own: [],
    cmd: ['git', 'daemon'],
    found: {},
    named: { '/usr/bin/git': 'the image’s command' },
  },
  {
    name: 'a command that a script starts',
    own: [program('app/run.sh', '#!/bin/sh\nexec git pull\n')],
    found: {},
    named: { '/usr/bin/git': '/app/run.sh' },
  },
  {
    name: 'a compiler that a script starts',
    own: [program('app/run.sh', '#!/bin/sh\ngcc -o x x.c\n')],
    found: { compiles: '/app/run.sh starts gcc while it runs' },
  },
  {
    name: 'a script of the build, which nothing starts',
    own: [program('app/make-it.sh', '#!/bin/sh\ngcc -o x x.c\n')],
    runs: 'RUN ./make-it.sh',
    found: {},
  },
  {
    name: 'a way to compile without a compiler’s name',
    own: [file('app/main.py', 'import pyximport\n')],
    found: { compiles: '/app/main.py compiles while it runs' },
  },
  {
    name: 'compilers in what autoconf, libtool and phpize write',
    own: [
      ...[
        'build/ltmain.sh',
        'build/config.guess',
        'config.status',
        'config.nice',
        'libtool',
        'install-sh',
      ].map(name => program(`usr/src/knots/${name}`, '#!/bin/sh\ngcc -o x x.c\n')),
      file('usr/src/knots/run-tests.php', '<?php shell_exec("gcc -o x x.c");'),
    ],
    found: {},
  },
  {
    name: 'a compiler that a README in the metadata of an installed distribution speaks of',
    own: [
      file(
        'usr/local/lib/python3.11/site-packages/later-1.0.dist-info/METADATA',
        'Metadata-Version: 2.1\nName: later\nVersion: 1.0\n\n`subprocess` is not blocked:\n\n    run(["gcc", "x.c"]); open("/usr/bin/git")\n',
      ),
    ],
    found: {},
  },
  {
    name: 'a library by its name',
    own: [file('app/main.py', 'ctypes.CDLL("libmagic.so.1")\n')],
    found: {},
    named: { '/usr/lib/libmagic.so.1.0.0': '/app/main.py' },
  },
  {
    name: 'a library that nobody names',
    own: [file('app/main.py', 'ctypes.CDLL(name)\n')],
    found: { uncertain: '/app/main.py loads a library whose name is made while it runs' },
  },
  {
    name: 'libraries in a folder of the program’s own',
    own: [
      file('app/main.py', 'ctypes.CDLL(name)\nFOLDER = "/app/plugins/native"\n'),
      directory('app/plugins/native'),
      file('app/plugins/native/libone.so', 'library'),
    ],
    found: {},
    named: { '/app/plugins/native': '/app/main.py' },
  },
  {
    name: 'a file of data',
    own: [file('app/main.py', 'open("/srv/data/words.txt")\n'), file('srv/data/words.txt', 'words')],
    found: {},
    named: { '/srv/data/words.txt': '/app/main.py' },
  },
  {
    name: 'a program of Go that starts others, and names a file',
    own: [
      program('app/server', elf('os/exec.(*Cmd).Start', '/srv/data/words.txt')),
      file('srv/data/words.txt', 'words'),
    ],
    found: { startsOthers: true },
    named: { '/srv/data/words.txt': '/app/server' },
  },
  {
    name: 'a program that names a compiler',
    own: [program('app/server', elf('gcc'))],
    found: { compiles: '/app/server names gcc' },
  },
  {
    name: 'a program that loads what it does not name',
    own: [program('app/server', elf('dlopen'))],
    found: { uncertain: '/app/server loads libraries by names that are made while it runs' },
  },
  {
    name: 'a program that names what it loads',
    own: [program('app/server', elf('dlopen', 'libplug.so.1'))],
    found: {},
    named: { '/usr/lib/x86_64-linux-gnu/libplug.so.1': '/app/server' },
  },
  {
    name: 'classes that were too many to read',
    own: [file('app/huge.jar', 'x'.repeat(10))],
    found: { java: { modules: new Map(), unread: '/app/huge.jar' } },
  },
  {
    name: 'a distribution of Python that starts git',
    own: distribution('GitPython'),
    found: {},
    named: { '/usr/bin/git': 'gitpython' },
  },
  {
    name: 'a distribution with the name of a property that every object has',
    own: distribution('constructor'),
    found: {},
  },
]
for (const { name, own, cmd = [], runs = '', found, named = {} } of CASES)
  test(`what a program needs while it runs: ${name}`, () => {
    const scene = makeScene({ base: BASE, own, config: { ...config, cmd } })
    const binaries = new Map(
      binariesToRead(scene).flatMap(path => {
        const body = path.endsWith('.jar') ? null : scene.body(path)
        return body ? [[path, body] as const] : []
      }),
    )
    const evidence = gatherEvidence(scene, binaries, runs)
    assert.deepEqual(evidence, makeEvidence({ ...found, named: new Map(Object.entries(named)) }))
  })

test('evidence is kept of texts and programs of the own, and of no more than there is room for', () => {
  const keep = createFixKeep()
  const kept: readonly (readonly [path: string, sizeBytes: number, kept: boolean])[] = [
    ['/etc/group', 100, true],
    ['/opt/java/openjdk/release', 1000, true],
    ['/app/main.py', 1000, true],
    ['/app/main.py', 600_000, false],
    ['/app/server', 50e6, true],
    ['/app/server', 61e6, false],
    ['/app/a.jar', 50e6, true],
    ['/app/node_modules/a/index.js', 1000, false],
    ['/usr/lib/python3.12/site-packages/a/b.py', 1000, true],
    ['/app/picture.png', 1000, false],
    ['/app/lib/libplugin.so', 1000, true],
    ['/app/target/release/deps/libmacros-25091068cf3a054a.so', 1000, false],
    ['/app/second', 55e6, false],
  ]
  for (const [path, sizeBytes, expected] of kept) assert.equal(keep(path, sizeBytes), expected, path)
})
