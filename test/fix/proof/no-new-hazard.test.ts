import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proveNoNewHazard } from '../../../src/fix/proof/no-new-hazard.ts'
import { makeClaim } from '../../support/make-scene.ts'
import { file, type MadeEntry } from '../../support/make-tar.ts'
import { list, status } from '../../support/report-of-layers.ts'
import { told } from './told.ts'

const script = file('app/run', '#!/bin/bash\necho hello\n', { mode: 0o755 })
const bash = file('bin/bash', 'bash', { mode: 0o755 })
const shell = file('bin/sh', 'sh', { mode: 0o755 })
const database = [status('bash'), list('bash', '/bin/bash')]
const config = { cmd: ['/app/run'] }
const NOTHING = 'passed: nothing that would keep it from running which the original did not have'

const CASES: readonly (readonly [
  name: string,
  original: readonly MadeEntry[],
  result: readonly MadeEntry[],
  told: string,
  packages: readonly string[] | undefined,
])[] = [
  ['none in either image', [script, bash], [script, bash], NOTHING, undefined],
  ['one that the original had', [script, shell], [script, shell], NOTHING, undefined],
  [
    'one that is new, and what its package is',
    [script, bash, ...database],
    [script, shell],
    'failed: script without its interpreter (/app/run)',
    ['bash'],
  ],
  [
    'one that is new, and nobody’s',
    [script, bash],
    [script, shell],
    'failed: script without its interpreter (/app/run)',
    [],
  ],
]
for (const [name, original, result, expected, packages] of CASES)
  test(`hazards: ${name}`, () => {
    const step = proveNoNewHazard(makeClaim({ own: original, config }, { own: result, config }))
    assert.equal(told(step), expected)
    assert.deepEqual(step.remedy?.packages, packages)
  })
