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
  const totalBytes = valuesBytes.reduce((sum, bytes) => sum + bytes, 0)
  const largest = valuesBytes.reduce((max, bytes) => Math.max(max, Math.abs(bytes)), Math.abs(totalBytes))
  const step = largest >= 999_950 ? 2 : largest >= 1000 ? 1 : 0
  const shown = valuesBytes.map(bytes => tenths(bytes, step))
  const total = tenths(totalBytes, step)
  spread(shown, valuesBytes, total, step, slack)
  const print = (value: number, bytes: number): string =>
    value === 0 && bytes === 0 ? '0 B' : format(value, step, signed)
  return { cells: shown.map((value, i) => print(value, valuesBytes[i]!)), total: print(total, totalBytes) }
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
