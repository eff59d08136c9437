import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allCauses, whyOf } from '../../../src/render/model/why.ts'
import { causeWords } from '../../../src/render/model/why-words.ts'
import { OVERWRITTEN } from '../../../src/report/base-image-causes.ts'
import type { Cause } from '../../../src/report/types.ts'
import { line, makeCause } from '../../support/report-factory.ts'

const plain = (data: string): string => `‹${data}›`
const words = (...causes: readonly Cause[]): readonly string[] =>
  whyOf(causes, 10).rows.map(row => causeWords(row, plain))

const hidden = (parts: Cause['parts'], bytes = 100): Cause =>
  makeCause({ kind: 'hidden', name: 'deleted or overwritten in a later layer', bytes, line: line(8), parts })

test('hidden bytes are a row for each pair of lines that added and hid them', () => {
  const part = { name: '/tmp/x', bytes: 100, line: line(8), hiddenBy: line(15) }
  assert.deepEqual(words(hidden([{ ...part, how: 'deleted' }])), [
    '‹/tmp/x›, added by line 8, deleted by line 15, still shipped',
  ])
  assert.deepEqual(words(hidden([{ ...part, how: 'rewritten' }])), [
    '‹/tmp/x›, added by line 8, stored again by line 15 for its owner, mode or time alone, still shipped',
  ])
  assert.deepEqual(
    words(
      hidden([
        { ...part, bytes: 60, how: 'deleted' },
        { ...part, bytes: 40, name: '/y', hiddenBy: line(20), how: 'overwritten' },
      ]),
    ),
    [
      '‹/tmp/x›, added by line 8, deleted by line 15, still shipped',
      '‹/y›, added by line 8, overwritten by line 20, still shipped',
    ],
  )
  assert.deepEqual(words(hidden([{ ...part, bytes: -100, how: 'deleted' }], -100)), [
    'no longer or less of ‹/tmp/x›, added by line 8, deleted by line 15',
  ])
  assert.deepEqual(words(hidden([{ ...part, line: null, hiddenBy: null, how: null }])), [
    '‹/tmp/x›, added by a layer, deleted or overwritten by a later layer, still shipped',
  ])
})

test('what is hidden of the base image was in it before: it makes no row, and neither does its taking away', () => {
  const part = { name: '/usr', bytes: 100, line: null, hiddenBy: line(3), inherited: true as const }
  const overwritten = makeCause({ kind: 'base-image', name: OVERWRITTEN, change: 'shrank', bytes: -100 })
  const copy = makeCause({ kind: 'directory', name: '/usr', change: 'grew', bytes: 100 })
  assert.deepEqual(words(hidden([part]), overwritten, copy), ['‹/usr› grew'])
  // what the base image hides itself comes and goes with the base image
  const image = makeCause({ kind: 'base-image', name: 'x:2', from: 'x:1', to: 'x:2', bytes: 1000 })
  const { rows, totalBytes } = whyOf([image, hidden([part])], 10)
  assert.deepEqual(
    rows.map(({ bytes }) => bytes),
    [1100],
  )
  assert.equal(totalBytes, 1100)
  assert.deepEqual(words(hidden([part])), ['files that a later layer deletes or overwrites, still shipped'])
})

test('a tag that moved, another base image, and files that own lines hide are three things', () => {
  const base = (overrides: Partial<Cause>): Cause =>
    makeCause({ kind: 'base-image', name: 'x:2', change: 'shrank', bytes: -100, ...overrides })
  assert.deepEqual(words(base({ change: 'moved', from: 'x:2', to: 'x:2' })), [
    'base image ‹x:2›: the tag moved, not this change',
  ])
  assert.deepEqual(words(base({ from: 'x:1', to: 'x:2' })), ['base image ‹x:1› → ‹x:2›'])
  assert.deepEqual(words(base({ name: OVERWRITTEN, line: line(3) })), [
    'files of the base image that this line overwrites or deletes',
  ])
})

test('packages of one line and manager are one row that counts them all', () => {
  const npm = (name: string, bytes: number, overrides: Partial<Cause> = {}): Cause =>
    makeCause({ name, bytes, line: line(4), manager: 'npm', ...overrides })
  assert.deepEqual(
    words(
      npm('next', 900),
      npm('react', 800),
      npm('vite', 700),
      npm('409 smaller npm packages', 600, { packages: 409 }),
      npm('gcc-12', 500, { manager: 'dpkg' }),
    ),
    ['‹next›, ‹react›, ‹vite›, … (412 npm packages)', '‹gcc-12›'],
  )
  assert.deepEqual(words(npm('409 smaller npm packages', 600, { packages: 409 })), ['409 small npm packages'])
})

test('what is not shown is counted with the packages that were counted together', () => {
  const causes = [
    makeCause({ kind: 'file', name: '/a', bytes: 1000 }),
    makeCause({ name: '5 smaller npm packages', bytes: 10, packages: 5, manager: 'npm' }),
    makeCause({ kind: 'rest', name: '2 smaller changes', change: 'grew', bytes: 1 }),
  ]
  assert.deepEqual(whyOf(causes, 1).rest, { bytes: 11, causes: 6 })
})

test('what moved has no row among the bytes, and stands with all the others', () => {
  const moved = makeCause({ kind: 'directory', name: '/b', from: '/a', to: '/b', change: 'moved', bytes: 0 })
  const added = makeCause({ kind: 'file', name: '/c', bytes: 1000 })
  assert.deepEqual(words(added, moved), ['‹/c›'])
  assert.equal(whyOf([added, moved], 10).rest, null)
  const all = allCauses([added, moved], 10)
  assert.deepEqual(
    all.rows.map(row => causeWords(row, plain)),
    ['‹/c›', '‹/a› moved to ‹/b›'],
  )
  assert.equal(all.rest, null)
})
