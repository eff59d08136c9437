import assert from 'node:assert/strict'
import { test } from 'node:test'
import { annotationsFor } from '../../src/render/annotations.ts'
import { line, makeCause, makeFinding, makeReview } from '../support/report-factory.ts'
import { naughtyStrings } from '../support/strings.ts'
import { EXAMPLES, hostileReview } from './reviews.ts'

test('new leftovers of one line are one warning, a broken budget is an error at the line that added most', () => {
  const notes = annotationsFor(EXAMPLES['grew-over-budget']!().review)
  assert.deepEqual(
    notes.map(({ level, file, startLine, endLine, title }) => ({ level, file, startLine, endLine, title })),
    [
      { level: 'error', file: 'Dockerfile', startLine: 14, endLine: 17, title: 'Over budget: max +20 MB' },
      { level: 'error', file: 'Dockerfile', startLine: 14, endLine: 17, title: 'Over budget: max 10 MB' },
      {
        level: 'warning',
        file: 'Dockerfile',
        startLine: 14,
        endLine: 17,
        title: '71.3 MB of build leftovers',
      },
    ],
  )
  assert.match(notes[0]!.message, /312\.4 MB \(\+38\.2 MB\).*adds most: \+71\.3 MB/)
  assert.match(notes[2]!.message, /gcc-12.*56\.5 MB.*\nAPT package lists .*14\.8 MB/)
})

test('what does not fail the check is no error', () => {
  const levels = ['warn-only', 'above-warning'].flatMap(name =>
    annotationsFor(EXAMPLES[name]!().review).map(({ level }) => level),
  )
  assert.ok(levels.length > 1)
  assert.ok(levels.every(level => level === 'warning'))
})

test('what was there before, hints and findings without a line make no note', () => {
  const review = makeReview({
    findings: {
      introduced: [makeFinding({ certainty: 'hint', line: line(3) }), makeFinding({ line: null })],
      existing: [makeFinding({ line: line(4) })],
      inherited: [makeFinding({ line: line(5) })],
      resolved: [makeFinding({ line: line(6) })],
    },
  })
  assert.deepEqual(annotationsFor(review), [])
  assert.deepEqual(annotationsFor(EXAMPLES['no-baseline']!().review), [])
})

for (const [lines, shown] of [
  [9, 9],
  [10, 10],
  [60, 10],
] as const) {
  test(`${lines} lines with leftovers make ${shown} warnings`, () => {
    const findings = Array.from({ length: lines }, (_, i) =>
      makeFinding({ subject: `p${i}`, bytes: 1e6 - i, line: line(i + 1) }),
    )
    const notes = annotationsFor(makeReview({ findings: { introduced: findings } }))
    assert.equal(notes.length, shown)
    if (lines > 9) {
      assert.deepEqual(
        { ...notes[9], message: '' },
        {
          level: 'warning',
          file: null,
          startLine: null,
          endLine: null,
          title: `${lines - 9} more`,
          message: '',
        },
      )
    }
  })
}

test('a budget that no line broke has no place', () => {
  const review = makeReview({
    causes: [makeCause({ kind: 'base-image', name: 'node:24', bytes: 5_000_000, change: 'grew' })],
    budgets: [{ name: 'max-increase', limit: '1 MB', actual: 5_000_000, passed: false, level: 'fail' }],
  })
  assert.equal(annotationsFor(review)[0]!.file, null)
})

test('naughty strings bring no command into a note', t => {
  const strings = naughtyStrings(t)
  if (strings === null) return
  for (const { title, message } of annotationsFor(hostileReview(strings).review)) {
    assert.doesNotMatch(`${title}\n${message}`, /::|##\[|[^\P{Cc}\n]|[\u202a-\u202e]/u)
  }
})
