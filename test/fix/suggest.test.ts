import assert from 'node:assert/strict'
import { test } from 'node:test'
import { suggestEdits } from '../../src/fix/suggest.ts'
import { suggestionComments } from '../../src/render/suggestions.ts'
import { readGfm } from '../support/gfm.ts'
import { line, makeFinding } from '../support/report-factory.ts'
import { naughtyStrings } from '../support/strings.ts'

const TEXT = `FROM debian AS build
RUN apt-get update && apt-get install -y make
FROM debian
RUN apt-get update \\
 && apt-get install -y \\
    python3-pip
RUN pip install flask
CMD ["flask"]
`
const lists = makeFinding({
  rule: 'apt-lists',
  subject: '/var/lib/apt/lists',
  title: 'APT package lists',
  bytes: 18_800_000,
  line: line(4, 6),
})
const cache = makeFinding({
  rule: 'pip-cache',
  subject: '/root/.cache/pip',
  title: 'pip cache',
  bytes: 900_000,
  line: line(7),
})

test('an edit is suggested for each instruction that left something new, and for no other', () => {
  const found = suggestEdits(TEXT, 'Dockerfile', [lists, cache])
  assert.deepEqual(
    found.map(({ start, end, after }) => [start, end, ...after]),
    [
      [
        4,
        6,
        'RUN apt-get update \\',
        ' && apt-get install -y \\',
        '    python3-pip \\',
        ' && rm -rf /var/lib/apt/lists/*',
      ],
      [7, 7, 'RUN pip install --no-cache-dir flask'],
    ],
  )
  assert.deepEqual(found[0]!.before, TEXT.split('\n').slice(3, 6))
  assert.deepEqual(
    suggestEdits(TEXT, 'Dockerfile', [cache]).map(({ start }) => start),
    [7],
  )
})

test('a suggestion for several instructions replaces the lines from the first to the last, with other edits between', () => {
  const text = `FROM node
COPY . /app
RUN apt-get update && apt-get install -y curl
COPY data /app/data
RUN chown -R 1000:1000 /app
USER node
`
  const waste = makeFinding({ rule: 'layer-waste', subject: '/app', bytes: 5_000_000, line: line(4) })
  const found = suggestEdits(text, 'Dockerfile', [waste, { ...lists, line: line(3) }])
  assert.deepEqual(
    found.map(({ start, end, after, findings }) => [start, end, after, findings.map(({ rule }) => rule)]),
    [
      [
        2,
        5,
        [
          'COPY --chown=1000:1000 . /app',
          'RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*',
          'COPY --chown=1000:1000 data /app/data',
        ],
        ['apt-lists', 'layer-waste'],
      ],
    ],
  )
})

test('nothing is suggested for what is not of this file, of this line, or of no rule with an edit', () => {
  const compiler = makeFinding({ subject: 'gcc-12', line: line(4, 6) })
  const elsewhere = { ...lists, line: line(4, 6, 'docker/Dockerfile') }
  for (const finding of [compiler, elsewhere, { ...lists, line: null }, { ...lists, line: line(8) }])
    assert.deepEqual(suggestEdits(TEXT, 'Dockerfile', [finding]), [])
})

test('a suggestion says what goes, how much it is, why it is safe, and holds the new lines alone', t => {
  const [first] = suggestionComments(suggestEdits(TEXT, 'Dockerfile', [lists]))
  assert.match(first!.body, /^\*\*APT package lists\*\*, 18\.8 MB\. The lists that `apt-get update` fetches/)
  const [, block] = /```suggestion\n([\s\S]*)\n```$/.exec(first!.body) ?? []
  assert.equal(block, suggestEdits(TEXT, 'Dockerfile', [lists])[0]!.after.join('\n'))
  const gfm = readGfm(t, first!.body)
  if (gfm) assert.deepEqual(gfm.nodes.filter(({ type }) => type === 'code_block').length, 1)
})

test('a text that GitHub would show otherwise than it is, is not suggested', () => {
  const text = 'FROM debian\nRUN pip install flask\u202e\n'
  const finding = { ...cache, line: line(2) }
  const found = suggestEdits(text, 'Dockerfile', [finding])
  assert.deepEqual(suggestionComments(found), [])
})

test('naughty strings in a Dockerfile end no fence of a suggestion', t => {
  const strings = naughtyStrings(t)
  if (strings === null) return
  for (const string of strings) {
    const after = ['RUN pip install --no-cache-dir flask', ...string.split(/[\r\n]+/)]
    const comments = suggestionComments([
      {
        file: 'Dockerfile',
        start: 1,
        end: 1,
        before: ['x'],
        after,
        findings: [{ ...cache, title: string }],
        changes: [{ title: 'x', why: 'y' }],
      },
    ])
    for (const { body } of comments) {
      const gfm = readGfm(t, body)
      if (gfm === null) return
      const blocks = gfm.nodes.filter(({ type }) => type === 'code_block')
      assert.equal(blocks.length, 1, body)
      assert.equal(blocks[0]!.text, `${after.join('\n')}\n`)
    }
  }
})
