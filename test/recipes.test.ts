/** Workflows that users copy: what the README shows is what lies in examples/, and all of it fits action.yml. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const declared = parse(read('action.yml')) as { inputs: object; outputs: object }

const workflows = readdirSync(join(root, 'examples', 'workflows'), { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.yml'))
  .map(name => join('examples', 'workflows', name))

interface Step {
  readonly uses?: string
  readonly with?: object
}

const stepsOf = (text: string): readonly Step[] =>
  Object.values((parse(text) as { jobs: Record<string, { steps: Step[] }> }).jobs).flatMap(
    ({ steps }) => steps,
  )

test('the README shows the two workflows for forks as they lie in examples/', () => {
  const readme = read('README.md')
  for (const name of ['image.yml', 'image-comment.yml'])
    assert.ok(readme.includes(`\`\`\`yaml\n${read(`examples/workflows/forks/${name}`)}\`\`\``), name)
})

for (const path of workflows) {
  test(`${path}: known inputs and outputs, every action by its full commit`, () => {
    const text = read(path)
    const own = stepsOf(text).filter(({ uses }) => uses === `OWNER/plimsoll@${'0'.repeat(40)}`)
    assert.ok(own.length > 0)
    for (const step of own)
      for (const name of Object.keys(step.with ?? {})) assert.ok(name in declared.inputs, name)
    for (const { uses } of stepsOf(text))
      if (uses && !own.some(step => step.uses === uses)) assert.match(uses, /^[\w-]+\/[\w/-]+@[0-9a-f]{40}$/)
    for (const [, output] of text.matchAll(/steps\.image\.outputs\.([\w-]+)/g))
      assert.ok(output! in declared.outputs, output)
    assert.match(text, /^permissions:$/m)
    assert.doesNotMatch(text, /pull_request_target/)
  })
}
