import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prove } from '../../../src/fix/proof/index.ts'
import { makeClaim } from '../../support/make-scene.ts'
import { file } from '../../support/make-tar.ts'

test('a proof is told in one order, and steps with nothing to look at are left out', () => {
  const image = { own: [file('app/main', 'program', { mode: 0o755 })], config: { cmd: ['/app/main'] } }
  assert.deepEqual(
    prove(makeClaim(image, image)).map(({ step, passed }) => [step, passed]),
    [
      ['program-files', true],
      ['no-new-hazard', true],
      ['configuration', true],
      ['entry-point', true],
      ['leftovers', true],
      ['smaller', true],
    ],
  )
})
