import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proveNamed } from '../../../src/fix/proof/named.ts'
import { makeClaim, makeEvidence } from '../../support/make-scene.ts'
import { file } from '../../support/make-tar.ts'
import { list, status } from '../../support/report-of-layers.ts'
import { told } from './told.ts'

const git = [file('usr/bin/git', 'git', { mode: 0o755 }), status('git'), list('git', '/usr/bin/git')]
const data = file('srv/words.txt', 'words')
const original = { own: [...git, data] }
const evidence = makeEvidence({
  named: new Map([
    ['/usr/bin/git', '/app/run.py'],
    ['/srv/words.txt', '/app/main'],
  ]),
})

test('what the program names: nothing named is nothing to prove', () => {
  assert.equal(proveNamed(makeClaim(original, {})), null)
})

test('what the program names: all of it is there', () => {
  assert.equal(
    told(proveNamed(makeClaim(original, original, { evidence }))),
    'passed: 2 commands, libraries and paths that the program names can be found',
  )
})

test('what the program names: what is missing comes from its package, or is copied', () => {
  const step = proveNamed(makeClaim(original, {}, { evidence }))
  assert.equal(told(step), 'failed: /usr/bin/git (named by /app/run.py), /srv/words.txt (named by /app/main)')
  assert.deepEqual(step?.remedy, { packages: ['git'], copies: ['/srv/words.txt'] })
})
