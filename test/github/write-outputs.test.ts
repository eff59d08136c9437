import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type ActionOutputs, OUTPUT_NAMES, writeOutputs } from '../../src/github/write-outputs.ts'

const outputs: ActionOutputs = {
  size: 312_400_000,
  'base-size': 274_200_000,
  'size-diff': 38_200_000,
  'size-diff-percent': 13.9,
  'leftover-size': 71_300_000,
  findings: 9,
  passed: false,
  imageid: `sha256:${'a'.repeat(64)}`,
  'base-sha': 'b'.repeat(40),
  'report-json': '/tmp/plimsoll/report.json',
  'report-markdown': '/tmp/plimsoll/report.md',
  'report-html': '/tmp/plimsoll/report.html',
  'report-sarif': '/tmp/plimsoll/report.sarif',
  baseline: '/tmp/baselines/abc.json',
  'comment-id': 1001,
  'comment-written': true,
  json: '{"verdict":"fail"}',
}

/** Writes outputs as a step would, and reads them as the runner does. */
const written = (t: TestContext, values: ActionOutputs) => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'outputs')
  writeFileSync(path, '')
  process.env.GITHUB_OUTPUT = path
  const withheld = writeOutputs(values)
  return { withheld, read: readAsRunner(readFileSync(path, 'utf8')) }
}

const readAsRunner = (text: string): Readonly<Record<string, string>> => {
  const lines = text.split('\n')
  const values: Record<string, string> = {}
  for (let line = lines.shift(); line; line = lines.shift()) {
    const [, name = '', delimiter = ''] =
      /^([\w-]+)<<(\S+)$/.exec(line) ?? assert.fail(`not an output: ${line}`)
    const end = lines.indexOf(delimiter)
    values[name] = lines.splice(0, end).join('\n')
    lines.shift()
  }
  return values
}

test('every output is set, as text', t => {
  const { withheld, read } = written(t, outputs)
  assert.deepEqual(withheld, [])
  assert.deepEqual(Object.keys(read), OUTPUT_NAMES)
  assert.deepEqual(read, {
    ...Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, String(value)])),
    'size-diff-percent': '13.90',
  })
})

test('what is not known is empty, never 0', t => {
  const nothing = Object.fromEntries(OUTPUT_NAMES.map(name => [name, null])) as unknown as ActionOutputs
  const { read } = written(t, { ...nothing, passed: true, 'comment-written': false })
  for (const name of OUTPUT_NAMES) {
    assert.equal(read[name], name === 'passed' ? 'true' : name === 'comment-written' ? 'false' : '', name)
  }
})

test('the JSON is one line of ASCII that means the same', t => {
  const value = { path: '/srv/\u00e9\u202e\u{1f40b}\x7f\n::x::', list: [1, '`$(id)`'] }
  const { read } = written(t, { ...outputs, json: JSON.stringify(value, null, 2) })
  assert.match(read.json ?? '', /^[\x20-\x7e]+$/)
  assert.deepEqual(JSON.parse(read.json ?? ''), value)
})

test('JSON above the limit is left out, and said so', t => {
  const { withheld, read } = written(t, { ...outputs, json: JSON.stringify('x'.repeat(255_998)) })
  assert.deepEqual(withheld, [])
  assert.equal(read.json?.length, 256_000)
  const over = written(t, { ...outputs, json: JSON.stringify('x'.repeat(255_999)) })
  assert.deepEqual(over.withheld, ['json'])
  assert.equal(over.read.json, '')
})

const hostile = ['/tmp/a\nsize<<x\n0\nx', '/tmp/\u00e9', '/tmp/\x1b[31m', 'a\r', '\u2028']
for (const value of hostile) {
  test(`the value ${JSON.stringify(value)} is left out, and said so`, t => {
    const { withheld, read } = written(t, { ...outputs, 'report-json': value })
    assert.deepEqual(withheld, ['report-json'])
    assert.equal(read['report-json'], '')
    assert.equal(read.size, '312400000')
  })
}
