import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pairLayers, similarity } from '../../src/report/pair-layers.ts'
import { makeLayer } from '../support/report-factory.ts'

/** `RUN a=50`: the instruction and its bytes; equal texts are equal layers only where both are equal. */
const layers = (side: string, texts: readonly string[]) =>
  texts.map((text, index) => {
    const [instruction, content = '1'] = text.split('=')
    return makeLayer({
      index,
      content: Number(content),
      instruction: instruction || null,
      diffId: `${side} ${index}`,
    })
  })

const pairs = (base: readonly string[], head: readonly string[]): readonly string[] =>
  pairLayers(layers('base', base), layers('head', head)).map(
    pair => `${pair.base?.index ?? '–'}:${pair.head?.index ?? '–'}`,
  )

const CASES: Readonly<Record<string, readonly [readonly string[], readonly string[], readonly string[]]>> = {
  'the same': [
    ['RUN a', 'RUN b'],
    ['RUN a', 'RUN b'],
    ['0:0', '1:1'],
  ],
  'white space and continuation lines': [['RUN a \\\n   && b'], ['RUN a && b'], ['0:0']],
  'inserted first': [
    ['RUN a', 'RUN b'],
    ['RUN new', 'RUN a', 'RUN b'],
    ['–:0', '0:1', '1:2'],
  ],
  'removed in the middle': [
    ['RUN a', 'COPY gone /', 'RUN b'],
    ['RUN a', 'RUN b'],
    ['0:0', '1:–', '2:1'],
  ],
  edited: [
    ['COPY . .', 'RUN apt-get install -y gcc', 'CMD x'],
    ['COPY . .', 'RUN apt-get install -y gcc make', 'CMD x'],
    ['0:0', '1:1', '2:2'],
  ],
  'edited and one inserted beside it': [
    ['RUN pip install flask'],
    ['RUN adduser app', 'RUN pip install flask gunicorn'],
    ['–:0', '0:1'],
  ],
  'edited much, with nothing else that it could be': [
    ['RUN a', 'RUN npm install', 'RUN b'],
    ['RUN a', 'RUN npm ci --omit dev', 'RUN b'],
    ['0:0', '1:1', '2:2'],
  ],
  'other instructions in the same place': [
    ['RUN a', 'COPY assets /var/www', 'RUN b'],
    ['RUN a', 'COPY model.bin /opt', 'RUN b'],
    ['0:0', '1:–', '–:1', '2:2'],
  ],
  'another keyword': [['ADD x /x'], ['COPY x /x'], ['0:–', '–:0']],
  'a stage of another name': [['COPY --from=build /app /app'], ['COPY --from=builder /app /app'], ['0:0']],
  reordered: [
    ['RUN a', 'RUN b', 'RUN c'],
    ['RUN c', 'RUN a', 'RUN b'],
    ['2:0', '0:1', '1:2'],
  ],
  'the same twice': [
    ['RUN a', 'RUN b'],
    ['RUN a', 'RUN b', 'RUN a'],
    ['0:0', '1:1', '–:2'],
  ],
  'no words at all': [
    ['', ''],
    ['', '', ''],
    ['0:–', '1:–', '–:0', '–:1', '–:2'],
  ],
}

for (const [name, [base, head, expected]] of Object.entries(CASES))
  test(`layers are paired: ${name}`, () => {
    assert.deepEqual(pairs(base, head), expected)
  })

test('a layer of the same content is the same, whatever made it', () => {
  const one = makeLayer({ index: 0, content: 5, instruction: 'RUN make', diffId: 'same' })
  const other = makeLayer({ index: 0, content: 5, instruction: 'COPY --from=x /a /b', diffId: 'same' })
  assert.deepEqual(pairLayers([one], [other]), [{ base: one, head: other }])
})

test('every layer is in one pair', () => {
  const base = Array.from({ length: 40 }, (_, i) => `RUN ${'abc'[i % 3]} ${i % 7}`)
  const head = Array.from({ length: 37 }, (_, i) => `RUN ${'cab'[i % 3]} ${i % 5}`)
  const found = pairLayers(layers('base', base), layers('head', head))
  const indexes = (side: 'base' | 'head') =>
    found.flatMap(pair => pair[side]?.index ?? []).sort((a, b) => a - b)
  assert.deepEqual(indexes('base'), [...base.keys()])
  assert.deepEqual(indexes('head'), [...head.keys()])
})

test('similarity is the share of words in common, of one keyword', () => {
  assert.equal(similarity('RUN a b', 'RUN a b'), 1)
  assert.equal(similarity('RUN a b', 'RUN a c'), 0.5)
  assert.equal(similarity('RUN a b', 'COPY a b'), 0)
})
