import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  cellCode,
  cellProse,
  code,
  diffFence,
  link,
  plain,
  prose,
} from '../../../src/render/escape/markdown.ts'
import { table } from '../../../src/render/markdown/table.ts'
import { readGfm } from '../../support/gfm.ts'
import { naughtyStrings } from '../../support/strings.ts'
import { judgeMarkdown } from '../judge-markdown.ts'
import { HOSTILE } from '../reviews.ts'

const GAP = '\u200b'

const codes: readonly (readonly [string, string])[] = [
  ['/usr/lib', '`/usr/lib`'],
  ['', '`""`'],
  [' ', '` `'],
  [' a ', '`  a  `'],
  ['`', '`` ` ``'],
  ['a``b', '```a``b```'],
  ['`a', '`` `a ``'],
  ['@org/team', `\`@${GAP}org/team\``],
  ['a@b', `\`a@${GAP}b\``],
  ['#12', `\`#${GAP}12\``],
  ['# comment', '`# comment`'],
  ['gh-12', `\`gh-${GAP}12\``],
  ['<!-- x', `\`<${GAP}!-- x\``],
  ['a|b', '`a|b`'],
  ['a\nb\tc', '`a\\nb\\tc`'],
  ['x\u202ey', '`x\\u202ey`'],
  ['x\u200by\u{e0041}', '`x\\u200by\\u{e0041}`'],
  ['\ud800', '`\\ud800`'],
  ['\u001b[31m', '`\\x1b[31m`'],
]
for (const [data, shown] of codes) {
  test(`the code span of ${JSON.stringify(data)} is ${JSON.stringify(shown)}`, () =>
    assert.equal(code(data), shown))
}

const cells: readonly (readonly [string, string])[] = [
  ['a|b', '`a\\|b`'],
  ['a\\|b', `\`a\\${GAP}\\|b\``],
  ['a\\\\|b', `\`a\\\\${GAP}\\|b\``],
  ['|', '`\\|`'],
  ['a\\', '`a\\`'],
]
for (const [data, shown] of cells) {
  test(`in a table cell the code span of ${JSON.stringify(data)} is ${JSON.stringify(shown)}`, () =>
    assert.equal(cellCode(data), shown))
}

const words: readonly (readonly [string, string])[] = [
  ['APT package lists', 'APT package lists'],
  ['C & C++ <x>', 'C &amp; C++ &lt;x&gt;'],
  ['*a* _b_ [c](d) ~e~', '\\*a\\* \\_b\\_ \\[c\\](d) \\~e\\~'],
  ['see https://x.example', `see https:${GAP}//x.example`],
  ['www.x.example', `www${GAP}.x.example`],
  [':octocat:', `:${GAP}octocat:`],
  ['Dockerfile:9', 'Dockerfile:9'],
  ['@me', `@${GAP}me`],
  ['4f2c9d1', `4f2c9d${GAP}1`],
  ['$x$', '&#36;x&#36;'],
  ['# heading', '\\# heading'],
  ['- item', '\\- item'],
  ['1. item', `1${GAP}. item`],
  ['42.3 MB', '42.3 MB'],
  ['   ', '–'],
]
for (const [text, shown] of words) {
  test(`the plain text of ${JSON.stringify(text)} is ${JSON.stringify(shown)}`, () =>
    assert.equal(plain(text), shown))
}

test('a sentence keeps its code and escapes the rest', () => {
  assert.equal(prose('append `&& rm -rf /x/*` to *it*'), 'append `&& rm -rf /x/*` to \\*it\\*')
  assert.equal(prose('`a` and `b`'), '`a` and `b`')
  assert.equal(prose('an odd ` is text'), 'an odd \\` is text')
  assert.equal(cellProse('`a|b` or c|d'), '`a\\|b` or c\\|d')
})

test('a long name keeps its start and its end', () => {
  assert.equal(code('abcdefghij', 7), '`abc…hij`')
  assert.equal(code('😀'.repeat(5), 3), '`😀…😀`')
})

test('only a plain http address becomes a link', () => {
  assert.equal(link('`x`', 'https://github.com/a/b#L1'), '[`x`](https://github.com/a/b#L1)')
  for (const url of [
    null,
    'javascript:alert(1)',
    'https://x/(y)',
    'https://x/ y',
    'https://x/"',
    `https://x/${'a'.repeat(500)}`,
  ]) {
    assert.equal(link('`x`', url), '`x`')
  }
})

test('a diff stays in its fence, or is not shown', () => {
  assert.equal(diffFence('RUN a\n', 'RUN a \\\n && b\n'), '```diff\n-RUN a\n+RUN a \\\n+ && b\n```')
  assert.equal(diffFence('', '```'), '````diff\n+```\n````')
  for (const text of [
    '<!-- x -->',
    'FROM x@sha256:1',
    'a\u202eb',
    'a\u0000',
    'x'.repeat(300),
    'a\n'.repeat(40),
  ]) {
    assert.equal(diffFence('RUN a', text), null, text)
  }
  assert.equal(diffFence('same', 'same'), null)
})

const everySink = (data: string): string => {
  const row = [cellCode(data), plain(data), cellProse(data), cellProse(`\`${data}\``), 'end']
  const columns = row.map((_, i) => ({ title: String(i) }))
  const paragraphs = [`${code(data)} x`, `**${plain(data)}** x`, prose(data), prose(`x \`${data}\` y`)]
  return `${table(columns, [row])}\n\n${paragraphs.join('\n\n')}\n\n- ${prose(data)}\n`
}

test('no naughty string makes a mention, a link, an image, HTML or another cell', t => {
  const strings = naughtyStrings(t)
  if (strings === null) return
  judgeMarkdown(t, [...strings, ...HOSTILE].map(everySink).join('\n'))
})

test('no generated string makes a mention, a link, an image, HTML or another cell', t => {
  const piece = fc.constantFrom(
    ...[
      '@',
      '#',
      '1',
      'a',
      '|',
      '\\',
      '`',
      '<',
      '!--',
      '>',
      '&',
      ';',
      '[',
      ']',
      '(',
      ')',
      '!',
      '*',
      '_',
      '~',
      ':',
      '/',
      'www.',
      'http',
      '.',
      '\n',
      '\r',
      ' ',
      '\u2028',
      '\u202e',
      '\ud800',
      'b.c',
      '$',
      '-',
      '=',
    ],
  )
  const texts = fc.sample(
    fc.array(piece, { maxLength: 12 }).map(parts => parts.join('')),
    { numRuns: 2000, seed: 20261121 },
  )
  judgeMarkdown(t, texts.map(everySink).join('\n'))
})

test('what a renderer shows in code is the data, its invisible characters spelled out', t => {
  const strings = ['a|b', 'a\\|b', 'a\\\\|b', '`', '``a`', ' a ', '<b>', '&amp;', '\\', '|', '*a*']
  const gfm = readGfm(
    t,
    strings.map(data => `x ${code(data)} y\n\n|a|\n|-|\n| ${cellCode(data)} |\n`).join('\n'),
  )
  if (gfm === null) return
  const shown = gfm.nodes.filter(({ type }) => type === 'code').map(({ text }) => text.replaceAll(GAP, ''))
  assert.deepEqual(
    shown,
    strings.flatMap(data => [data, data]),
  )
})
