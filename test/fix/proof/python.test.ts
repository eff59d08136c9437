import assert from 'node:assert/strict'
import { test } from 'node:test'
import { provePython } from '../../../src/fix/proof/python.ts'
import type { Remedy } from '../../../src/fix/proof/step.ts'
import { makeClaim } from '../../support/make-scene.ts'
import { file, type MadeEntry } from '../../support/make-tar.ts'
import { told } from './told.ts'

const SITE = 'usr/local/lib/python3.12/site-packages'

const distribution = (name: string, version: string, ...others: readonly string[]): readonly MadeEntry[] => {
  const info = `${name}-${version}.dist-info`
  return [
    file(`${SITE}/${info}/METADATA`, `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`),
    file(`${SITE}/${info}/RECORD`, [`${info}/METADATA,,`, `${info}/RECORD,,`, ...others, ''].join('\n')),
  ]
}
const FLASK = distribution('flask', '3.1.0', '../../../bin/flask,,')
const SCRIPT = file('usr/local/bin/flask', 'a program of Python', { mode: 0o755 })
const REQUESTS = distribution('requests', '2.32.0')
const ORIGINAL = [...FLASK, SCRIPT, ...REQUESTS]

const CASES: readonly (readonly [
  name: string,
  result: readonly MadeEntry[],
  told: string,
  remedy: Remedy,
])[] = [
  [
    'all are there',
    ORIGINAL,
    'passed: 2 distributions and 1 console script can be found, by their metadata',
    { copies: [], after: [] },
  ],
  [
    'a distribution is gone',
    [...FLASK, SCRIPT],
    'failed: cannot be found: requests',
    { copies: [], after: [] },
  ],
  [
    'a console script is gone',
    [...FLASK, ...REQUESTS],
    'failed: cannot be found: /usr/local/bin/flask',
    { copies: ['/usr/local/bin/flask'], after: [] },
  ],
  [
    'another version is beside it',
    [...ORIGINAL, ...distribution('flask', '2.0.0')],
    'failed: in two versions: flask',
    { copies: [], after: [`rm -rf /${SITE}/flask-2.0.0.dist-info`] },
  ],
]
for (const [name, result, expected, remedy] of CASES)
  test(`distributions of Python: ${name}`, () => {
    const step = provePython(makeClaim({ own: ORIGINAL }, { own: result }))
    assert.equal(told(step), expected)
    assert.deepEqual(step?.remedy, remedy)
  })

test('distributions of Python: those of the base image are not the program’s', () => {
  assert.equal(provePython(makeClaim({ base: ORIGINAL }, {})), null)
})
