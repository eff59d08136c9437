/** A saved report's text to a report: the parts that a comparison relies on are checked, the sums too. */
import { UserError } from '../errors.ts'
import type { ImageReport } from './types.ts'

type Json = Readonly<Record<string, unknown>>

/** @param source the file, for messages */
export const readReport = (text: string, source: string): ImageReport => {
  const value = parse(text, source)
  const fail = (what: string): never => {
    throw new UserError(
      `${source}: not a report of Plimsoll (${what}): save one with "plimsoll inspect IMAGE --json"`,
    )
  }
  if (!isObject(value)) return fail('expected a JSON object')
  if (value.schemaVersion !== 1)
    return fail(`schemaVersion ${JSON.stringify(value.schemaVersion ?? null)}, expected 1`)
  if (value.complete !== true) return fail('it is not complete')
  const { image, size, layers, packages, findings, hazards, paths, hiddenPaths } = value
  if (!isObject(image) || !isObject(size)) return fail('image or size is missing')
  for (const name of ['content', 'visible', 'hidden', 'leftovers', 'files'])
    if (!isCount((size as Json)[name])) return fail(`size.${name} is not a number of bytes`)
  if (!rows(layers, ['content', 'hidden'])) return fail('layers')
  if (!rows(packages, ['bytes'])) return fail('packages')
  if (!rows(findings, ['bytes', 'visible', 'hidden'])) return fail('findings')
  if (!rows(hazards, [])) return fail('hazards')
  if (!rows(paths, ['bytes', 'layer']) || !rows(hiddenPaths, ['bytes', 'layer'])) return fail('paths')
  const report = value as unknown as ImageReport
  const sums = checkReport(report)
  if (sums) return fail(sums)
  return report
}

/** Which sum of a report is not what it should be, or null. */
export const checkReport = (report: ImageReport): string | null => {
  if (sum(report.layers.map(row => row.content)) !== report.size.content)
    return 'layers do not add up to size.content'
  if (sum(report.paths.map(row => row.bytes)) !== report.size.visible)
    return 'paths do not add up to size.visible'
  if (sum(report.hiddenPaths.map(row => row.bytes)) !== report.size.hidden)
    return 'hiddenPaths do not add up to size.hidden'
  return null
}

const parse = (text: string, source: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new UserError(`${source}: not valid JSON: save a report with "plimsoll inspect IMAGE --json"`)
  }
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0
const rows = (value: unknown, counts: readonly string[]): boolean =>
  Array.isArray(value) && value.every(row => isObject(row) && counts.every(name => isCount(row[name])))
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
