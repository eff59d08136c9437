import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { unpackRows } from '../../page/rows.ts'
import { visible } from '../../src/render/escape/visible.ts'
import { foldRows } from '../../src/render/html/fold-rows.ts'
import { pageJson } from '../../src/render/html/page-data.ts'
import type { MapRow, PageData } from '../../src/render/html/page-types.ts'
import { renderHtml } from '../../src/render/html.ts'
import type { HiddenPathRow, ImageReport, PathRow } from '../../src/report/types.ts'
import {
  line,
  makeFinding,
  makeLayer,
  makePathRow,
  makeReport,
  makeReview,
} from '../support/report-factory.ts'
import { naughtyStrings } from '../support/strings.ts'

const reportOf = (paths: readonly PathRow[], hiddenPaths: readonly HiddenPathRow[] = []): ImageReport =>
  makeReport({
    layers: [
      makeLayer({ index: 0, content: 1000, inherited: true }),
      makeLayer({ index: 1, content: 1000, line: line(3), instruction: 'RUN make' }),
    ],
    paths,
    hiddenPaths,
  })

const context = { name: 'api', version: '1.0.0' }
const HOSTILE = [
  '</script><script>alert(1)</script>',
  '<!--',
  '<img src=x onerror=alert(1)>',
  '\u2028',
  '&lt;',
  '"\'`',
]

/** The page's data as its program reads it. */
const dataOf = (page: string): PageData =>
  JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/.exec(page)![1]!)

test('the page may run its own program and style and nothing else', () => {
  const page = renderHtml(reportOf([]), { base: null, head: reportOf([]) }, context)
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)![1]!
  const program = /<script>([\s\S]*?)<\/script>/.exec(page)![1]!
  const style = /<style>([\s\S]*?)<\/style>/.exec(page)![1]!
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  assert.equal(
    policy,
    `default-src 'none'; script-src ${hash(program)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`,
  )
  assert.doesNotMatch(page, /<link|<iframe|<img|\ssrc=|\shref=|@import|url\(/)
  assert.match(program, /d3-hierarchy[\s\S]*Permission to use, copy, modify/)
})

test('data in every place is text: it opens and closes no element', () => {
  const plain = renderHtml(makeReview(), { base: null, head: reportOf([makePathRow('/a', 1)]) }, context)
  const count = (page: string): number => page.match(/<[a-z!/]/gi)!.length
  for (const text of HOSTILE) {
    const head = {
      ...reportOf([makePathRow(`/${text}`, 1, { owner: `dpkg:${text}` })]),
      image: { ...makeReport().image, source: text },
    }
    const review = makeReview({ overrides: { reasons: [], verdict: 'pass' } })
    assert.equal(
      count(renderHtml(review, { base: null, head }, { name: text, version: text })),
      count(plain),
      text,
    )
  }
})

test('strings that broke other programs come back from the data as visible text', t => {
  const strings = naughtyStrings(t)
  if (!strings) return
  const head = reportOf(strings.map((text, i) => makePathRow(`/${i}/${text.replaceAll('/', '')}`, i + 1)))
  const page = renderHtml(head, { base: null, head }, context)
  const rows = unpackRows(dataOf(page))
  assert.deepEqual(
    new Set(rows.map(({ path }) => path)),
    new Set(head.paths.map(({ path }) => visible(path))),
  )
  assert.equal(page.match(/<\/script/gi)!.length, 2)
})

test('rows add up to base and head, hidden bytes and lines included', () => {
  const base = reportOf([makePathRow('/a', 700)])
  const head = reportOf(
    [makePathRow('/a', 700), makePathRow('/b', 300, { layer: 1 })],
    [{ ...makePathRow('/c', 44), hiddenBy: 1 }],
  )
  const data: PageData = JSON.parse(pageJson(base, head))
  const rows = unpackRows(data)
  assert.deepEqual(
    rows.map(({ path, base, head, hidden, line }) => [path, base, head, hidden, data.lines[line]!.label]),
    [
      ['/a', 700, 700, false, 'base image'],
      ['/b', 0, 300, false, 'Dockerfile:3'],
      ['/c', 0, 44, true, 'base image'],
    ],
  )
})

test('a row is marked as leftover by its package, by its path and by a directory above', () => {
  const head = {
    ...reportOf([
      makePathRow('/usr/bin/gcc', 1, { owner: 'dpkg:gcc-12' }),
      makePathRow('/root/.cache/pip/http/x', 2),
      makePathRow('/root/.cachet', 3),
      makePathRow('/usr/bin/sh', 4, { owner: 'dpkg:dash' }),
    ]),
    findings: [makeFinding(), makeFinding({ rule: 'pip-cache', subject: '/root/.cache' })],
  }
  const marked = unpackRows(JSON.parse(pageJson(null, head))).filter(({ leftover }) => leftover)
  assert.deepEqual(
    marked.map(({ path }) => path),
    ['/root/.cache/pip/http/x', '/usr/bin/gcc'],
  )
})

test('folding keeps the sums of base, head and every line, and makes no more rows than asked for', () => {
  const part = fc.constantFrom('a', 'b', 'c', 'd')
  const rows = fc.array(
    fc.record<MapRow>({
      path: fc.array(part, { minLength: 1, maxLength: 6 }).map(parts => `/${parts.join('/')}`),
      kind: fc.constantFrom('file' as const, 'directory' as const),
      hidden: fc.boolean(),
      leftover: fc.boolean(),
      owner: fc.option(fc.constantFrom('dpkg:a', 'dpkg:b', 'dpkg:c')),
      line: fc.nat(3),
      base: fc.nat(1000),
      head: fc.nat(1000),
    }),
    { maxLength: 120 },
  )
  const sums = (list: readonly MapRow[]): readonly number[][] =>
    [0, 1, 2, 3].map(line => {
      const own = list.filter(each => each.line === line)
      return [own.reduce((sum, { base }) => sum + base, 0), own.reduce((sum, { head }) => sum + head, 0)]
    })
  fc.assert(
    fc.property(rows, fc.integer({ min: 8, max: 60 }), (list, limit) => {
      const folded = foldRows(list, limit)
      // the last step of a line has one row for what no package owns and one for the others
      assert.ok(folded.length <= limit)
      assert.deepEqual(sums(folded), sums(list))
    }),
    { numRuns: 200 },
  )
})

test('a page is below 500 kB however many, long and strange the paths are', () => {
  const long = '<\u2028é'.repeat(300)
  const many = Array.from({ length: 6000 }, (_, i) =>
    makePathRow(`/${i % 50}/${long}/${i}`, i + 1, { owner: `dpkg:${i}${long}` }),
  )
  const findings = Array.from({ length: 3000 }, (_, i) =>
    makeFinding({ subject: `/${long}${i}`, title: long, reason: long }),
  )
  const head = { ...reportOf(many), findings }
  const page = renderHtml(head, { base: null, head }, { name: long, version: '1' })
  assert.ok(Buffer.byteLength(page) < 500_000, `${Buffer.byteLength(page)} bytes`)
  const sum = unpackRows(dataOf(page)).reduce((total, row) => total + row.head, 0)
  assert.equal(
    sum,
    many.reduce((total, { bytes }) => total + bytes, 0),
  )
})

test('without a base there is nothing to choose between', () => {
  const head = reportOf([makePathRow('/a', 1)])
  const page = renderHtml(head, { base: null, head }, context)
  assert.doesNotMatch(page, /type="radio" name="show"|class="k-added/)
  assert.match(renderHtml(makeReview(), { base: head, head }, context), /type="radio" name="show"/)
})
