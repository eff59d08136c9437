/** The guards' own judges see what they are there to see. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needProgram } from '../support/need.ts'
import { hostileStrings } from './hostile-strings.ts'
import {
  judgeCommands,
  judgeHtml,
  judgeMarkdown,
  judgeOutputs,
  judgeSarif,
  judgeTerminal,
  type Tell,
} from './judge-text.ts'
import { commandIn, commandsIn, readOutputFile } from './runner.ts'
import { readTrace } from './trace.ts'

const breachesOf = (judge: (tell: Tell) => void): readonly string[] => {
  const found = new Set<string>()
  judge(breach => void found.add(breach))
  return [...found].sort()
}

const MARKDOWN: readonly (readonly [string, string])[] = [
  ['hello @maria', 'mentions'],
  ['see #12', 'mentions'],
  ['`@maria` in code', 'mentions'],
  ['commit 4f2c9d1e5a7b', 'mentions'],
  ['[x](https://evil.example)', 'links'],
  ['https://evil.example', 'links'],
  ['www.evil.example', 'links'],
  ['![x](https://github.com/example/api/p.png)', 'images'],
  ['a <b>bold</b> word', 'HTML'],
  ['<script>x', 'HTML'],
  ['| a | b |\n| - | - |\n| a | b | c |', 'broken rows'],
  ['text\n<!-- plimsoll v=1 key=x run=1.1 -->', 'forged markers'],
  ['a\u202eb', 'characters that do not show'],
  ['a \u200b b', 'characters that do not show'],
]
for (const [text, breach] of MARKDOWN)
  test(`the judge of Markdown sees ${breach} in ${JSON.stringify(text)}`, t => {
    if (!needProgram(t, 'cmark-gfm')) return
    const found = breachesOf(tell => judgeMarkdown([text, 'another document'], tell))
    assert.ok(found.includes(breach), found.join())
  })

test('the judge of Markdown has nothing against our own', t => {
  if (!needProgram(t, 'cmark-gfm')) return
  const text = `<!-- plimsoll v=1 key=x run=1.1 head=${'a'.repeat(40)} -->\n## \`a\` **b**\n\n| a |\n| - |\n| \`x\` |\n`
  assert.deepEqual(
    breachesOf(tell => judgeMarkdown([text], tell)),
    [],
  )
})

const COMMANDS: readonly (readonly [string, string | null])[] = [
  ['::error::x', 'error'],
  ['  ::add-mask::e', 'add-mask'],
  ['\u200b::error::x', 'error'],
  [':\u200b:error::x', 'error'],
  ['#5 0.1 ##[add-mask]e', 'add-mask'],
  ['#5 0.1 ::error::x', null],
  [': :error::x', null],
  ['## [add-mask]e', null],
]
for (const [line, name] of COMMANDS)
  test(`the runner reads ${name ?? 'no command'} in ${JSON.stringify(line)}`, () =>
    assert.equal(commandIn(line)?.name ?? null, name))

test('a command is read with its properties and its message', () => {
  assert.deepEqual(commandIn('::warning file=a%2Cb,line=1::one%0Atwo'), {
    form: '::',
    name: 'warning',
    properties: { file: 'a,b', line: '1' },
    data: 'one\ntwo',
  })
  assert.deepEqual(
    breachesOf(tell => judgeCommands(commandsIn('ok\r::set-env name=X::y'), { error: [] }, tell)),
    ['runner commands'],
  )
})

test('outputs are read as the runner reads them, forged ones too', () => {
  const file = 'a=1\nb<<E\none\nE\npassed=true\n'
  assert.deepEqual(
    [...readOutputFile(file)],
    [
      ['a', '1'],
      ['b', 'one'],
      ['passed', 'true'],
    ],
  )
  assert.deepEqual(
    breachesOf(tell => judgeOutputs(file, ['a', 'b'], tell)),
    ['outputs'],
  )
  assert.throws(() => readOutputFile('b<<E\none\n'))
})

test('the judges of HTML, SARIF and terminals see what breaks out', () => {
  const page = (text: string): string => `<p>${text}</p><script type="application/json" id="data">{}</script>`
  assert.deepEqual(
    breachesOf(tell => judgeHtml(page('<b>x'), page('x'), tell)),
    ['HTML'],
  )
  assert.deepEqual(
    breachesOf(tell => judgeHtml(page('x &lt;b&gt;'), page('x'), tell)),
    [],
  )
  const sarif = (text: string): string => JSON.stringify({ runs: [{ results: [{ message: { text } }] }] })
  assert.deepEqual(
    breachesOf(tell => judgeSarif(sarif('[x](y)'), tell)),
    ['links'],
  )
  assert.deepEqual(
    breachesOf(tell => judgeSarif(sarif('\\[x\\](y)'), tell)),
    [],
  )
  assert.deepEqual(
    breachesOf(tell => judgeTerminal('\u001b[1mbold\u001b[0m\n\u001b[2J', tell)),
    ['characters that do not show'],
  )
})

test('made-up strings are the same each time, and all pieces are among them', () => {
  assert.deepEqual(hostileStrings(500), hostileStrings(500))
  assert.ok(hostileStrings(500).includes('##[add-mask]e'))
})

test('a record of system calls gives what was written, with whom was spoken and what was started', () => {
  const record = [
    '10 execve("/usr/bin/node", ["node", "x.js"], 0x7ff /* 3 vars */) = 0',
    '10 openat(AT_FDCWD</home>, "a.txt", O_WRONLY|O_CREAT, 0666) = 5</home/a.txt>',
    '10 openat(AT_FDCWD</home>, "b.txt", O_RDONLY) = 6</home/b.txt>',
    '10 openat(AT_FDCWD</home>, "c.txt", O_WRONLY) = -1 ENOENT (No such file or directory)',
    '10 clone(child_stack=NULL, flags=SIGCHLD) = 11',
    '11 chdir("/srv") = 0',
    '11 execve("/usr/bin/git", ["git", "fetch"], 0x7ff /* 3 vars */) = 0',
    '11 mkdir("made", 0777 <unfinished ...>',
    '10 connect(7<socket:[1]>, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("1.2.3.4")}, 16) = -1 EINPROGRESS (x)',
    '11 <... mkdir resumed>) = 0',
    '10 connect(8<socket:[2]>, {sa_family=AF_UNIX, sun_path="/run/engine.sock"}, 110) = 0',
  ].join('\n')
  const { writes, connections, programs } = readTrace(record, '/home')
  assert.deepEqual(writes, [
    { path: '/home/a.txt', call: 'openat', program: '/usr/bin/node' },
    { path: '/srv/made', call: 'mkdir', program: '/usr/bin/git' },
  ])
  assert.deepEqual(
    connections.map(({ to }) => to),
    ['1.2.3.4:443', 'unix:/run/engine.sock'],
  )
  assert.deepEqual(programs, [
    ['/usr/bin/node', 'node', 'x.js'],
    ['/usr/bin/git', 'git', 'fetch'],
  ])
})
