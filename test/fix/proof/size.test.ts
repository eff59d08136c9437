import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proveNoLeftovers, proveSmaller } from '../../../src/fix/proof/size.ts'
import { makeClaim, type SceneParts } from '../../support/make-scene.ts'
import { file, type MadeEntry } from '../../support/make-tar.ts'
import { big } from '../../support/report-of-layers.ts'
import { told } from './told.ts'

const pip = (bytes: number): MadeEntry => file('root/.cache/pip/http-v2/a/body', big(bytes))
const npm = (bytes: number): MadeEntry => file('root/.npm/_cacache/content-v2/sha512/aa/b', big(bytes))
const ORIGINAL: SceneParts = { own: [pip(200_000), npm(200_000)] }

const LEFTOVERS: readonly (readonly [
  name: string,
  result: SceneParts,
  keepsOthers: boolean,
  told: string,
])[] = [
  ['none stays', { own: [] }, false, 'passed: none of the leftovers is in it'],
  [
    'those of the base image are not counted',
    { base: [pip(200_000)] },
    false,
    'passed: none of the leftovers is in it',
  ],
  ['hardly any stays', { own: [pip(9_000)] }, false, 'passed: 9.0 kB of leftovers stay: pip cache'],
  ['half of them stay', { own: [pip(200_000)] }, false, 'failed: 200.0 kB of leftovers stay: pip cache'],
  [
    'half of them stay, which other instructions left',
    { own: [pip(200_000)] },
    true,
    'passed: 200.0 kB of leftovers stay: pip cache',
  ],
  ['all of them stay', ORIGINAL, true, 'failed: 400.0 kB of leftovers stay: npm cache, pip cache'],
]
for (const [name, result, keepsOthers, expected] of LEFTOVERS)
  test(`leftovers: ${name}`, () => {
    assert.equal(told(proveNoLeftovers(makeClaim(ORIGINAL, result, { keepsOthers }))), expected)
  })

const SIZES: readonly (readonly [name: string, minSavingBytes: number, told: string])[] = [
  ['by just enough', 100_000, 'passed: 400.0 kB before, 300.0 kB after'],
  ['by too little', 100_001, 'failed: 400.0 kB before, 300.0 kB after: less than 100.0 kB saved'],
]
for (const [name, minSavingBytes, expected] of SIZES)
  test(`smaller: ${name}`, () => {
    const result = { own: [pip(200_000), npm(100_000)] }
    assert.equal(told(proveSmaller(makeClaim(ORIGINAL, result, { minSavingBytes }))), expected)
  })
