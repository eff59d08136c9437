import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatMarker, markerOf, parseMarker, withoutMarker } from '../../src/report/marker.ts'

const head = '4f2c9d1e5a7b3c8d9e0f1a2b3c4d5e6f708192a3'
const line = `<!-- plimsoll v=1 key=default run=9876543210.1 head=${head} -->`

test('a marker is one HTML comment in one line', () => {
  assert.equal(formatMarker({ key: 'default', run: '9876543210.1', head }), line)
  assert.deepEqual(parseMarker(line), { key: 'default', run: '9876543210.1', head })
})

const keys: readonly (readonly [string, string])[] = [
  ['', ''],
  ['api', 'api'],
  ['my-image_1.2', 'my-image_1.2'],
  ['a--b', 'a-%2Db'],
  ['----', '-%2D%2D%2D'],
  ['a b', 'a%20b'],
  ['-->', '-%2D%3E'],
  ['x run=1.1 head=0', 'x%20run%3D1.1%20head%3D0'],
  ["!'()*~", '%21%27%28%29%2A%7E'],
  ['bücher\n', 'b%C3%BCcher%0A'],
  ['%2D', '%252D'],
]
for (const [key, encoded] of keys) {
  test(`the key ${JSON.stringify(key)} is written as ${JSON.stringify(encoded)} and read back`, () => {
    const written = formatMarker({ key, run: '1.1', head })
    assert.equal(written, `<!-- plimsoll v=1 key=${encoded} run=1.1 head=${head} -->`)
    assert.deepEqual(parseMarker(written), { key, run: '1.1', head })
  })
}

test('whatever the key, the marker stays one comment in one line of printable ASCII and reads back', () => {
  const key = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[-<>!% =]*$/))
  fc.assert(
    fc.property(key, text => {
      const written = formatMarker({ key: text, run: '12.3', head })
      assert.match(written, /^<!-- [\x21-\x7e ]+ -->$/)
      assert.doesNotMatch(written.slice(4, -3), /--|[<>]/)
      assert.deepEqual(parseMarker(written), {
        key: text.replace(/\p{Surrogate}/gu, '\ufffd'),
        run: '12.3',
        head,
      })
    }),
  )
})

const strangers: readonly (readonly [string, string])[] = [
  ['text before it', `x ${line}`],
  ['text after it', `${line} x`],
  ['a space more', line.replace('v=1', ' v=1')],
  ['another version', line.replace('v=1', 'v=2')],
  ['another tool', line.replace('plimsoll', 'image-report')],
  ['a field more', line.replace(' -->', ' x=1 -->')],
  ['a field less', line.replace(' run=9876543210.1', '')],
  ['fields in another order', `<!-- plimsoll v=1 run=1.1 key=default head=${head} -->`],
  ['a short head', line.replace(head, '4f2c9d1')],
  ['a head in capitals', line.replace(head, head.toUpperCase())],
  ['a run without attempt', line.replace('.1 ', ' ')],
  ['a run that begins with 0', line.replace('run=9', 'run=09')],
  ['a key that is not in its one encoding', line.replace('default', '%64efault')],
  ['a key that is broken', line.replace('default', '%C3')],
  ['a quote', `> ${line}`],
  ['nothing', ''],
]
for (const [what, text] of strangers) {
  test(`a line with ${what} is no marker`, () => assert.equal(parseMarker(text), null))
}

test('only the first line of a body can hold the marker', () => {
  assert.deepEqual(markerOf(`${line}\n## text`), { key: 'default', run: '9876543210.1', head })
  assert.deepEqual(markerOf(`${line}\r\n## text`), { key: 'default', run: '9876543210.1', head })
  assert.equal(markerOf(`\n${line}\n## text`), null)
  assert.equal(markerOf(`## text\n${line}`), null)
})

test('a body without its marker is what follows the first line', () => {
  assert.equal(withoutMarker(`${line}\n## text\nmore`), '## text\nmore')
  assert.equal(withoutMarker(line), '')
  assert.equal(withoutMarker('## text\nmore'), '## text\nmore')
})

test('a run or head that could not be read back is refused', () => {
  assert.throws(() => formatMarker({ key: 'k', run: '1', head }), /"<id>.<attempt>"/)
  assert.throws(() => formatMarker({ key: 'k', run: '1.1', head: 'HEAD' }), /full SHA/)
})
