import assert from 'node:assert/strict'
import { test } from 'node:test'
import { machineOf } from '../../src/hazards/machines.ts'

const PLATFORMS: readonly (readonly [platform: string, machine: number | null])[] = [
  ['linux/amd64', 62],
  ['linux/arm64/v8', 183],
  ['linux/386', 3],
  ['windows/amd64', null],
  ['linux', null],
  ['linux/pdp11', null],
  ['linux/constructor', null],
]
for (const [platform, machine] of PLATFORMS)
  test(`the processor of ${platform} is ${machine ?? 'not known'}`, () => {
    assert.equal(machineOf(platform), machine)
  })
