/** Every hazard rule finds its examples, ignores its near misses, and has its words. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { HazardExample } from '../../src/hazards/hazard.ts'
import { hazardRules } from '../../src/hazards/index.ts'
import { judgeHazards } from '../../src/hazards/judge-hazards.ts'
import { rules } from '../../src/rules/index.ts'
import { makeHazardInput } from '../support/make-hazard-image.ts'

const folder = join(import.meta.dirname, '..', '..', 'src', 'hazards')

const label = (example: HazardExample): string =>
  [
    ...Object.keys(example.files),
    ...Object.keys(example.distributions ?? {}),
    ...(example.entrypoint ?? []),
    ...(example.cmd ?? []),
  ]
    .slice(0, 3)
    .join(', ')

for (const rule of hazardRules) {
  for (const example of rule.examples.finds) {
    test(`${rule.id} finds ${label(example)}`, () => {
      const { hazards } = judgeHazards({ ...makeHazardInput(example), rules: [rule] })
      assert.equal(hazards.length, 1)
      const [hazard] = hazards
      assert.equal(hazard!.rule, rule.id)
      assert.ok(hazard!.key.startsWith(`${rule.id} `))
      assert.match(hazard!.reason, /^[A-Z`].*\.$/)
      assert.ok(hazard!.paths.length > 0)
      assert.ok(hazard!.advice.summary.endsWith('.'), hazard!.advice.summary)
      for (const text of [hazard!.reason, hazard!.advice.summary])
        assert.equal((text.match(/`/g) ?? []).length % 2, 0, `backticks in pairs: ${text}`)
      if (example.missing !== undefined) assert.equal(hazard!.missing, example.missing)
      if (example.paths !== undefined) assert.deepEqual(hazard!.paths, example.paths)
      if (example.advice !== undefined) assert.ok(hazard!.advice.summary.includes(example.advice))
    })
  }
  for (const example of rule.examples.ignores) {
    test(`${rule.id} ignores ${label(example)}`, () => {
      assert.deepEqual(judgeHazards({ ...makeHazardInput(example), rules: [rule] }).hazards, [])
    })
  }
}

test('every hazard rule has its file and its place in the list, and an id of its own', () => {
  const files = readdirSync(folder).map(name => name.replace(/\.ts$/, ''))
  for (const rule of hazardRules) {
    assert.ok(files.includes(rule.id), `${rule.id}.ts`)
    assert.equal(
      rules.some(each => each.id === rule.id),
      false,
      `${rule.id} is a rule too`,
    )
  }
  assert.equal(new Set(hazardRules.map(rule => rule.id)).size, hazardRules.length)
})

test('every hazard rule has its words, and examples on both sides', () => {
  for (const { id, title, why, fix, examples } of hazardRules) {
    assert.match(id, /^[a-z]+(-[a-z]+)*$/)
    assert.match(title, /^[A-Z][^.]*[^.\s]$/, `${id}: title`)
    assert.match(why, /^[A-Z].*\.$/, `${id}: why`)
    assert.match(fix, /^(Build|Compile|Copy|Install|Make|Start|Use) .*\.$/, `${id}: fix starts with a verb`)
    assert.equal((fix.match(/`/g) ?? []).length % 2, 0, `${id}: backticks in pairs`)
    assert.ok(title.length <= 40 && why.length <= 160 && fix.length <= 240, `${id}: short words`)
    assert.ok(examples.finds.length > 0 && examples.ignores.length > 0, `${id}: examples`)
  }
})
