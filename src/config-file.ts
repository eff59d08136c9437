/** `.github/plimsoll.yml`: the options that a repository keeps, in YAML. Text in, raw values out. */
import { parseDocument } from 'yaml'
import { UserError } from './errors.ts'
import { type InputName, type InputSpec, inputSpecs } from './inputs.ts'
import { type RawValue, type RawValues, unknownName } from './options.ts'

export const DEFAULT_CONFIG_FILE = '.github/plimsoll.yml'
const LENGTH_LIMIT = 64 * 1024

/**
 * @param text the file's content
 * @param file its path, for messages
 */
export const parseConfigFile = (text: string, file: string): RawValues => {
  if (text.length > LENGTH_LIMIT) throw new UserError(`${file}: larger than ${LENGTH_LIMIT} characters`)
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true })
  const problem = document.errors[0]
  if (problem) throw new UserError(`${file}: ${problem.message.split('\n')[0]!.replace(/:$/, '')}`)
  // at most 20 aliases: a file of options needs none, a bomb needs many
  const value: unknown = document.toJS({ maxAliasCount: 20 })
  if (value === null || value === undefined) return new Map()
  if (typeof value !== 'object' || Array.isArray(value))
    throw new UserError(`${file}: expected "name: value" lines`)
  const known = new Map(inputSpecs().filter(([, spec]) => spec.where.includes('file')))
  const values = new Map<InputName, RawValue>()
  for (const [key, entry] of Object.entries(value)) {
    const spec = known.get(key as InputName)
    if (!spec) throw new UserError(`${file}: ${unknownName(key, [...known.keys()])}`)
    values.set(key as InputName, { text: textOf(entry, spec, `${file}: ${key}`), where: `${file}: ${key}` })
  }
  return values
}

const textOf = (value: unknown, spec: InputSpec, where: string): string => {
  if (value === null) return ''
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value)
  if (Array.isArray(value) && (spec.kind === 'lines' || spec.kind === 'csv' || isLimit(where)))
    return value.map(item => itemText(item, where)).join('\n')
  throw new UserError(
    `${where}: expected ${spec.kind === 'lines' || spec.kind === 'csv' ? 'a list of lines' : 'one value'}`,
  )
}

const isLimit = (where: string): boolean => /: (max|warn)-(size|increase|leftovers)$/.test(where)

/** A line, or for `ignore` a mapping of `match`, `reason` and `until`. */
const itemText = (item: unknown, where: string): string => {
  if (typeof item === 'string' || typeof item === 'number') return String(item)
  const entry = item as { match?: unknown; reason?: unknown; until?: unknown } | null
  if (where.endsWith(': ignore') && typeof entry === 'object' && typeof entry?.match === 'string') {
    const unknown = Object.keys(entry).find(key => !['match', 'reason', 'until'].includes(key))
    if (unknown) throw new UserError(`${where}: ${unknownName(unknown, ['match', 'reason', 'until'])}`)
    const until = entry.until === undefined ? '' : ` until ${String(entry.until)}`
    return `${entry.match} # ${typeof entry.reason === 'string' ? entry.reason : ''}${until}`
  }
  throw new UserError(`${where}: expected a line of text`)
}
