/** Texts in, texts out: edits, diffs, stages, commands and names. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import {
  commandsOf,
  installCommand,
  isHarmlessRun,
  splitCommands,
  userCommands,
} from '../../src/fix/commands.ts'
import { applyEdits } from '../../src/fix/edit.ts'
import { wholeStage } from '../../src/fix/final-chain.ts'
import { literalsIn, shellCommands } from '../../src/fix/literals.ts'
import { type StagesPlan, splitStages, withBase } from '../../src/fix/stages.ts'
import { unifiedDiff } from '../../src/fix/unified-diff.ts'

const EDITS: readonly (readonly [string, string, Parameters<typeof applyEdits>[1], string])[] = [
  ['a line is replaced', 'a\nb\nc\n', [{ start: 2, end: 2, lines: ['x', 'y'] }], 'a\nx\ny\nc\n'],
  ['lines are put before one', 'a\nb\n', [{ start: 2, end: 1, lines: ['x'] }], 'a\nx\nb\n'],
  ['lines are put at the end', 'a\nb', [{ start: 3, end: 2, lines: ['x'] }], 'a\nb\nx\n'],
  ['Windows line ends stay', 'a\r\nb\r\n', [{ start: 1, end: 1, lines: ['x'] }], 'x\r\nb\r\n'],
  ['a last line without an end stays one', 'a\nb', [{ start: 2, end: 2, lines: ['x'] }], 'a\nx'],
  [
    'several edits are applied in the order of the file',
    'a\nb\nc\n',
    [
      { start: 3, end: 3, lines: ['z'] },
      { start: 1, end: 1, lines: ['x'] },
    ],
    'x\nb\nz\n',
  ],
]
for (const [name, text, edits, expected] of EDITS)
  test(name, () => assert.equal(applyEdits(text, edits), expected))

const DIFFS: readonly (readonly [string, string])[] = [
  ['a\nb\nc\n', 'a\nx\nc\n'],
  ['a\n', 'a\nb\n'],
  ['a\nb', 'a\nb\n'],
  ['', 'a\n'],
  [
    Array.from({ length: 40 }, (_, i) => `line ${i}\n`).join(''),
    Array.from({ length: 40 }, (_, i) => (i === 3 || i === 30 ? `other ${i}\n` : `line ${i}\n`)).join(''),
  ],
  ['a\r\nb\r\n', 'a\r\nc\r\n'],
]
for (const [index, [from, to]] of DIFFS.entries())
  test(`git applies the unified diff ${index + 1}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'unified-diff-'))
    try {
      if (from !== '') writeFileSync(join(folder, 'Dockerfile'), from)
      const input = unifiedDiff('Dockerfile', from, to)
      execFileSync('git', ['apply', '--unsafe-paths', '--whitespace=nowarn', '-'], { cwd: folder, input })
      assert.equal(readFileSync(join(folder, 'Dockerfile'), 'utf8'), to)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

const PLAN: StagesPlan = {
  base: 'debian:bookworm-slim',
  splitAt: 0,
  prune: [],
  install: [],
  users: [],
  copies: [{ sources: ['/app/server'], target: '/app/' }],
  after: [],
  keep: [],
}
const split = (text: string, plan: Partial<StagesPlan>): string => {
  const dockerfile = parseDockerfile(text, 'Dockerfile')
  const edits = splitStages(text, dockerfile, wholeStage(dockerfile), { ...PLAN, ...plan })
  assert.ok(edits)
  return applyEdits(text, edits)
}

test('the build stage stays as it was, and what follows the split is the final stage’s', () => {
  const text =
    '# Serve\nFROM golang:1.26\nWORKDIR /app\nCOPY . .\nRUN go build\n\n# Start\nCMD ["./server"]\n'
  assert.equal(
    split(text, { splitAt: 3 }),
    '# Serve\nFROM golang:1.26 AS build\nWORKDIR /app\nCOPY . .\nRUN go build\n\nFROM debian:bookworm-slim\nWORKDIR /app\nCOPY --from=build /app/server /app/\n\n# Start\nCMD ["./server"]\n',
  )
})

test('settings of the build stage are repeated, with the arguments that they use and the last user', () => {
  const text =
    'FROM x\nARG V=1\nARG W\nENV A=$V \\\n    B=2\nLABEL a=b\nUSER one\nUSER two\nRUN make\nEXPOSE 80\n'
  assert.equal(
    split(text, {
      splitAt: 7,
      keep: ['ENV JAVA_HOME=/opt/java', 'STOPSIGNAL SIGQUIT'],
      users: ['useradd two'],
      after: ['ldconfig'],
    }).split('\n\n')[1],
    'FROM debian:bookworm-slim\nENV JAVA_HOME=/opt/java\nARG V=1\nENV A=$V \\\n    B=2\nRUN useradd two\nCOPY --from=build /app/server /app/\nRUN ldconfig\nLABEL a=b\nSTOPSIGNAL SIGQUIT\nUSER two\nEXPOSE 80\n',
  )
})

test('case, indentation, flags, line ends and a stage’s own name stay', () => {
  const text = '  from --platform=linux/amd64 node:24 as app\r\n  run npm ci\r\n  cmd ["node"]\r\n'
  assert.equal(
    split(text, { splitAt: 1, base: 'node:24-slim', prune: ['npm prune --omit=dev'] }),
    '  from --platform=linux/amd64 node:24 as build\r\n  run npm ci\r\n  run npm prune --omit=dev\r\n\r\n  from --platform=linux/amd64 node:24-slim as app\r\n  copy --from=build /app/server /app/\r\n  cmd ["node"]\r\n',
  )
})

test('a name that another stage has is not taken, and odd paths are written as JSON', () => {
  const text = 'FROM a AS build\nRUN x\nFROM b\nCOPY --from=build /x /x\nRUN y\n'
  const copies = [{ sources: ['/a b/[c]'], target: '/a b/', chown: 'app:app' }]
  assert.match(
    split(text, { splitAt: 2, copies }),
    /FROM b AS build-2\n[\s\S]*COPY --from=build-2 --chown=app:app \["\/a b\/\\\\\[c\\\\\]","\/a b\/"\]/,
  )
})

test('only the image of a FROM is changed', () => {
  const text = 'FROM  --platform=$BUILDPLATFORM python:3.12 AS app\nRUN x\n'
  const edit = withBase(text, wholeStage(parseDockerfile(text, 'Dockerfile')), 'python:3.12-slim')
  assert.equal(applyEdits(text, [edit!]), 'FROM --platform=$BUILDPLATFORM python:3.12-slim AS app\nRUN x\n')
})

const COMMANDS: readonly (readonly [string, readonly string[] | null])[] = [
  ['a && b; c', ['a', 'b', 'c']],
  ['echo "a && b" && c', ['echo "a && b"', 'c']],
  ['a || b', null],
  ['(a; b)', null],
  ['if a; then b; fi', null],
  ['echo $(a)', null],
  ['a "b', null],
]
for (const [text, expected] of COMMANDS)
  test(`commands of ${text}`, () => assert.deepEqual(splitCommands(text), expected))

const run = (text: string) =>
  parseDockerfile(`FROM x\nRUN ${text}\n`, 'Dockerfile').stages[0]!.instructions[0]!

test('commands that make users are told apart from what is beside them', () => {
  assert.deepEqual(userCommands([run('apt-get update && useradd -m app && make')]), ['useradd -m app'])
  assert.equal(userCommands([run('if x; then useradd app; fi')]), null)
  assert.deepEqual(userCommands([run('make')]), [])
  assert.equal(isHarmlessRun(run('mkdir -p /data && chown app /data')), true)
  assert.equal(isHarmlessRun(run('mkdir -p /data && make')), false)
  assert.equal(commandsOf(run('["a", "b"]')), null)
})

test('packages are installed without lists or recommendations, by the image’s own manager', () => {
  assert.deepEqual(installCommand('dpkg', ['libpq5']), [
    'apt-get update \\\n    && apt-get install -y --no-install-recommends libpq5 \\\n    && rm -rf /var/lib/apt/lists/*',
  ])
  assert.deepEqual(installCommand('apk', ['libpq']), ['apk add --no-cache libpq'])
  assert.deepEqual(installCommand('dpkg', []), [])
  assert.match(installCommand('dpkg', [], { upgrades: ['apt-get upgrade -y'] })[0]!, /upgrade -y/)
})

const NAMES: readonly (readonly [
  string,
  string,
  string,
  Partial<Record<'commands' | 'libraries' | 'paths', string>>,
])[] = [
  ['a call with a list', 'a.py', 'subprocess.run(["gcc", "-O2"])', { commands: 'gcc' }],
  ['a command in a variable', 'a.py', 'cmd = ["git", "log"]\nsubprocess.run(cmd)', { commands: 'git' }],
  ['a shell command of Node', 'a.js', "require('child_process').exec('ffmpeg -i x')", { commands: 'ffmpeg' }],
  ['Go', 'a.go', 'exec.Command("tesseract", name)', { commands: 'tesseract' }],
  [
    'a shell script',
    'start.sh',
    '#!/bin/sh\nset -e\nexec envsubst < /etc/x.conf | nginx',
    { commands: 'envsubst' },
  ],
  ['a library by name', 'a.py', 'ctypes.CDLL("libmagic.so.1")', { libraries: 'libmagic.so.1' }],
  ['a library that is looked for', 'a.py', "ctypes.util.find_library('magic')", { libraries: 'magic' }],
  ['a path', 'a.c', 'fopen("/usr/share/dict/words", "r")', { paths: '/usr/share/dict/words' }],
]
for (const [name, path, text, expected] of NAMES)
  test(`what a program names: ${name}`, () => {
    const found = literalsIn(path, text)
    for (const [kind, value] of Object.entries(expected))
      assert.ok(found[kind as 'commands'].has(value), [...found[kind as 'commands']].join(' '))
  })

test('an ordinary word is no command, and a library without a name is noticed', () => {
  assert.deepEqual([...literalsIn('a.py', 'kind = "file"\nsubprocess.run(cmd)').commands], [])
  assert.deepEqual([...literalsIn('a.py', 'name = "git"').commands], [])
  assert.equal(literalsIn('a.c', 'dlopen(path, RTLD_NOW)').loadsUnnamed, true)
  assert.equal(literalsIn('a.c', 'dlopen("libz.so.1", RTLD_NOW)').loadsUnnamed, false)
  assert.deepEqual(shellCommands('A=1 exec "$@"\n# gcc\nif test -f x; then make; fi'), [
    'exec',
    'test',
    'make',
    'fi',
  ])
})
