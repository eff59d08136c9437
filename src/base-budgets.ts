/**
 * The budgets as they are at the base commit, so that a change that loosens them is seen to: those of the configuration
 * file, and those that the workflow's own step gives.
 */
import { relative, resolve, sep } from 'node:path'
import { parse } from 'yaml'
import { fileAt, type Git } from './build/git.ts'
import { DEFAULT_CONFIG_FILE, parseConfigFile } from './config-file.ts'
import { UserError } from './errors.ts'
import type { InputName } from './inputs.ts'
import { mergeValues, parseOptions, type RawValues } from './options.ts'
import type { Budgets } from './report/budgets.ts'
import type { Environment } from './world.ts'

export interface BudgetsQuestion {
  readonly git: Git
  /** What was given for this run. */
  readonly given: RawValues
  /** Where relative paths start from. */
  readonly workspace: string
  readonly environment: Environment
}

const BUDGETS: readonly InputName[] = [
  'max-size',
  'max-increase',
  'max-leftovers',
  'max-layers',
  'warn-increase',
]

/** Null where the base's own files cannot be understood: then nothing is said about them. */
export const budgetsAt = async (sha: string, question: BudgetsQuestion): Promise<Budgets | null> => {
  const { git, given, workspace } = question
  try {
    const name = given.get('config-file')?.text.trim() || DEFAULT_CONFIG_FILE
    const path = relative(git.root, resolve(workspace, name)).split(sep).join('/')
    const text = path.startsWith('..') ? null : await fileAt(git, sha, path)
    const fromFile = text === null ? new Map() : parseConfigFile(text, name)
    return parseOptions(mergeValues(fromFile, await givenAt(sha, question))).budgets
  } catch (error) {
    if (error instanceof UserError) return null
    throw error
  }
}

/** The inputs of this run, with the budgets that the workflow had at that commit wherever it says them in plain words. */
const givenAt = async (sha: string, { git, given, environment }: BudgetsQuestion): Promise<RawValues> => {
  const path = workflowPath(environment)
  const text = path === null ? null : await fileAt(git, sha, path)
  const step = text === null ? null : ownStep(text, environment)
  if (step === null) return given
  const others = [...given].filter(([name]) => !BUDGETS.includes(name))
  const budgets = BUDGETS.flatMap(name => {
    const value = step[name]
    if (value === undefined || value === null || value === '') return []
    const isPlain = typeof value === 'number' || (typeof value === 'string' && !value.includes('${{'))
    const now = given.get(name)
    if (!isPlain) return now ? [[name, now] as const] : []
    return [[name, { text: String(value), where: `input "${name}"` }] as const]
  })
  return new Map([...others, ...budgets])
}

/** `.github/workflows/image.yml` of `octo/app/.github/workflows/image.yml@refs/pull/7/merge`; null if it is another repository's. */
const workflowPath = ({
  GITHUB_WORKFLOW_REF: ref,
  GITHUB_REPOSITORY: repository,
}: Environment): string | null => {
  const path = ref?.split('@')[0] ?? ''
  return repository && path.startsWith(`${repository}/.github/`) ? path.slice(repository.length + 1) : null
}

/** `with` of the one step that this is, or null where the file does not say which that is. */
const ownStep = (text: string, environment: Environment): Readonly<Record<string, unknown>> | null => {
  const { GITHUB_JOB: job, GITHUB_ACTION: id, GITHUB_ACTION_REPOSITORY: repository } = environment
  const steps = at(at(at(parsed(text), 'jobs'), job ?? ''), 'steps')
  if (!Array.isArray(steps)) return null
  const own = steps.filter(step => {
    const uses = at(step, 'uses')
    if (typeof uses !== 'string') return false
    return repository ? uses.split('@')[0] === repository : uses.startsWith('./')
  })
  const named = own.filter(step => at(step, 'id') === id)
  const [found, ...others] = named.length > 0 ? named : own
  if (found === undefined || others.length > 0) return null
  const inputs = at(found, 'with')
  return typeof inputs === 'object' && inputs !== null ? (inputs as Record<string, unknown>) : {}
}

const parsed = (text: string): unknown => {
  try {
    return parse(text, { maxAliasCount: 20 })
  } catch {
    return null
  }
}

const at = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined
