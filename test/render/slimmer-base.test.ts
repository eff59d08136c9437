import assert from 'node:assert/strict'
import { test } from 'node:test'
import { othersLine } from '../../src/render/markdown/quiet-lines.ts'
import { renderInspect } from '../../src/render/terminal/inspect.ts'
import type { ReportImage } from '../../src/report/types.ts'
import { makeContext, makeFinding, makeImage, makeReport, makeReview } from '../support/report-factory.ts'

const base: NonNullable<ReportImage['base']> = {
  name: 'python:3.12',
  layers: 7,
  evidence: 'build',
  slimmer: { name: 'python:3.12-slim', why: 'the same Python without compilers and headers' },
}
const gcc = makeFinding({ inherited: true, bytes: 20_000_000 })

const line = (image: ReportImage, inherited = [gcc], baseImage = image): string | null => {
  const review = makeReview({ findings: { inherited } })
  const page = {
    review: { ...review, base: { ...review.base!, image: baseImage }, head: { ...review.head, image } },
    context: makeContext(),
  }
  return othersLine(page as Parameters<typeof othersLine>[0])
}

test('what came with the base image is one line that names a slimmer one', () => {
  assert.equal(
    line(makeImage({ base })),
    'Leftovers not from this pull request: 20.0 MB inherited from `python:3.12` (1 finding). ' +
      'A slimmer base: `python:3.12-slim`, the same Python without compilers and headers.',
  )
  assert.doesNotMatch(line(makeImage({ base: { ...base, slimmer: null } })) ?? '', /slimmer/)
  assert.equal(line(makeImage({ base }), []), null)
  const before = makeImage({ base: { ...base, name: 'python:3.12-slim' } })
  assert.match(
    line(makeImage({ base }), [gcc], before) ?? '',
    /^`python:3\.12` brings leftovers of its own: 20\.0 MB \(1 finding\)\. A slimmer base/,
  )
})

test('a terminal says so too', () => {
  const report = makeReport({ image: makeImage({ base }), findings: [gcc] })
  const text = renderInspect(report, { color: false, width: 200 } as Parameters<typeof renderInspect>[1])
  assert.match(text, /20\.0 MB more came with the base image \(1 finding\); python:3\.12-slim is slimmer/)
})
