/** Raw text of inputs, options and the configuration file to one checked value. The only place that knows their names. */

import type { BuildOptions } from './build/build-options.ts'
import { UserError } from './errors.ts'
import { INPUTS, type InputName, type InputSpec, inputSpecs } from './inputs.ts'
import { parseList } from './list.ts'
import { nearestName } from './nearest.ts'
import { type Budgets, parseGrowthLimit, parseLayerLimit, parseSizeLimit } from './report/budgets.ts'
import { type IgnoreEntry, parseIgnoreLine } from './report/ignore.ts'
import { FAIL_ON, type FailOn } from './report/review.ts'
import { parseBytes } from './units.ts'

export interface Options {
  readonly build: BuildOptions
  readonly image: string | null
  readonly baseImage: string | null
  readonly baseRef: string | null
  readonly basePrepare: string | null
  readonly baseline: 'auto' | 'build' | 'saved' | 'none'
  readonly baselineDir: string | null
  readonly name: string | null
  readonly budgets: Budgets
  readonly failOn: readonly FailOn[]
  readonly warnOnly: boolean
  readonly acceptLabel: string | null
  readonly ignore: readonly IgnoreEntry[]
  readonly minChangeBytes: number
  /** How a smaller Dockerfile is looked for. */
  readonly fix: FixOptions
  readonly comment: 'always' | 'on-change' | 'on-failure' | 'never'
  readonly mode: 'compare' | 'publish' | 'baseline'
  /** Patterns of saved reports; none unless the mode is `publish`. */
  readonly reports: readonly string[]
  readonly commentKey: string
  readonly suggestions: 'none' | 'review'
  readonly summary: boolean
  readonly annotations: boolean
  readonly reportDir: string | null
  readonly cacheDir: string | null
  readonly githubToken: string | null
}

export interface FixOptions {
  /** Null: `verified` on `pull_request`, else `advice`. */
  readonly suggest: 'verified' | 'advice' | null
  readonly timeoutMs: number
  readonly minSavingBytes: number
  /** A command for `/bin/sh -c`, or null. */
  readonly smokeTest: string | null
}

/** What somebody wrote for an option, and where, for messages. */
export interface RawValue {
  readonly text: string
  readonly where: string
}

export type RawValues = ReadonlyMap<InputName, RawValue>

/** Inputs of the action, as the runner passes them: `INPUT_MAX-SIZE`. An empty input is one that was not given. */
export const readActionInputs = (env: Readonly<Record<string, string | undefined>>): RawValues => {
  const values = new Map<InputName, RawValue>()
  for (const [name, spec] of inputSpecs()) {
    if (!spec.where.includes('action')) continue
    const text = env[`INPUT_${name.toUpperCase()}`]
    if (text !== undefined && text.trim() !== '') values.set(name, { text, where: `input "${name}"` })
  }
  return values
}

/** Later maps win: file first, then what was given for this run. */
export const mergeValues = (...maps: readonly RawValues[]): RawValues =>
  new Map(maps.flatMap(map => [...map]))

/** Checks everything at once, before anything is built; the first mistake is the one that is named. */
export const parseOptions = (raw: RawValues): Options => {
  const get = (name: InputName): RawValue | null => {
    const value = raw.get(name)
    if (value) return value
    const { fallback } = INPUTS[name] as InputSpec
    return fallback === undefined ? null : { text: fallback, where: name }
  }
  const text = (name: InputName): string | null => {
    const value = get(name)
    return value && value.text.trim() !== '' ? value.text.trim() : null
  }
  const list = (name: InputName): string[] => {
    const value = get(name)
    if (!value) return []
    return parseList(value.text, {
      splitCommas: (INPUTS[name] as InputSpec).kind === 'csv',
      where: value.where,
    })
  }
  const flag = (name: InputName): boolean => {
    const value = get(name)
    return value ? parseFlag(value) : false
  }
  const choice = <T extends string>(name: InputName, values: readonly T[], fallback: T): T => {
    const value = get(name)
    return value && value.text.trim() !== '' ? parseChoice(value, values) : fallback
  }
  const where = (name: InputName): string => get(name)?.where ?? name

  const budgets: Budgets = {
    maxSize: parseSizeLimit(text('max-size') ?? '', where('max-size')),
    maxIncrease: parseGrowthLimit(text('max-increase') ?? '', where('max-increase')),
    warnIncrease: parseGrowthLimit(text('warn-increase') ?? '', where('warn-increase')),
    maxLeftovers: parseGrowthLimit(text('max-leftovers') ?? '', where('max-leftovers')),
    maxLayers: text('max-layers') === null ? null : parseLayerLimit(text('max-layers')!, where('max-layers')),
  }
  return {
    build: {
      context: text('context') ?? '.',
      file: text('file'),
      bakeFile: bakeFileOf(raw, text('bake-file'), where('bake-file')),
      target: text('target'),
      buildArgs: list('build-args'),
      buildContexts: list('build-contexts'),
      secrets: list('secrets'),
      secretEnvs: list('secret-envs'),
      secretFiles: list('secret-files'),
      ssh: list('ssh'),
      platform: onePlatform(list('platforms'), where('platforms')),
      builder: text('builder'),
      network: text('network'),
      addHosts: list('add-hosts'),
      labels: list('labels'),
      shmSize: text('shm-size'),
      ulimit: list('ulimit'),
      cacheFrom: list('cache-from'),
      cacheTo: list('cache-to'),
      noCache: flag('no-cache'),
      pull: flag('pull'),
      timeoutMs: parseDuration(text('timeout') ?? '30m', where('timeout')),
    },
    image: text('image'),
    baseImage: text('base-image'),
    baseRef: text('base-ref'),
    basePrepare: text('base-prepare'),
    baseline: choice('baseline', ['auto', 'build', 'saved', 'none'], 'auto'),
    baselineDir: text('baseline-dir'),
    name: text('name'),
    budgets,
    failOn: failOnOf(raw, list('fail-on'), where('fail-on')),
    warnOnly: flag('warn-only'),
    acceptLabel: text('accept-label'),
    ignore: list('ignore').map(line => parseIgnoreLine(line, where('ignore'))),
    minChangeBytes: parseBytes(text('min-change') ?? '10 kB', where('min-change')),
    fix: {
      suggest:
        text('suggest') === null ? null : parseChoice(get('suggest')!, ['verified', 'advice'] as const),
      timeoutMs: parseDuration(text('fix-timeout') ?? '10m', where('fix-timeout')),
      minSavingBytes: parseBytes(text('min-saving') ?? '1 MB', where('min-saving')),
      smokeTest: text('smoke-test'),
    },
    comment: choice('comment', ['always', 'on-change', 'on-failure', 'never'], 'on-change'),
    suggestions: choice('suggestions', ['none', 'review'], 'none'),
    mode: modeOf(choice('mode', ['auto', 'compare', 'publish', 'baseline'], 'auto'), list('reports')),
    reports: list('reports'),
    commentKey: commentKeyOf(text('comment-key') ?? 'default', where('comment-key')),
    summary: flag('summary'),
    annotations: flag('annotations'),
    reportDir: text('report-dir'),
    cacheDir: text('cache-dir'),
    githubToken: text('github-token'),
  }
}

/** YAML 1.2's two words in its three spellings, as `core.getBooleanInput` takes them. */
const parseFlag = ({ text, where }: RawValue): boolean => {
  const value = text.trim()
  if (/^(true|True|TRUE)$/.test(value)) return true
  if (/^(false|False|FALSE)$/.test(value)) return false
  throw new UserError(`${where}: "${value}" is neither true nor false`)
}

const parseChoice = <T extends string>({ text, where }: RawValue, values: readonly T[]): T => {
  const value = text.trim()
  const found = values.find(each => each === value)
  if (found !== undefined) return found
  const nearest = nearestName(value, values)
  throw new UserError(
    `${where}: "${value}" is not one of ${values.join(', ')}${nearest ? `: did you mean "${nearest}"?` : ''}`,
  )
}

/** A bake file says itself what `context` and `file` are. */
const bakeFileOf = (raw: RawValues, file: string | null, where: string): string | null => {
  const other = (['context', 'file'] as const).find(name => raw.has(name))
  if (file !== null && other)
    throw new UserError(`${where}: it says what "${other}" is: leave one of the two out`)
  return file
}

/** An input of the action cannot say it with an empty text, which is that of one that was not given. */
const NOTHING = 'none'

const failOnOf = (raw: RawValues, values: readonly string[], where: string): FailOn[] => {
  const given = raw.get('fail-on')
  if (!given) return ['budget']
  const chosen = values.map(text => parseChoice({ text, where }, [...FAIL_ON, NOTHING]))
  if (chosen.includes(NOTHING) && chosen.length > 1)
    throw new UserError(`${where}: "none" stands alone: leave it or the others out`)
  return chosen.filter((each): each is FailOn => each !== NOTHING)
}

const modeOf = (
  mode: 'auto' | 'compare' | 'publish' | 'baseline',
  reports: readonly string[],
): Options['mode'] => {
  if (mode === 'auto') return reports.length > 0 ? 'publish' : 'compare'
  if (mode === 'publish' && reports.length === 0)
    throw new UserError(
      'mode: "publish" needs "reports": name the report.json files, as in "reports/**/report.json"',
    )
  if (mode !== 'publish' && reports.length > 0)
    throw new UserError(`reports: mode "${mode}" reads no reports: leave "mode" out, or set it to "publish"`)
  return mode
}

const onePlatform = (platforms: readonly string[], where: string): string | null => {
  if (platforms.length > 1)
    throw new UserError(
      `${where}: one platform at a time, ${platforms.length} were given: use a matrix with one job for each`,
    )
  const platform = platforms[0] ?? null
  if (platform !== null && !/^[a-z0-9]+\/[a-z0-9_]+(\/[a-z0-9]+)?$/.test(platform))
    throw new UserError(`${where}: "${platform}" is not a platform: write one such as "linux/amd64"`)
  return platform
}

const commentKeyOf = (key: string, where: string): string => {
  if (key.length > 100) throw new UserError(`${where}: longer than 100 characters`)
  return key
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 }

/** `90s`, `30m`, `2h`, in milliseconds. */
export const parseDuration = (text: string, where: string): number => {
  const match = /^(\d{1,6})\s*([smh])$/.exec(text.trim())
  if (!match || Number(match[1]) === 0)
    throw new UserError(`${where}: "${text}" is not a time: write "90s", "30m" or "2h"`)
  return Number(match[1]) * UNITS_MS[match[2]!]!
}

/** Used by the configuration file and the command: an unknown name and the nearest known one. */
export const unknownName = (name: string, known: readonly string[]): string => {
  const nearest = nearestName(name, known)
  return `"${name}" is not known${nearest ? `: did you mean "${nearest}"?` : `; known are ${known.join(', ')}`}`
}
