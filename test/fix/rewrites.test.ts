/** The examples of every rewrite, and what all of them must keep. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { applyEdits } from '../../src/fix/edit.ts'
import { inPlaceEdits, inPlaceRewrites, type LineFacts, NO_FACTS } from '../../src/fix/rewrites/index.ts'

type Example = (typeof inPlaceRewrites)[number]['examples']['changes'][number]

/** What other rewrites would do to the same text is not in an example. */
const factsOf = ({ recommends, development }: Example): LineFacts => ({
  ...NO_FACTS,
  left: rule => development === undefined || rule === 'node-dev-dependencies',
  recommendsNothing: () => (recommends === 'nothing' ? true : null),
  needsNoDev: () => (development === 'unused' ? true : null),
})

const rewrite = (text: string, facts: LineFacts): string =>
  applyEdits(text, inPlaceEdits(text, parseDockerfile(text, 'Dockerfile'), facts))

const withOnly = (id: string, text: string): boolean =>
  inPlaceEdits(text, parseDockerfile(text, 'Dockerfile')).some(edit => edit.rewrites.includes(id))

for (const { id, examples } of inPlaceRewrites) {
  for (const [index, example] of examples.changes.entries())
    test(`${id} changes what its example ${index + 1} says, and nothing more once it has`, () => {
      const { from, to } = example
      const facts = factsOf(example)
      const edits = inPlaceEdits(from, parseDockerfile(from, 'Dockerfile'), facts)
      assert.ok(edits.some(edit => edit.rewrites.includes(id)))
      if (edits.every(edit => edit.rewrites.length === 1)) assert.equal(applyEdits(from, edits), to)
      assert.equal(rewrite(rewrite(from, facts), facts), rewrite(from, facts))
    })
  for (const text of examples.keeps)
    test(`${id} keeps ${JSON.stringify(text.split('\n').slice(1).join(' '))}`, () => {
      assert.equal(withOnly(id, text), false)
    })
}

test('every rewrite has a file of its name, examples of both kinds, and a place in the list', () => {
  const files = readdirSync(join(import.meta.dirname, '..', '..', 'src', 'fix', 'rewrites'))
  for (const { id, examples } of inPlaceRewrites) {
    assert.ok(files.includes(`${id}.ts`), id)
    assert.ok(examples.changes.length > 0 && examples.keeps.length > 0, id)
  }
})
