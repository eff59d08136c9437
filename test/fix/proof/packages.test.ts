import assert from 'node:assert/strict'
import { test } from 'node:test'
import { provePackages } from '../../../src/fix/proof/packages.ts'
import { makeClaim } from '../../support/make-scene.ts'
import { status } from '../../support/report-of-layers.ts'
import { told } from './told.ts'

const CASES: readonly (readonly [
  name: string,
  result: readonly string[],
  install: readonly string[],
  told: string | null,
])[] = [
  ['nothing is installed', [], [], null],
  ['the same version', ['libpq5=15.1'], ['libpq5'], 'passed: 1 package in the same version: libpq5'],
  [
    'another version',
    ['libpq5=15.2', 'curl=8'],
    ['libpq5', 'curl'],
    'failed: not in the version that the original has: libpq5',
  ],
  ['not there at all', [], ['curl'], 'failed: not in the version that the original has: curl'],
  [
    'another version of a package that is not installed by the rewrite',
    ['libpq5=15.2', 'curl=8'],
    ['curl'],
    'passed: 1 package in the same version: curl',
  ],
]
for (const [name, result, install, expected] of CASES)
  test(`packages: ${name}`, () => {
    const claim = makeClaim(
      { own: [status('libpq5=15.1', 'curl=8')] },
      { own: [status(...result)] },
      { install },
    )
    assert.equal(told(provePackages(claim)), expected)
  })
