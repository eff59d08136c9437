import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderInspectMarkdown } from '../../src/render/markdown-report.ts'
import { renderSummary, SUMMARY_MAX_BYTES } from '../../src/render/summary.ts'
import { matchGolden } from '../support/golden.ts'
import { makeCause, makeContext, makeFinding, makeReport, makeReview } from '../support/report-factory.ts'
import { naughtyStrings } from '../support/strings.ts'
import { inspected } from './inspected.ts'
import { judgeMarkdown } from './judge-markdown.ts'
import { EXAMPLES, hostileReview, LONG_EXAMPLES } from './reviews.ts'

test('the summary is the comment with everything open and no marker', t => {
  const { review, context } = EXAMPLES['grew-over-budget']!()
  const text = renderSummary(review, context)
  assert.doesNotMatch(text, /<details>|<!--/)
  for (const title of [
    'Why it grew',
    'How to get back',
    'All findings',
    'All changes',
    'Bytes per',
    'How this was',
  ]) {
    assert.match(text, new RegExp(`^### ${title}`, 'm'))
  }
  matchGolden('summary-grew-over-budget.md', text)
  judgeMarkdown(t, text)
})

for (const [name, make] of Object.entries(LONG_EXAMPLES)) {
  test(`a summary with ${name} stays below the limit in bytes`, t => {
    const { review, context } = make()
    const text = renderSummary(review, context)
    const bytes = Buffer.byteLength(text)
    assert.ok(bytes <= SUMMARY_MAX_BYTES, `${bytes} bytes`)
    assert.ok(text.isWellFormed())
    assert.equal(/everything is in `review\.json`/.test(text), review.causes!.length > 2000)
    judgeMarkdown(t, text)
  })
}

test('a summary of long names of four bytes a character stays below the limit in bytes', () => {
  const name = (i: number): string => `/${'😀'.repeat(300)}/${i}`
  const review = makeReview({
    causes: Array.from({ length: 3000 }, (_, i) =>
      makeCause({ kind: 'file', name: name(i), bytes: 1e6 - i }),
    ),
    findings: {
      introduced: Array.from({ length: 3000 }, (_, i) => makeFinding({ subject: name(i), bytes: 1e6 - i })),
    },
  })
  assert.ok(Buffer.byteLength(renderSummary(review, makeContext())) <= SUMMARY_MAX_BYTES)
})

test('naughty strings in every place of a review leave the summary sound', t => {
  const strings = naughtyStrings(t)
  if (strings === null) return
  const { review, context } = hostileReview(strings)
  const text = renderSummary(review, context)
  assert.ok(/^### All findings \(\d+\)$/m.test(text))
  judgeMarkdown(t, text)
})

test('an image in Markdown is as its golden file shows it', t => {
  const text = renderInspectMarkdown(inspected())
  matchGolden('inspect.md', text)
  judgeMarkdown(t, text)
})

test('naughty strings in every place of a report leave its Markdown sound', t => {
  const strings = naughtyStrings(t)
  if (strings === null) return
  const report = inspected()
  const text = renderInspectMarkdown(
    makeReport({
      image: {
        ...report.image,
        source: strings[200]!,
        platform: strings[201]!,
        base: { name: strings[202]!, layers: 1, evidence: 'build' },
      },
      layers: strings.map((text, index) => ({
        ...report.layers[2]!,
        index,
        instruction: text,
        line: { file: text, start: 1, end: 2 },
      })),
      packages: strings.map(name => ({ ...report.packages[0]!, name, version: name })),
      findings: strings.map((text, i) =>
        makeFinding({
          rule: text || 'x',
          title: text,
          subject: text,
          line: { file: text, start: i, end: i },
          advice: { summary: text, edit: null, saves: 1 },
        }),
      ),
      paths: strings.map(path => ({ ...report.paths[0]!, path })),
    }),
  )
  judgeMarkdown(t, text)
})

test('an image with a secret says so before its other findings, in the summary and in Markdown of one image', () => {
  const { review, context } = EXAMPLES.secret!()
  assert.match(renderSummary(review, context), /^- `\/app\/key\.pem` · .*: A private key\./m)
  const text = renderInspectMarkdown(makeReport({ findings: review.findings.introduced }))
  assert.match(text, /^### Secrets in the image\n\n- `\/app\/key\.pem`: A private key\./m)
})
