import assert from 'node:assert/strict'
import { test } from 'node:test'
import { amended, NO_AMENDMENTS } from '../../src/fix/amendments.ts'
import type { Remedy, StepResult } from '../../src/fix/proof/step.ts'

const failed = (step: string, remedy?: Remedy): StepResult => ({
  step,
  passed: false,
  detail: '',
  ...(remedy && { remedy }),
})

test('a plan is given what all failed steps lack, each once', () => {
  const first = amended(NO_AMENDMENTS, [
    failed('program-files', { copies: ['/app/a'], after: ['chmod 700 /app'] }),
    failed('named', { packages: ['git'], copies: ['/app/a', '/srv/b'] }),
  ])
  assert.deepEqual(first, {
    copies: ['/app/a', '/srv/b'],
    packages: ['git'],
    after: ['chmod 700 /app'],
    keep: [],
  })
  const second = amended(first, [failed('configuration', { keep: ['ENV PATH=/bin'] })])
  assert.deepEqual(second, { ...first, keep: ['ENV PATH=/bin'] })
})

test('users come first: with other numbers everything belongs to somebody else', () => {
  const steps = [
    failed('program-files', { after: ['chown 1:1 /app'] }),
    failed('users', { copies: ['/etc/passwd'] }),
  ]
  assert.deepEqual(amended(NO_AMENDMENTS, steps), { ...NO_AMENDMENTS, copies: ['/etc/passwd'] })
})

test('steps without a remedy leave a plan as it was', () => {
  assert.deepEqual(amended(NO_AMENDMENTS, [failed('smaller')]), NO_AMENDMENTS)
})
