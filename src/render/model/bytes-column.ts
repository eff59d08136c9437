/** A column of sizes that adds up as it is printed. */

export interface BytesColumn {
  readonly cells: readonly string[]
  readonly total: string
}

export interface ColumnOptions {
  /** `+` and `−` on every value. */
  readonly signed: boolean
  /** The row that takes a rounding difference first ("everything else"). */
  readonly slack?: number
}

const UNITS = ['B', 'kB', 'MB'] as const

/**
 * All values in one unit with one decimal, and their sum below them, so that a reader who adds them up gets the sum to
 * the last digit. No value is off by more than one unit of its last digit. Never coarser than MB, where rows of
 * 40 MB would vanish.
 */
export const bytesColumn = (
  valuesBytes: readonly number[],
  { signed, slack }: ColumnOptions,
): BytesColumn => {
  const step = stepFor(valuesBytes)
  return printed(rounded(valuesBytes, step, slack), valuesBytes, step, signed)
}

/**
 * Two columns and their difference: each adds up downwards, and every row adds up across. The printed total of the
 * difference is that of the printed totals.
 */
export const differenceColumns = (
  baseBytes: readonly number[],
  headBytes: readonly number[],
): { readonly base: BytesColumn; readonly head: BytesColumn; readonly delta: BytesColumn } => {
  const step = Math.max(stepFor(baseBytes), stepFor(headBytes))
  const base = rounded(baseBytes, step)
  const head = rounded(headBytes, step)
  const delta = {
    cells: head.cells.map((value, i) => value - base.cells[i]!),
    total: head.total - base.total,
  }
  return {
    base: printed(base, baseBytes, step, false),
    head: printed(head, headBytes, step, false),
    delta: printed(
      delta,
      headBytes.map((bytes, i) => bytes - baseBytes[i]!),
      step,
      true,
    ),
  }
}

/** Tenths of the unit, or whole bytes. */
interface Rounded {
  readonly cells: readonly number[]
  readonly total: number
}

const stepFor = (valuesBytes: readonly number[]): number => {
  const total = Math.abs(sum(valuesBytes))
  const largest = valuesBytes.reduce((max, bytes) => Math.max(max, Math.abs(bytes)), total)
  return largest >= 999_950 ? 2 : largest >= 1000 ? 1 : 0
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

const rounded = (valuesBytes: readonly number[], step: number, slack?: number): Rounded => {
  const cells = valuesBytes.map(bytes => tenths(bytes, step))
  const total = tenths(sum(valuesBytes), step)
  spread(cells, valuesBytes, total, step, slack)
  return { cells, total }
}

const printed = (
  { cells, total }: Rounded,
  valuesBytes: readonly number[],
  step: number,
  signed: boolean,
): BytesColumn => {
  const print = (value: number, bytes: number): string => {
    if (value === 0 && bytes === 0) return '0 B'
    return value === 0 && !signed ? `< 0.1 ${UNITS[step]}` : format(value, step, signed)
  }
  return {
    cells: cells.map((value, i) => print(value, valuesBytes[i]!)),
    total: print(total, sum(valuesBytes)),
  }
}

/** Tenths of the unit (whole bytes for B), rounded as `formatBytes` rounds. */
const tenths = (bytes: number, step: number): number => {
  let value = Math.abs(bytes)
  for (let i = 0; i < step; i += 1) value /= 1000
  const rounded = step === 0 ? value : Math.round(Number(value.toFixed(1)) * 10)
  return bytes < 0 && rounded > 0 ? -rounded : rounded
}

/** Hands the rounding difference to the slack row and then to the rows that were rounded hardest, one digit each. */
const spread = (
  shown: number[],
  exactBytes: readonly number[],
  total: number,
  step: number,
  slack?: number,
): void => {
  let left = total - shown.reduce((sum, value) => sum + value, 0)
  if (left === 0) return
  const sign = Math.sign(left)
  const unit = step === 0 ? 1 : 1000 ** step / 10
  const error = (i: number): number => (i === slack ? Infinity : sign * (exactBytes[i]! / unit - shown[i]!))
  const order = shown.map((_, i) => i).sort((a, b) => error(b) - error(a) || a - b)
  for (const i of order) {
    if (left === 0) return
    shown[i] = shown[i]! + sign
    left -= sign
  }
}

const format = (value: number, step: number, signed: boolean): string => {
  const text = step === 0 ? String(Math.abs(value)) : (Math.abs(value) / 10).toFixed(1)
  const sign = value < 0 ? '−' : signed && value > 0 ? '+' : ''
  return `${sign}${text} ${UNITS[step]}`
}
