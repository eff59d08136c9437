/** The examples of every rewrite, and what all of them must keep. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { applyEdits } from '../../src/fix/edit.ts'
import { inPlaceEdits, inPlaceRewrites, NO_FACTS } from '../../src/fix/rewrites/index.ts'

const rewrite = (text: string, recommends: boolean | null = null): string =>
  applyEdits(
    text,
    inPlaceEdits(text, parseDockerfile(text, 'Dockerfile'), {
      ...NO_FACTS,
      recommendsNothing: () => recommends,
    }),
  )

const withOnly = (id: string, text: string): boolean =>
  inPlaceEdits(text, parseDockerfile(text, 'Dockerfile')).some(edit => edit.rewrites.includes(id))

for (const { id, examples } of inPlaceRewrites) {
  for (const [index, { from, to, recommends }] of examples.changes.entries())
    test(`${id} changes what its example ${index + 1} says, and nothing more once it has`, () => {
      // what other rewrites would do to the same text is not in the example
      const known = recommends === 'nothing' ? true : null
      const dockerfile = parseDockerfile(from, 'Dockerfile')
      const edits = inPlaceEdits(from, dockerfile, { ...NO_FACTS, recommendsNothing: () => known })
      assert.ok(edits.some(edit => edit.rewrites.includes(id)))
      if (edits.every(edit => edit.rewrites.length === 1)) assert.equal(applyEdits(from, edits), to)
      assert.equal(rewrite(rewrite(from, known), known), rewrite(from, known))
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
