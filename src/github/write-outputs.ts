import { setOutput } from '@actions/core'

/** The outputs of action.yml. `json` is JSON as text; sizes are bytes, the percentage has two decimals; null is "". */
export interface ActionOutputs {
  readonly size: number | null
  readonly 'base-size': number | null
  readonly 'size-diff': number | null
  readonly 'size-diff-percent': number | null
  readonly 'leftover-size': number | null
  readonly findings: number | null
  readonly passed: boolean
  readonly imageid: string | null
  readonly 'base-sha': string | null
  readonly 'report-json': string | null
  readonly 'report-markdown': string | null
  readonly 'report-html': string | null
  readonly 'report-sarif': string | null
  readonly baseline: string | null
  readonly 'comment-id': number | null
  readonly 'comment-written': boolean
  readonly json: string | null
}

export type OutputName = keyof ActionOutputs

export const OUTPUT_NAMES: readonly OutputName[] = [
  'size',
  'base-size',
  'size-diff',
  'size-diff-percent',
  'leftover-size',
  'findings',
  'passed',
  'imageid',
  'base-sha',
  'report-json',
  'report-markdown',
  'report-html',
  'report-sarif',
  'baseline',
  'comment-id',
  'comment-written',
  'json',
]

/** Before anything is known. */
export const NO_OUTPUTS: ActionOutputs = {
  size: null,
  'base-size': null,
  'size-diff': null,
  'size-diff-percent': null,
  'leftover-size': null,
  findings: null,
  passed: false,
  imageid: null,
  'base-sha': null,
  'report-json': null,
  'report-markdown': null,
  'report-html': null,
  'report-sarif': null,
  baseline: null,
  'comment-id': null,
  'comment-written': false,
  json: null,
}

/** All outputs of a job together may have 1 MB. */
const JSON_LIMIT_BYTES = 256 * 1000

/**
 * Sets every output, the empty ones too, in the file that `GITHUB_OUTPUT` names. Returns the names of those that are left
 * empty because their value is not printable ASCII or too long: what a later step pastes into a shell stays harmless.
 */
export const writeOutputs = (outputs: ActionOutputs): readonly OutputName[] => {
  const withheld: OutputName[] = []
  for (const name of OUTPUT_NAMES) {
    const text = textOf(name, outputs)
    const fits = /^[\x20-\x7e]*$/.test(text) && (name !== 'json' || text.length <= JSON_LIMIT_BYTES)
    if (!fits) withheld.push(name)
    setOutput(name, fits ? text : '')
  }
  return withheld
}

const textOf = (name: OutputName, outputs: ActionOutputs): string => {
  const value = outputs[name]
  if (value === null) return ''
  if (name === 'json') return asciiJson(String(value))
  return name === 'size-diff-percent' && typeof value === 'number' ? value.toFixed(2) : String(value)
}

/** The same JSON in one line of ASCII. JSON text has such characters only between tokens (space) or in strings (escapes). */
const asciiJson = (text: string): string =>
  JSON.stringify(JSON.parse(text)).replace(
    /[^\x20-\x7e]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
