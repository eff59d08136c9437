import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compare } from '../../src/report/compare.ts'
import { readReport } from '../../src/report/read-report.ts'
import type { BaseImage, Cause, ComparedFinding } from '../../src/report/types.ts'
import { anyPair, assertExplained, checkPair } from '../support/any-images.ts'
import { file, type MadeEntry, whiteout } from '../support/make-tar.ts'
import { makeFinding } from '../support/report-factory.ts'
import { big, type Layers, list, reportOf, status } from '../support/report-of-layers.ts'

/** A cause in one line. */
const told = ({ kind, change, name, from, to, bytes }: Cause): string => {
  const what = from !== null && to !== null && from !== to ? `${from} → ${to}` : name
  return `${kind} ${change} ${what} ${bytes}`
}

test('a package that was added is a cause with its bytes and its line', () => {
  const from: Layers = [[status('libc6'), file('etc/os', 'x')]]
  const to: Layers = [
    ...from,
    [status('libc6', 'gcc'), list('gcc', '/usr/bin/gcc'), file('usr/bin/gcc', big(200_000))],
  ]
  const base = reportOf(from, ['FROM x'])
  const head = reportOf(to, ['FROM x', 'RUN apt-get install gcc'])
  assertExplained(base, head)
  const { causes } = compare(base, head, 10_000)
  assert.deepEqual(
    [causes![0]!.kind, causes![0]!.name, causes![0]!.change, causes![0]!.bytes, causes![0]!.line?.start],
    ['package', 'gcc', 'added', 200_000, 2],
  )
})

test('files that no package owns are told by the directory that says most', () => {
  const base = reportOf([[file('a', 'x')]])
  const files = Array.from({ length: 30 }, (_, i) =>
    file(`srv/app/lib/m${i}/index.js`, big(30_000, String.fromCharCode(97 + (i % 26)))),
  )
  const head = reportOf([[file('a', 'x')], [...files, file('srv/app/model.bin', big(900_000))]])
  assertExplained(base, head)
  const { causes } = compare(base, head, 10_000)
  assert.deepEqual(
    causes!.map(cause => [cause.kind, cause.name, cause.bytes]),
    [
      ['directory', '/srv/app/lib', 900_000],
      ['file', '/srv/app/model.bin', 900_000],
    ],
  )
})

test('a file that moved unchanged is a move of no bytes, not a removal and an addition', () => {
  const base = reportOf([[file('old/place.bin', big(500_000))]])
  const head = reportOf([[file('new/place.bin', big(500_000))]])
  const { delta, causes } = compare(base, head, 10_000)
  assert.equal(delta!.content, 0)
  assert.deepEqual(causes!.map(told), ['file moved /old/place.bin → /new/place.bin 0'])
})

test('bytes that a later layer deletes are a cause of their own', () => {
  const base = reportOf([[file('a', 'x')]], ['COPY a'])
  const head = reportOf(
    [[file('a', 'x')], [file('tmp/x.deb', big(300_000))], [whiteout('tmp/x.deb')]],
    ['COPY a', 'RUN get', 'RUN rm'],
  )
  assertExplained(base, head)
  const { causes } = compare(base, head, 10_000)
  assert.deepEqual([causes![0]!.kind, causes![0]!.bytes, causes![0]!.line?.start], ['hidden', 300_000, 2])
})

test('what came with the base image is told apart from what the Dockerfile added', () => {
  const image = (name: string, layers = 1): BaseImage => ({ name, layers, evidence: 'build' })
  const base = reportOf(
    [[file('lib/a', big(100_000))], [file('app', big(50_000))]],
    ['', 'COPY app'],
    image('x:1'),
  )
  const head = reportOf(
    [[file('lib/a', big(160_000))], [file('app', big(80_000))]],
    ['', 'COPY app'],
    image('x:2'),
  )
  assertExplained(base, head)
  const { causes, lines } = compare(base, head, 10_000)
  assert.deepEqual(
    causes!.map(cause => [cause.kind, cause.bytes]),
    [
      ['base-image', 60_000],
      ['directory', 30_000],
    ],
  )
  assert.deepEqual(
    lines!.map(row => [row.kind, row.delta]),
    [
      ['base-image', 60_000],
      ['instruction', 30_000],
    ],
  )
})

test('an instruction that was inserted at the top does not shift the others', () => {
  const steps = Array.from({ length: 14 }, (_, i) => [file(`f${i}`, big(1000 + i))])
  const words = steps.map((_, i) => `RUN step ${i}`)
  const base = reportOf(steps, words)
  const head = reportOf([[file('first', big(500))], ...steps], ['RUN first', ...words])
  const { lines } = compare(base, head, 10_000)
  assert.deepEqual(
    lines!.filter(row => row.delta !== 0).map(row => [row.side, row.instruction, row.delta]),
    [['head', 'RUN first', 500]],
  )
})

test('without a base nothing is a difference, and findings are of unknown origin', () => {
  const head = reportOf([
    [file('var/lib/apt/lists/mirror.example_debian_dists_bookworm_main_binary-amd64_Packages', big(100_000))],
  ])
  const { delta, causes, lines, findings } = compare(null, head, 10_000)
  assert.deepEqual([delta, causes, lines], [null, null, null])
  assert.equal(findings.unknown.length, 1)
  assert.deepEqual([findings.introduced, findings.existing], [[], []])
})

test('findings are introduced, grown, existing or resolved by their key', () => {
  const lists = (bytes: number): MadeEntry =>
    file('var/lib/apt/lists/mirror.example_debian_dists_bookworm_main_binary-amd64_Packages', big(bytes))
  const cache = (bytes: number): MadeEntry => file('root/.cache/pip/http-v2/a/b', big(bytes))
  const origins = (from: Layers, to: Layers) => {
    const { findings } = compare(reportOf(from), reportOf(to), 10_000)
    return Object.fromEntries(
      Object.entries(findings)
        .filter(([, list]) => list.length > 0)
        .map(([origin, list]) => [
          origin,
          (list as ComparedFinding[]).map(each => [each.rule, each.bytes, each.baseBytes]),
        ]),
    )
  }
  assert.deepEqual(origins([[file('a', 'x')]], [[lists(50_000)]]), {
    introduced: [['apt-lists', 50_000, null]],
  })
  assert.deepEqual(origins([[lists(50_000)]], [[lists(70_000)]]), { grown: [['apt-lists', 70_000, 50_000]] })
  assert.deepEqual(origins([[lists(50_000)]], [[lists(55_000)]]), {
    existing: [['apt-lists', 55_000, 50_000]],
  })
  assert.deepEqual(origins([[lists(50_000)]], [[cache(20_000)]]), {
    introduced: [['pip-cache', 20_000, null]],
    resolved: [['apt-lists', 50_000, 50_000]],
  })
})

test('a saved report compares like the one it was saved from', () => {
  const base = reportOf([[file('a', big(70_000)), file('d/b', 'x')]])
  const head = reportOf([[file('a', big(90_000)), file('d/c', 'xyz')]])
  const saved = readReport(JSON.stringify(base), 'report://x')
  assert.deepEqual(compare(saved, head, 10_000), compare(base, head, 10_000))
})

type Mutable = { size: { content: number }; schemaVersion: number; paths?: unknown; complete: boolean }

test('a report that does not add up is refused', () => {
  const report = reportOf([[file('a', big(70_000))]])
  const broken = (change: (value: Mutable) => void) => {
    const copy = JSON.parse(JSON.stringify(report))
    change(copy)
    return () => readReport(JSON.stringify(copy), 'report://x')
  }
  assert.throws(
    broken(value => (value.size.content += 1)),
    /do not add up/,
  )
  assert.throws(
    broken(value => (value.schemaVersion = 2)),
    /schemaVersion 2/,
  )
  assert.throws(
    broken(value => delete value.paths),
    /paths/,
  )
  assert.throws(
    broken(value => (value.complete = false)),
    /not complete/,
  )
  assert.throws(() => readReport('{', 'report://x'), /not valid JSON/)
})

test('for any two images the causes and the lines add up to the delta, to the byte', () => {
  fc.assert(
    fc.property(anyPair, pair => {
      checkPair(pair)
    }),
    { numRuns: 400, seed: 20261121 },
  )
})

test('a package that is still there and that something needs now is not told as gone', () => {
  const finding = makeFinding({ subject: 'libmpc3', inherited: true })
  const layers: Layers = [[status('libmpc3'), list('libmpc3', '/usr/lib/x'), file('usr/lib/x', 'x')]]
  const base = { ...reportOf(layers), findings: [finding] }
  assert.deepEqual(compare(base, reportOf(layers), 0).findings.resolved, [])
  const gone = compare(base, reportOf([[status('libc6'), file('usr/lib/x', 'x')]]), 0).findings
  assert.deepEqual(
    gone.resolved.map(({ key }) => key),
    ['c-compiler libmpc3'],
  )
})
