/** Pairs of random images, and what must hold for every one of them. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type Comparison, compare } from '../../src/report/compare.ts'
import type { BaseImage, ImageReport } from '../../src/report/types.ts'
import { directory, file, hardlink, type MadeEntry, whiteout } from './make-tar.ts'
import { big, type Layers, list, reportOf, status } from './report-of-layers.ts'

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Everything that CONTRACT says adds up in a report. */
export const assertSums = (report: ImageReport): void => {
  const { size } = report
  assert.equal(sum(report.layers.map(layer => layer.content)), size.content)
  assert.equal(sum(report.layers.map(layer => layer.hidden)), size.hidden)
  assert.equal(size.visible + size.hidden, size.content)
  assert.equal(sum(report.paths.map(row => row.bytes)), size.visible)
  assert.equal(sum(report.hiddenPaths.map(row => row.bytes)), size.hidden)
  if (report.image.base) assert.equal(size.own! + size.inherited!, size.content)
  assert.equal(
    sum(
      report.findings
        .filter(each => each.certainty === 'leftover' && each.inherited !== true)
        .map(each => each.bytes),
    ),
    size.leftovers,
  )
  for (const finding of report.findings) assert.equal(finding.visible + finding.hidden, finding.bytes)
  assert.ok(sum(report.findings.map(finding => finding.bytes)) <= size.content, 'no byte is in two findings')
  for (const rows of [report.layers.map(layer => layer.content), report.paths.map(row => row.bytes)])
    assert.ok(Math.min(0, ...rows) === 0, 'no size is negative')
}

/** Everything that CONTRACT says of causes and lines, counted from the rows of both reports once more. */
export const assertExplained = (
  base: ImageReport,
  head: ImageReport,
  minChangeBytes = 10_000,
): Comparison => {
  const comparison = compare(base, head, minChangeBytes)
  const { delta, causes, lines } = comparison
  assert.equal(delta!.content, head.size.content - base.size.content)
  assert.equal(sum(causes!.map(cause => cause.bytes)), delta!.content)
  assert.equal(sum(lines!.map(row => row.delta)), delta!.content)
  assert.equal(sum(lines!.map(row => row.base)), base.size.content)
  assert.equal(sum(lines!.map(row => row.head)), head.size.content)
  for (const row of lines!) assert.ok(row.base >= 0 && row.head >= 0 && row.head - row.base === row.delta)
  const ofKind = (kind: string): number =>
    sum(causes!.filter(cause => cause.kind === kind).map(cause => cause.bytes))
  assert.equal(ofKind('hidden'), head.size.hidden - base.size.hidden)
  const basesKnown = base.image.base !== null && head.image.base !== null
  assert.equal(ofKind('base-image'), basesKnown ? inheritedVisible(head) - inheritedVisible(base) : 0)
  const rest = causes!.filter(cause => cause.kind === 'rest')
  assert.ok(rest.length <= 1)
  assert.ok(Math.abs(sum(rest.map(cause => cause.bytes))) <= 0.02 * grossOf(base, head), 'the rest is small')
  for (const cause of causes!) {
    if (cause.change === 'moved' && cause.kind !== 'base-image') assert.equal(cause.bytes, 0)
    else assert.notEqual(cause.bytes, 0)
    if (cause.kind === 'hidden') assert.equal(sum(cause.parts.map(part => part.bytes)), cause.bytes)
  }
  return comparison
}

const inheritedVisible = (report: ImageReport): number =>
  sum(report.paths.filter(row => report.layers[row.layer]!.inherited).map(row => row.bytes))

/** Additions plus removals: own files path by path, the base image and hidden bytes each as a whole. */
const grossOf = (base: ImageReport, head: ImageReport): number => {
  const basesKnown = base.image.base !== null && head.image.base !== null
  const changes = new Map<string, number>()
  for (const [report, sign] of [[base, -1] as const, [head, 1] as const])
    for (const row of report.paths) {
      const isBase = basesKnown && report.layers[row.layer]!.inherited
      const key = isBase ? 'base image' : `${row.kind} ${row.path} ${row.owner}`
      changes.set(key, (changes.get(key) ?? 0) + sign * row.bytes)
    }
  return sum([...changes.values()].map(Math.abs)) + Math.abs(head.size.hidden - base.size.hidden)
}

/** An entry in few words, so that a counterexample can be read. */
type Spec = readonly [what: string, path: string, more?: string | number, char?: string]

const entryOf = ([what, path, more, char]: Spec): MadeEntry => {
  if (what === 'file') return file(path, big(more as number, char))
  if (what === 'whiteout') return whiteout(path)
  if (what === 'link') return hardlink(path, more as string)
  if (what === 'directory') return directory(path)
  if (what === 'opaque') return file(`${path}/.wh..wh..opq`)
  return what === 'status' ? status(...path.split(' ')) : list(path, ...(more as string).split(' '))
}

const layersOf = (specs: readonly (readonly Spec[])[]): Layers => specs.map(layer => layer.map(entryOf))

/** Files, deletions, links and packages that may stand in each other's way. */
const spec: fc.Arbitrary<Spec> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(
      fc.constant('file'),
      fc.constantFrom('a', 'b', 'd/a', 'd/b', 'd/e/c', 'usr/lib/x', 'usr/lib/y', 'opt/z', 'opt/d/a'),
      fc.oneof(fc.integer({ min: 0, max: 90_000 }), fc.constantFrom(0, 9_999, 10_000, 63_999, 64_000)),
      fc.constantFrom('x', 'y'),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.constant('whiteout'),
      fc.constantFrom('a', 'd', 'd/e', 'usr/lib', 'opt/z', 'usr/lib/y'),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constant('link'),
      fc.constantFrom('l1', 'd/l2', 'opt/l3'),
      fc.constantFrom('a', 'd/a', 'usr/lib/x'),
    ),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constant('directory'), fc.constantFrom('d', 'usr/lib', 'a')) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('opaque'), fc.constantFrom('d', 'usr/lib')) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Spec>(
      ['status', 'one'],
      ['status', 'one=2 two'],
      ['list', 'one', '/usr/lib/x'],
      ['list', 'two', '/usr/lib/y /d/a'],
    ),
  },
)

export interface AnyPair {
  readonly base: readonly (readonly Spec[])[]
  readonly head: readonly (readonly Spec[])[]
  readonly baseWords: readonly string[]
  readonly headWords: readonly string[]
  readonly image: BaseImage | null
}

const words = [
  'RUN make',
  'RUN make all',
  'COPY . /app',
  'COPY --from=build /app /app',
  'RUN apt-get install -y gcc',
]

export const anyPair: fc.Arbitrary<AnyPair> = fc.record({
  base: fc.array(fc.array(spec, { maxLength: 8 }), { minLength: 1, maxLength: 5 }),
  head: fc.array(fc.array(spec, { maxLength: 8 }), { minLength: 1, maxLength: 5 }),
  baseWords: fc.array(fc.constantFrom(...words, ''), { minLength: 5, maxLength: 5 }),
  headWords: fc.array(fc.constantFrom(...words, ''), { minLength: 5, maxLength: 5 }),
  image: fc.constantFrom<BaseImage | null>(null, { name: 'x', layers: 1, evidence: 'build' }),
})

/** Regular files in the tars of all layers: what the content is by its definition. */
const contentOf = (layers: Layers): number =>
  sum(
    layers
      .flat()
      .filter(each => (each.type ?? 'file') === 'file' && !`/${each.path}`.includes('/.wh.'))
      .map(each => each.content?.length ?? 0),
  )

export interface CheckedPair {
  readonly baseLayers: Layers
  readonly headLayers: Layers
  readonly comparison: Comparison
}

/** The comparison of both, after everything that must hold was checked. */
export const checkPair = (pair: AnyPair): CheckedPair => {
  const [baseLayers, headLayers] = [layersOf(pair.base), layersOf(pair.head)]
  const base = reportOf(baseLayers, pair.baseWords, pair.image)
  const head = reportOf(headLayers, pair.headWords, pair.image)
  assert.equal(base.size.content, contentOf(baseLayers))
  assert.equal(head.size.content, contentOf(headLayers))
  assertSums(base)
  assertSums(head)
  return { baseLayers, headLayers, comparison: assertExplained(base, head) }
}
