/** Every rule's own examples, and what the list as a whole promises. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { rules } from '../../src/rules/index.ts'
import type { Rule, RuleExample } from '../../src/rules/rule.ts'
import { type Claim, createJudge } from '../../src/rules/run-rules.ts'
import { makePackage } from '../support/package.ts'
import { makeRuleImage } from '../support/rule-image.ts'

const root = join(import.meta.dirname, '..', '..')

/** Files beside the rules that are not rules. */
const SUPPORT = [
  'compiles-at-run-time',
  'image-purpose',
  'index',
  'join',
  'keep-for-rules',
  'match',
  'once',
  'package-claims',
  'rule',
  'rule-image',
  'rules-page',
  'run-rules',
  'secret-kinds',
  'slimmer-base',
  'start-scripts',
]

const judge = (list: readonly Rule[], example: RuleExample): Claim | null => {
  const owner = example.owner ?? example.package
  const pkg = owner ? makePackage(owner) : null
  const path = example.path ?? '/usr/bin/file-of-the-package'
  const image = makeRuleImage({
    ...example,
    paths: [path, ...(example.beside ?? [])],
    packages: [...(pkg ? [pkg] : []), ...(example.packages ?? []).map(makePackage)],
  })
  const body = example.bodies?.[path]
  return createJudge(
    list,
    image,
  )({
    paths: [path],
    sizeBytes: example.sizeBytes ?? 1000,
    mode: example.mode ?? 0o644,
    owner: pkg,
    body: body === undefined ? null : Buffer.from(body),
    waste: example.waste ? { ...WASTE, ...example.waste } : null,
    duplicate: example.duplicate ?? null,
  })
}

const WASTE = {
  cause: 'deleted',
  hiddenBy: 1,
  changed: { mode: false, owner: false },
  root: '/',
  twin: null,
  by: 'layer 1',
} as const

const label = (example: RuleExample): string =>
  [
    example.package?.name ?? example.path,
    ...(example.beside ?? []),
    ...(example.packages ?? []).map(p => p.name),
  ].join(', ')

for (const rule of rules) {
  for (const example of rule.examples.finds) {
    test(`${rule.id} finds ${label(example)}`, () => {
      const claim = judge(rules, example)
      assert.equal(claim?.rule.id, rule.id)
      if (example.subject !== undefined) assert.equal(claim?.subject, example.subject)
      if (example.certainty !== undefined) assert.equal(claim?.certainty, example.certainty)
      assert.ok(claim?.reason)
    })
  }
  for (const example of rule.examples.ignores) {
    test(`${rule.id} ignores ${label(example)}`, () => {
      assert.equal(judge([rule], example), null)
      assert.notEqual(judge(rules, example)?.rule.id, rule.id)
    })
  }
}

test('every rule file is in the list, and every rule of the list has its file', () => {
  const files = readdirSync(join(root, 'src', 'rules')).map(name => name.replace(/\.ts$/, ''))
  assert.deepEqual(files.filter(name => !SUPPORT.includes(name)).sort(), rules.map(rule => rule.id).sort())
})

test('ids are unique and kebab-case', () => {
  assert.equal(new Set(rules.map(rule => rule.id)).size, rules.length)
  for (const { id } of rules) assert.match(id, /^[a-z]+(-[a-z]+)*$/)
})

test('every rule has its words: a noun phrase, a reason, and a fix that says what to do', () => {
  for (const { id, title, why, fix, examples } of rules) {
    assert.match(title, /^[A-Za-z][^.]*[^.\s]$/, `${id}: title`)
    assert.match(why, /^[A-Z`].*\.$/, `${id}: why`)
    assert.match(
      fix,
      /^(Build|Compile|Delete|End|Install|Keep|Leave|Mount|Name|Run|Set|Start) .*\.$/,
      `${id}: fix starts with a verb`,
    )
    assert.equal((fix.match(/`/g) ?? []).length % 2, 0, `${id}: backticks in pairs`)
    assert.ok(title.length <= 40 && why.length <= 160 && fix.length <= 220, `${id}: short words`)
    assert.ok(examples.finds.length > 0 && examples.ignores.length > 0, `${id}: examples on both sides`)
  }
})

test('docs/rules.md says what the rules say', () => {
  execFileSync(process.execPath, [join(root, 'scripts', 'make-rules-doc.ts'), '--check'], { stdio: 'pipe' })
})
