import assert from 'node:assert/strict'
import { test } from 'node:test'
import { widthOf } from '../../src/render/terminal/width.ts'
import { renderInspect, renderReview } from '../../src/render/terminal.ts'
import { matchGolden } from '../support/golden.ts'
import { makeReport } from '../support/report-factory.ts'
import { naughtyStrings } from '../support/strings.ts'
import { inspected } from './inspected.ts'
import { EXAMPLES, hostileReview, LONG_EXAMPLES } from './reviews.ts'

const plain = { color: false, width: 100 }

test('an image in a terminal is as its golden file shows it', () =>
  matchGolden('terminal-inspect.txt', renderInspect(inspected(), plain)))

for (const name of [
  'grew-over-budget',
  'shrunk',
  'unchanged',
  'no-baseline',
  'hazard',
  'secret',
  'hostile',
]) {
  test(`the review "${name}" in a terminal is as its golden file shows it`, () => {
    const { review, context } = EXAMPLES[name]!()
    matchGolden(`terminal-${name}.txt`, renderReview(review, context, plain))
  })
}

const texts = (style: {
  readonly color: boolean
  readonly width: number
}): readonly (readonly [string, string])[] => [
  ['inspect', renderInspect(inspected(), style)],
  ...Object.entries({ ...EXAMPLES, ...LONG_EXAMPLES }).map(([name, make]) => {
    const { review, context } = make()
    return [name, renderReview(review, context, style)] as const
  }),
]

for (const width of [80, 100]) {
  test(`at ${width} columns no line is wider, but for words that cannot be broken`, () => {
    for (const [name, text] of texts({ color: false, width })) {
      if (name === 'hostile' || name === 'the longest strings everywhere') continue
      for (const line of text.split('\n'))
        assert.ok(widthOf(line) <= width, `${name}: ${widthOf(line)} columns: ${line}`)
    }
  })
}

test('without colour there is no escape sequence, with colour the text is the same', () => {
  const colours = texts({ color: true, width: 100 })
  for (const [i, [name, text]] of texts(plain).entries()) {
    assert.doesNotMatch(text, /\u001b/, name)
    const colored = colours[i]![1]
    assert.match(colored, /\u001b\[\d+m/)
    // paint takes the place of the backticks around code
    assert.equal(colored.replace(/\u001b\[\d+m/g, '').replaceAll('`', ''), text.replaceAll('`', ''), name)
  }
})

test('naughty strings bring nothing to a terminal but visible characters', t => {
  const strings = naughtyStrings(t)
  if (strings === null) return
  const report = inspected()
  for (let i = 0; i < strings.length; i += 8) {
    const some = strings.slice(i, i + 8)
    const { review, context } = hostileReview(some)
    const image = makeReport({
      image: { ...report.image, source: some[0]!, platform: some[1] ?? '' },
      layers: some.map((text, index) => ({
        ...report.layers[2]!,
        index,
        instruction: text,
        line: { file: text, start: 1, end: 2 },
      })),
      packages: some.map(name => ({ ...report.packages[0]!, name, version: name })),
      findings: review.findings.introduced,
      paths: some.map(path => ({ ...report.paths[0]!, path })),
    })
    for (const text of [renderReview(review, context, plain), renderInspect(image, plain)]) {
      assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
    }
  }
})

test('without a base a terminal shows no change', () => {
  const { review, context } = EXAMPLES['no-baseline']!()
  assert.doesNotMatch(renderReview(review, context, plain), /\+3|\+100|change/)
})
