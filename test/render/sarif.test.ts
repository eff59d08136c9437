import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import { renderSarif, type SarifContext } from '../../src/render/sarif.ts'
import type { ImageReport, Review } from '../../src/report/types.ts'
import { rules } from '../../src/rules/index.ts'
import {
  line,
  makeFinding,
  makeHazard,
  makeLayer,
  makeReport,
  makeReview,
} from '../support/report-factory.ts'
import { naughtyStrings } from '../support/strings.ts'
import { SARIF_SCHEMA } from './sarif-schema.ts'

const context: SarifContext = {
  rules,
  name: 'api',
  version: '1.0.0',
  dockerfile: 'Dockerfile',
  home: 'https://github.com/example/plimsoll',
}

interface Result {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly kind?: string
  readonly level: string
  readonly message: { readonly text: string }
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string }
      readonly region: { readonly startLine: number; readonly endLine: number }
    }
  }[]
  readonly relatedLocations?: readonly (Result['locations'][number] & {
    readonly message: { readonly text: string }
  })[]
  readonly partialFingerprints: Readonly<Record<string, string>>
  readonly baselineState?: string
}

interface Run {
  readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } }
  readonly automationDetails: { readonly id: string }
  readonly invocations: readonly { readonly toolExecutionNotifications?: readonly Result[] }[]
  readonly results: readonly Result[]
}

const validate = new Ajv({ allErrors: true }).compile(SARIF_SCHEMA)

/** The one run of a file that the schema takes. */
const runOf = (subject: Review | ImageReport, overrides: Partial<SarifContext> = {}): Run => {
  const log: unknown = JSON.parse(renderSarif(subject, { ...context, ...overrides }))
  assert.ok(validate(log), JSON.stringify(validate.errors?.slice(0, 5)))
  const run = (log as { readonly runs: readonly Run[] }).runs[0]!
  for (const result of run.results)
    assert.equal(run.tool.driver.rules[result.ruleIndex]?.id, result.ruleId, 'ruleIndex is that of ruleId')
  return run
}

const review = makeReview({
  findings: {
    introduced: [makeFinding({ line: line(14, 17) })],
    grown: [makeFinding({ subject: 'make', rule: 'build-tools', baseBytes: 10 })],
    existing: [makeFinding({ subject: '/root/.cache/pip', rule: 'pip-cache', baseBytes: 52_100_000 })],
    inherited: [makeFinding({ subject: 'perl', inherited: true, baseBytes: 52_100_000 })],
    resolved: [makeFinding({ subject: 'cpp-12', baseBytes: 1 })],
  },
  hazards: { introduced: [makeHazard()] },
  budgets: [
    { name: 'max-increase', limit: '20 MB', actual: 38_200_000, passed: false, level: 'fail' },
    { name: 'warn-increase', limit: '10 MB', actual: 38_200_000, passed: false, level: 'warn' },
    { name: 'max-size', limit: '900 MB', actual: 312_400_000, passed: true, level: 'fail' },
  ],
})

test('levels and baseline states say what is loud', () => {
  assert.deepEqual(
    runOf(review).results.map(({ ruleId, level, kind, baselineState }) => [
      ruleId,
      level,
      kind ?? 'fail',
      baselineState,
    ]),
    [
      ['max-increase', 'error', 'fail', 'new'],
      ['warn-increase', 'warning', 'fail', 'new'],
      ['c-compiler', 'warning', 'fail', 'new'],
      ['build-tools', 'warning', 'fail', 'new'],
      ['missing-library', 'warning', 'fail', 'new'],
      ['pip-cache', 'warning', 'fail', 'unchanged'],
      ['c-compiler', 'note', 'fail', 'unchanged'],
      ['c-compiler', 'none', 'pass', 'absent'],
    ],
  )
})

test('for an upload what is gone is left out, as code scanning would open an alert for it', () => {
  const states = runOf(review, { forUpload: true }).results.map(({ baselineState }) => baselineState)
  assert.equal(states.length, 7)
  assert.ok(!states.includes('absent'))
})

test('a hint is a note', () => {
  const hint = makeReview({ findings: { introduced: [makeFinding({ certainty: 'hint' })] } })
  assert.deepEqual(
    runOf(hint).results.map(({ level }) => level),
    ['note'],
  )
})

test('without a base, and for one image, no result has a baseline state', () => {
  const noBase = makeReview({ base: null, findings: { unknown: [makeFinding()] } })
  const report = makeReport({ findings: [makeFinding({ line: line(3) })], hazards: [makeHazard()] })
  for (const run of [runOf(noBase), runOf(report)]) {
    assert.ok(run.results.length > 0)
    assert.ok(run.results.every(result => !('baselineState' in result)))
  }
})

test('a result is where its line is, else at the beginning of the Dockerfile, else nowhere', () => {
  const at = (finding: Parameters<typeof makeFinding>[0], dockerfile: string | null) =>
    runOf(makeReport({ findings: [makeFinding(finding)] }), { dockerfile }).results[0]!.locations.map(
      ({ physicalLocation: { artifactLocation, region } }) => [
        artifactLocation.uri,
        region.startLine,
        region.endLine,
      ],
    )
  assert.deepEqual(at({ line: line(14, 17) }, 'Dockerfile'), [['Dockerfile', 14, 17]])
  assert.deepEqual(at({ line: line(14, 17, './build dir/Döckerfile#1') }, null), [
    ['build%20dir/D%C3%B6ckerfile%231', 14, 17],
  ])
  assert.deepEqual(at({ line: null }, 'app/Dockerfile'), [['app/Dockerfile', 1, 1]])
  assert.deepEqual(at({ line: null }, null), [])
  for (const file of ['/etc/passwd', '../Dockerfile', 'a/../../b', 'C:\\Dockerfile', '', 'a\u0000b'])
    assert.deepEqual(at({ line: line(1, 1, file) }, file), [], file)
  // a scheme is only a name once its colon is escaped
  assert.deepEqual(at({ line: line(1, 1, 'https://example.com/x') }, null), [
    ['https%3A/example.com/x', 1, 1],
  ])
})

test('what a COPY --from brought names the line of its stage as a related location', () => {
  const madeBy = { stage: 'build', line: line(5) }
  const findings = [
    makeFinding({ subject: '/a', line: line(21), madeBy }),
    makeFinding({ subject: '/b', line: line(21), madeBy: { stage: 'build', line: null } }),
  ]
  const { results } = runOf(
    makeReview({ findings: { introduced: findings }, hazards: { introduced: [makeHazard({ madeBy })] } }),
  )
  assert.deepEqual(
    results.map(({ relatedLocations }) =>
      relatedLocations?.map(each => [each.physicalLocation.region.startLine, each.message.text]),
    ),
    [[[5, 'Made in stage build.']], undefined, [[5, 'Made in stage build.']]],
  )
})

test('the fingerprint stays when layer, line, size or title change, and differs from key to key', () => {
  const print = (finding: Parameters<typeof makeFinding>[0]) =>
    runOf(makeReport({ findings: [makeFinding(finding)] })).results[0]!.partialFingerprints
  const before = print({ line: line(14), layer: 2 })
  assert.deepEqual(print({ line: line(3), layer: 7, bytes: 1, title: 'Other words' }), before)
  assert.notDeepEqual(print({ subject: 'g++-12' }), before)
  assert.notDeepEqual(print({ inherited: true }), before)
  // what the last version wrote must be found again
  assert.equal(before['plimsollKey/v1'], 'e0f86703796ba68d')
})

test('one finding in two layers is one result with both lines', () => {
  const [result, ...others] = runOf(
    makeReport({
      layers: [makeLayer({ index: 0, content: 1 })],
      findings: [makeFinding({ line: line(3), bytes: 1000 }), makeFinding({ line: line(9), bytes: 2000 })],
    }),
  ).results
  assert.equal(others.length, 0)
  assert.equal(result!.locations.length, 2)
  assert.match(result!.message.text, /3\.0 kB/)
})

test('the catalogue is in the table whole, and a rule that only a saved report names is added', () => {
  const run = runOf(makeReport({ findings: [makeFinding({ rule: 'from-tomorrow' })] }))
  const ids = run.tool.driver.rules.map(({ id }) => id)
  assert.deepEqual(ids, [...rules.map(({ id }) => id), 'from-tomorrow'])
  assert.equal(new Set(ids).size, ids.length)
})

test('of too many results the most important ones stay, and the file says how many went', () => {
  const findings = Array.from({ length: 5100 }, (_, i) =>
    makeFinding({ subject: `p${i}`, bytes: i + 1, certainty: i < 50 ? 'leftover' : 'hint' }),
  )
  const run = runOf(makeReport({ findings }))
  assert.equal(run.results.length, 5000)
  assert.equal(run.results.filter(({ level }) => level === 'warning').length, 50)
  assert.match(run.invocations[0]!.toolExecutionNotifications![0]!.message.text, /^100 more results/)
})

test('a name of two images makes two categories, and no slash of it a third', () => {
  assert.equal(runOf(makeReport(), { name: 'a/b' }).automationDetails.id, 'plimsoll/a_b/')
})

test('a message has no link, no placeholder and no character that does not show', () => {
  const subject = '/x/[click](https://example.com)\u202e{0}\n\u001b[31m'
  const { message } = runOf(makeReport({ findings: [makeFinding({ subject })] })).results[0]!
  assert.match(
    message.text,
    /\/x\/\\\[click\\\]\(https:\/\/example\.com\)\\\\u202e\{\u200b0\}\\\\n\\\\x1b\\\[31m/,
  )
})

test('strings that broke other programs are taken in every place', t => {
  const strings = naughtyStrings(t)
  if (!strings) return
  const findings = strings.map(text =>
    makeFinding({ subject: text, title: text || 'x', reason: text, line: line(1, 2, text) }),
  )
  const run = runOf(makeReport({ findings }), { name: 'x' })
  assert.ok(run.results.length > 400)
  for (const { message } of run.results) assert.doesNotMatch(message.text, /[^\P{Cc}]|[\u202a-\u202e]/u)
})
