import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bytesColumn, differenceColumns } from '../../../src/render/model/bytes-column.ts'
import { formatBytes, formatDelta } from '../../../src/units.ts'

const columns: readonly (readonly [readonly number[], boolean, readonly string[], string])[] = [
  [[], false, [], '0 B'],
  [[0, 999], false, ['0 B', '999 B'], '999 B'],
  [[1, -1], true, ['+1 B', '−1 B'], '0 B'],
  [[1000, 20], false, ['1.0 kB', '< 0.1 kB'], '1.0 kB'],
  [[1_000_000, -20_000], true, ['+1.0 MB', '0.0 MB'], '+1.0 MB'],
  [[52_100_000, 14_800_000, -28_700_000], true, ['+52.1 MB', '+14.8 MB', '−28.7 MB'], '+38.2 MB'],
  [[999_948, 1], false, ['999.9 kB', '< 0.1 kB'], '999.9 kB'],
  [[999_949, 1], false, ['1.0 MB', '< 0.1 MB'], '1.0 MB'],
  [[1_500_000_000, 0], false, ['1500.0 MB', '0 B'], '1500.0 MB'],
]
for (const [values, signed, cells, total] of columns) {
  test(`${JSON.stringify(values)} is printed as ${cells.join(', ')} and ${total}`, () =>
    assert.deepEqual(bytesColumn(values, { signed }), { cells, total }))
}

/** Tenths of the unit. */
const read = (text: string): number => {
  const [, sign, number] = /^([+−]|< )?([\d.]+) k?M?B$/.exec(text)!
  if (sign === '< ') return 0
  return Math.round(Number(number) * 10) * (sign === '−' ? -1 : 1)
}

const UNITS: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6 }

test('whatever the values, the printed ones add up to the printed total and none is off by more than a digit', () => {
  const bytes = fc.oneof(fc.integer({ min: -2e9, max: 2e9 }), fc.integer({ min: -5000, max: 5000 }))
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 12 }), values => {
      const { cells, total } = bytesColumn(values, { signed: true, slack: values.length - 1 })
      assert.equal(
        cells.reduce((sum, cell) => sum + read(cell), 0),
        read(total),
      )
      for (const [i, cell] of cells.entries()) {
        const unit = UNITS[cell.split(' ')[1]!]!
        assert.ok(Math.abs(read(cell) / 10 - values[i]! / unit) <= 0.2, `${values[i]} as ${cell}`)
      }
    }),
  )
})

test('base, head and change add up downwards and across', () => {
  const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 2e9 }), fc.integer({ min: 0, max: 2e9 })), {
    maxLength: 12,
  })
  fc.assert(
    fc.property(rows, values => {
      const { base, head, delta } = differenceColumns(
        values.map(([before]) => before),
        values.map(([, after]) => after),
      )
      for (const { cells, total } of [base, head, delta]) {
        assert.equal(
          cells.reduce((sum, cell) => sum + read(cell), 0),
          read(total),
        )
      }
      for (const [i, cell] of delta.cells.entries()) {
        assert.equal(read(cell), read(head.cells[i]!) - read(base.cells[i]!))
      }
    }),
  )
})

test('a total below 1 GB reads as it does everywhere else', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_000_000 }), bytes => {
      assert.equal(bytesColumn([bytes], { signed: false }).total, formatBytes(bytes))
      assert.equal(bytesColumn([-bytes], { signed: true }).total, formatDelta(-bytes))
    }),
  )
})
