import assert from 'node:assert/strict'
import { test } from 'node:test'
import { COMMENT_MAX_UNITS, renderComment, sameComment } from '../../src/render/comment.ts'
import { markerOf } from '../../src/report/marker.ts'
import type { Side } from '../../src/report/types.ts'
import { matchGolden } from '../support/golden.ts'
import { line, makeCause, makeContext, makeFinding, makeReview } from '../support/report-factory.ts'
import { naughtyStrings } from '../support/strings.ts'
import { judgeMarkdown } from './judge-markdown.ts'
import { EXAMPLES, hostileReview, LONG_EXAMPLES } from './reviews.ts'

const render = (name: string): string => {
  const { review, context } = EXAMPLES[name]!()
  return renderComment(review, context)
}

for (const name of Object.keys(EXAMPLES)) {
  test(`the comment "${name}" is as its golden file shows it`, () =>
    matchGolden(`comment-${name}.md`, render(name)))

  test(`the comment "${name}" is sound Markdown with our own links alone`, t =>
    judgeMarkdown(t, render(name)))

  test(`the comment "${name}" shows at most 45 lines before anything is opened`, () => {
    const visible = render(name)
      .replace(/<details>[\s\S]*?<\/details>/g, '<details>')
      .split('\n')
      .filter(text => text !== '' && !text.startsWith('<!--'))
    if (name !== 'hostile') assert.ok(visible.length <= 45, `${visible.length} lines`)
  })
}

for (const [name, make] of Object.entries(LONG_EXAMPLES)) {
  test(`a comment with ${name} stays below the limit, marker first, and says that it is short`, t => {
    const { review, context } = make()
    const text = renderComment(review, context)
    assert.ok(text.length < COMMENT_MAX_UNITS, `${text.length} units`)
    assert.notEqual(markerOf(text), null)
    assert.match(text, /^<sub>\[everything is in the job summary\]/m)
    assert.ok(text.isWellFormed())
    judgeMarkdown(t, text)
  })
}

test('sections go in order: lines first, then changes, then findings, advice last', () => {
  const sizes = [10, 100, 300, 1000].map(nameLength => {
    const name = (i: number): string => `/srv/${'|'.repeat(nameLength)}/${i}`
    const review = makeReview({
      causes: Array.from({ length: 50 }, (_, i) =>
        makeCause({ kind: 'file', name: name(i), bytes: 1_000_000 - i, line: line(i + 1) }),
      ),
      findings: {
        introduced: Array.from({ length: 50 }, (_, i) =>
          makeFinding({ subject: name(i), bytes: 900_000 - i, line: line(i + 1) }),
        ),
      },
    })
    const text = renderComment(
      review,
      makeContext({ repositoryUrl: `https://github.com/${'o'.repeat(200)}/${'r'.repeat(100)}` }),
    )
    return ['Bytes per', 'All changes', 'indings (', 'How to get back'].map(title => text.includes(title))
  })
  assert.ok(sizes.every(([lines, changes, findings]) => (!lines || changes) && (!changes || findings)))
  assert.ok(sizes.every(([, , , advice]) => advice))
  assert.ok(sizes.some(([lines]) => !lines))
})

test('a comment is the same with another run, head, base commit and version', () => {
  const { review, context } = EXAMPLES['grew-over-budget']!()
  const commit = (digit: string): string => digit.repeat(40)
  const again = renderComment(
    { ...review, head: { ...review.head, ref: commit('c') }, base: { ...review.base!, ref: commit('b') } },
    {
      ...context,
      runId: '9876543299.2',
      headSha: commit('c'),
      runUrl: `${context.runUrl}9`,
      version: '1.0.1',
    },
  )
  const first = renderComment(review, context)
  assert.notEqual(again, first)
  assert.ok(sameComment(first, again))
  assert.ok(sameComment(first.replaceAll('\n', '\r\n'), again), 'GitHub may answer with other line ends')
})

test('a comment is not the same when a number, a name or a line differs', () => {
  const text = render('grew-over-budget')
  for (const [from, to] of [
    ['312.4 MB', '312.5 MB'],
    ['`gcc-12`', '`gcc-13`'],
    ['#L14-L17', '#L15-L18'],
    ['first parent', 'merge base'],
  ]) {
    assert.equal(sameComment(text, text.replace(from!, to!)), false, `${from} → ${to}`)
  }
})

test('without a head there is no marker and no link to a line', () => {
  const { review, context } = EXAMPLES['grew-over-budget']!()
  const text = renderComment(review, { ...context, headSha: null, runId: null, runUrl: null })
  assert.match(text, /^## /)
  assert.doesNotMatch(text, /\]\(/)
})

test('without a base nothing is called a change', () => {
  const text = render('no-baseline')
  assert.doesNotMatch(text, /\+3|\+100|new leftovers|Change/)
  assert.match(text, /no baseline/)
})

test('the rows of "Why it grew" add up to the total as printed', () => {
  const values = [1_049_999, 1_049_999, 1_049_999, -333_333, 94_999].map((bytes, i) =>
    makeCause({ kind: 'directory', name: `/d${i}`, bytes, change: 'grew' }),
  )
  const text = renderComment(makeReview({ causes: values }), makeContext())
  const [, why = ''] = text.split('### Why it grew\n\n')
  const rows = [...why.split('\n\n')[0]!.matchAll(/^\| (\*\*)?([+−]?)([\d.]+) MB(?:\*\*)? \| /gm)].map(
    ([, bold, sign, number]) => ({
      isTotal: bold !== undefined,
      tenths: Math.round(Number(number) * 10) * (sign === '−' ? -1 : 1),
    }),
  )
  const total = rows.find(({ isTotal }) => isTotal)!.tenths
  assert.equal(
    rows.filter(({ isTotal }) => !isTotal).reduce((sum, { tenths }) => sum + tenths, 0),
    total,
  )
  assert.equal(total, 29)
})

test('naughty strings in every place of a review leave the comment sound', t => {
  const strings = naughtyStrings(t)
  if (strings === null) return
  for (let i = 0; i < strings.length; i += 40) {
    const { review, context } = hostileReview(strings.slice(i, i + 40))
    judgeMarkdown(t, renderComment(review, context))
  }
})

test('a secret is told before anything else, in a quiet comment, too', () => {
  const { review, context } = EXAMPLES.secret!()
  const text = renderComment(review, context)
  assert.match(text, /^## ⚠️ .*, 1 new secret$/m)
  assert.ok(text.indexOf('### Secrets in the image') < text.indexOf('<details>'))
  const known = { ...review, findings: { ...review.findings, introduced: [] } }
  const quiet = renderComment(known, context)
  assert.match(quiet, /^## ✅ Image size unchanged/m)
  assert.match(quiet, /^- `\/root\/\.npmrc` · .* · base branch: A token for npm\./m)
})

for (const [what, inherited, leftovers, change] of [
  ['known on both sides', [100e6, 100e6], [50e6, 30e6], '−20.0 MB'],
  ['known on one side only', [null, 100e6], [50e6, 30e6], ''],
  ['unknown where nothing was left', [100e6, null], [50e6, 0], '−50.0 MB'],
] as const)
  test(`what was left behind is compared where the base image is ${what}`, () => {
    const { base, head, delta, ...rest } = makeReview({
      causes: [makeCause({ name: 'curl', bytes: 40_000_000 })],
      findings: { existing: [makeFinding({ bytes: 30_000_000 })] },
    })
    const side = (of: Side, i: 0 | 1): Side => ({
      ...of,
      size: { ...of.size, leftovers: leftovers[i], inherited: inherited[i] },
    })
    const review = {
      ...rest,
      base: side(base!, 0),
      head: side(head, 1),
      delta: { ...delta!, leftovers: leftovers[1] - leftovers[0] },
    }
    const row = /^\| of which build leftovers .*$/m.exec(renderComment(review, makeContext()))?.[0]
    assert.equal(row?.split('|')[4]?.trim(), change)
  })

test('parts of a change that are next to nothing beside the largest are not named', () => {
  const parts = [8_400_000, 90_000, -195].map((bytes, i) => ({ name: `/app/${'abc'[i]}`, bytes }))
  const cause = makeCause({ kind: 'directory', name: '/app', bytes: 8_489_805, parts })
  const text = renderComment(makeReview({ causes: [cause] }), makeContext())
  assert.match(text, /mostly `a` \+8\.4 MB, `b` \+90\.0 kB/)
  assert.doesNotMatch(text, /−195 B/)
})
