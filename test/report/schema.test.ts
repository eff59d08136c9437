/** Our few words of JSON Schema, held to a real validator; and the shapes, held to what Plimsoll writes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { demoReview } from '../../src/demo.ts'
import { parseOptions } from '../../src/options.ts'
import { limitText, parseGrowthLimit } from '../../src/report/budgets.ts'
import { applyIgnores, parseIgnoreLine } from '../../src/report/ignore.ts'
import { raisedBudgets } from '../../src/report/raised-budgets.ts'
import { type Definitions, type JsonSchema, problemOf } from '../../src/report/schema/json-schema.ts'
import { reportDefinitions, reportSchema } from '../../src/report/schema/report-schema.ts'
import { reviewDefinitions, reviewSchema } from '../../src/report/schema/review-schema.ts'
import { createRandom } from '../support/random.ts'
import { makeReview } from '../support/report-factory.ts'

const demo = await demoReview(false, {
  environment: {},
  log: { group: () => undefined, line: () => undefined, endGroup: () => undefined },
  engine: () => assert.fail('the example needs no engine'),
  platform: 'linux/amd64',
})
const { review, head, base } = await demo.run(parseOptions(demo.values))
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

const ajv = new Ajv2020({ strict: false })
const shapes: readonly (readonly [string, JsonSchema, Definitions, readonly unknown[]])[] = [
  ['report', reportSchema, reportDefinitions, [plain(head), plain(base)]],
  [
    'review',
    reviewSchema,
    reviewDefinitions,
    [plain(review), plain(makeReview({})), plain(makeReview({ base: null }))],
  ],
]

for (const [name, schema, definitions, honest] of shapes) {
  const isValid = ajv.compile({ ...schema, $defs: definitions })

  test(`what Plimsoll writes is a ${name} by our own validator and by another`, () => {
    for (const value of honest) {
      assert.equal(problemOf(schema, value, definitions), null)
      assert.equal(isValid(value), true, JSON.stringify(isValid.errors?.slice(0, 2)))
    }
  })

  test(`a changed ${name} is judged as the other validator judges it`, () => {
    const { below } = createRandom(7)
    const random = (): number => below(1e9) / 1e9
    let refused = 0
    for (let round = 0; round < 400; round += 1) {
      const value = structuredClone(honest[round % honest.length])
      change(value, random)
      const problem = problemOf(schema, value, definitions)
      assert.equal(problem === null, isValid(value), `${problem} ${JSON.stringify(isValid.errors?.[0])}`)
      if (problem !== null) refused += 1
    }
    assert.ok(refused > 200, `${refused} refused`)
  })
}

test('what limits, dates and subjects of this version look like is a review', () => {
  const limits = parseGrowthLimit(
    '10%\n12.5% and 20 MiB\n0 B\n999 B\n1 kB\n1.5 GB\n9 TB\n9000 TB\n0.0000001%',
    'x',
  )
  const none = { maxSize: [], maxIncrease: [], warnIncrease: [], maxLeftovers: [], maxLayers: null }
  const loosened = raisedBudgets({ ...none, maxIncrease: limits, maxLeftovers: limits, maxLayers: 30 }, none)
  const subjects = ['gcc-12', '/opt/**', 'libc++', '@scope/name', '/srv/ü[ab]?.{js,ts}', 'vcs-data']
  const entries = subjects.map(subject => parseIgnoreLine(`${subject} # why until 2027-01-31`, 'x'))
  const value = {
    ...(plain(review) as object),
    budgets: limits.map(limit => ({
      name: 'max-increase',
      limit: limitText(limit),
      actual: 1,
      passed: true,
      level: 'fail',
    })),
    raised: [...loosened, { name: 'max-layers', from: '30 layers', to: '300 layers' }],
    ignored: applyIgnores(head, entries, '2026-01-01').ignored,
  }
  assert.equal(loosened.length, 3)
  assert.equal(problemOf(reviewSchema, value, reviewDefinitions), null)
})

const ODD: readonly unknown[] = [
  null,
  -1,
  1.5,
  1e300,
  '',
  'x'.repeat(30_000),
  [],
  {},
  true,
  'added',
  ['x'],
  'a\nb',
]

/** One value somewhere inside becomes another, goes, or comes. */
const change = (value: unknown, random: () => number): void => {
  let inner = value
  for (;;) {
    if (typeof inner !== 'object' || inner === null) return
    const keys = Object.keys(inner)
    const key = keys[Math.floor(random() * keys.length)]
    const holder = inner as Record<string, unknown>
    const next = key === undefined ? undefined : holder[key]
    if (typeof next === 'object' && next !== null && Object.keys(next).length > 0 && random() < 0.8) {
      inner = next
      continue
    }
    const chance = random()
    if (key === undefined || chance < 0.2) {
      if (Array.isArray(inner)) inner.push('one more')
      else holder.more = 1
    } else if (chance < 0.4 && !Array.isArray(inner)) delete holder[key]
    else holder[key] = ODD[Math.floor(random() * ODD.length)]
    return
  }
}
