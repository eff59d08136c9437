/** Bytes and percentages, to text and back. Decimal units are printed; both families are read, strictly. */
import { UserError } from './errors.ts'

const STEPS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

/**
 * `74.8 MB`: one decimal from 1 kB on, none below.
 * @param bytes whole and not negative
 */
export const formatBytes = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} B`
  let value = bytes
  let step = 0
  // 999 950 B would round to "1000.0 kB": the next unit starts where the rounding does
  while (value >= 999.95 && step < STEPS.length - 1) {
    value /= 1000
    step += 1
  }
  return `${value.toFixed(value >= 100 && step >= 3 ? 2 : step >= 3 ? 2 : 1)} ${STEPS[step]}`
}

/** `+38.2 MB`, `−38.2 MB` (U+2212), `0 B`. */
export const formatDelta = (bytes: number): string =>
  bytes === 0 ? '0 B' : `${bytes > 0 ? '+' : '−'}${formatBytes(Math.abs(bytes))}`

/** `+13.9 %`, `−0.4 %`; more digits where one would say 0. */
export const formatPercentDelta = (percent: number): string => {
  const size = Math.abs(percent)
  if (size === 0) return '0 %'
  const text = size < 0.05 ? '< 0.1' : size.toFixed(1)
  return `${percent > 0 ? '+' : '−'}${text} %`
}

const FACTORS: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
}

/**
 * `300 MB` is 300 000 000, `300 MiB` is 314 572 800, `300 M` is an error: whoever writes it means one of the two.
 * @param text what the user wrote
 * @param where the option it was written for, for the message
 */
export const parseBytes = (text: string, where: string): number => {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim())
  const factor = match && FACTORS[match[2]!.toLowerCase()]
  if (!match || factor === undefined || factor === null) {
    const hint =
      match && /^[kmgt]$/i.test(match[2]!)
        ? `write "${match[1]} ${match[2]!.toUpperCase() === 'K' ? 'k' : match[2]!.toUpperCase()}B" (1000s) or "${match[1]} ${match[2]!.toUpperCase()}iB" (1024s)`
        : match && match[2] === ''
          ? `add a unit: "${match[1]} MB" or "${match[1]} B"`
          : 'write a number and a unit, such as "20 MB" or "20 MiB"'
    throw new UserError(`${where}: "${text.trim()}" is not a size: ${hint}`)
  }
  const bytes = Math.round(Number(match[1]) * factor)
  if (!Number.isSafeInteger(bytes)) throw new UserError(`${where}: "${text.trim()}" is too large a size`)
  return bytes
}

/** `10%` → 10. Null when the text is no percentage at all. */
export const parsePercent = (text: string): number | null => {
  const match = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim())
  return match ? Number(match[1]) : null
}
