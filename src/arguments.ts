/** The command line to a command, its operands and raw option values. */
import { parseArgs } from 'node:util'
import { UserError } from './errors.ts'
import { type InputName, type InputSpec, inputSpecs } from './inputs.ts'
import { type RawValue, type RawValues, unknownName } from './options.ts'

const COMMANDS = ['inspect', 'compare', 'review', 'fix', 'rules', 'demo'] as const
export type CommandName = (typeof COMMANDS)[number]

const FORMATS = ['text', 'markdown', 'json', 'sarif', 'html'] as const
export type Format = (typeof FORMATS)[number]

export interface CommandLine {
  readonly command: CommandName | 'help' | 'version'
  readonly operands: readonly string[]
  readonly values: RawValues
  readonly format: Format
  readonly output: string | null
  readonly quiet: boolean
  readonly color: boolean
  /** `demo --build`. */
  readonly build: boolean
  /** `fix --write`. */
  readonly write: boolean
}

const OWN_FLAGS = ['json', 'quiet', 'no-color', 'help', 'version', 'build', 'write'] as const
const OWN_TEXTS = ['format', 'output'] as const

/** Operands that each command takes: at least, at most. */
const OPERANDS: Readonly<Record<CommandName, readonly [number, number, string]>> = {
  inspect: [1, 1, 'inspect IMAGE'],
  compare: [2, 2, 'compare BASE HEAD'],
  review: [0, 1, 'review [CONTEXT]'],
  fix: [0, 1, 'fix [CONTEXT] [--write]'],
  rules: [0, 1, 'rules [ID]'],
  demo: [0, 0, 'demo [--build]'],
}

/** @param argv what follows the program's name */
export const parseCommandLine = (argv: readonly string[]): CommandLine => {
  const specs = inputSpecs().filter(([, spec]) => spec.where.includes('command'))
  const byOption = new Map<string, [InputName, InputSpec]>()
  for (const [name, spec] of specs) {
    byOption.set(name, [name, spec])
    if (spec.alias) byOption.set(spec.alias, [name, spec])
  }
  const { values, positionals } = parsed(argv, byOption)
  const flag = (name: string): boolean => values[name] === true
  const [word, ...operands] = positionals
  const common = {
    operands,
    values: rawValues(values, byOption),
    format: formatOf(values),
    output: (values.output as string | undefined) ?? null,
    quiet: flag('quiet'),
    color: !flag('no-color'),
    build: flag('build'),
    write: flag('write'),
  }
  if (flag('version')) return { ...common, command: 'version' }
  if (flag('help') || word === 'help' || word === undefined) return { ...common, command: 'help' }
  const command = COMMANDS.find(name => name === word)
  if (!command) throw new UserError(`command ${unknownName(word, COMMANDS)}`)
  const [least, most, usage] = OPERANDS[command]
  if (operands.length < least || operands.length > most)
    throw new UserError(`usage: plimsoll ${usage} (see "plimsoll help")`)
  if ((command === 'review' || command === 'fix') && operands[0] !== undefined)
    return {
      ...common,
      command,
      values: new Map([...common.values, ['context', { text: operands[0], where: 'CONTEXT' }]]),
    }
  return { ...common, command }
}

type Parsed = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>

const parsed = (
  argv: readonly string[],
  byOption: ReadonlyMap<string, readonly [InputName, InputSpec]>,
): { values: Parsed; positionals: string[] } => {
  const options: Record<string, { type: 'string' | 'boolean'; multiple?: boolean; short?: string }> = {}
  for (const [option, [, spec]] of byOption)
    options[option] = spec.kind === 'flag' ? { type: 'boolean' } : { type: 'string', multiple: true }
  for (const name of OWN_FLAGS) options[name] = { type: 'boolean' }
  for (const name of OWN_TEXTS) options[name] = { type: 'string' }
  options.file = { ...options.file!, short: 'f' }
  options.output = { ...options.output!, short: 'o' }
  options.help = { type: 'boolean', short: 'h' }
  for (const word of argv) {
    if (word === '--') break
    const name = /^--([^=]+)/.exec(word)?.[1]
    if (name !== undefined && !options[name])
      throw new UserError(
        `option ${unknownName(
          `--${name}`,
          Object.keys(options).map(each => `--${each}`),
        )}`,
      )
  }
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true }) as never
  } catch (error) {
    throw new UserError(`${(error as Error).message.split(/\.\s/)[0]!}: see "plimsoll help"`)
  }
}

const rawValues = (
  values: Parsed,
  byOption: ReadonlyMap<string, readonly [InputName, InputSpec]>,
): Map<InputName, RawValue> => {
  const raw = new Map<InputName, RawValue>()
  for (const [option, [name, spec]] of byOption) {
    const value = values[option]
    if (value === undefined) continue
    const items = (Array.isArray(value) ? value : [value]).map(String)
    // one option is one item of a list, whatever quotes or commas are in it
    const text = items
      .map(item => (spec.kind === 'lines' ? `"${item.replaceAll('"', '""')}"` : item))
      .join('\n')
    const before = raw.get(name)
    raw.set(name, { text: before ? `${before.text}\n${text}` : text, where: `--${option}` })
  }
  return raw
}

const formatOf = (values: Parsed): Format => {
  if (values.json === true) return 'json'
  const given = values.format as string | undefined
  if (given === undefined) return 'text'
  const format = FORMATS.find(each => each === given)
  if (!format) throw new UserError(`--format: "${given}" is not one of ${FORMATS.join(', ')}`)
  return format
}
