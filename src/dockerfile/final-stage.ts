/** What a build of one target runs: its stage, and the stages of the file below it. */
import { UserError } from '../errors.ts'
import type { LineRange } from '../report/types.ts'
import type { Dockerfile, Instruction, Stage } from './dockerfile.ts'
import { expandVariables, type Lookup } from './expand-variables.ts'

export interface FinalStageOptions {
  /** A stage's name or index; null or empty: the last. */
  readonly target?: string | null
  readonly buildArgs?: Readonly<Record<string, string>>
  /** `linux/amd64`: gives `TARGETARCH` and its kind, and `BUILDARCH` alike, their values. */
  readonly platform?: string | null
}

export interface FinalStage {
  /** The image the chain of stages begins with, `ARG`s substituted (`scratch` stays); null when it cannot be known. */
  readonly base: string | null
  readonly baseLine: LineRange
  /** The chain: each stage stands on the one before it, and the last is the target. */
  readonly stages: readonly Stage[]
  /** Of the whole chain, base first, with what `ONBUILD` of a lower stage runs in the next one. */
  readonly instructions: readonly Instruction[]
  /** False when a `FROM` that cannot be known might name a stage of this file: instructions may be missing. */
  readonly complete: boolean
}

/** The chain of stages that ends in the target. UserError for an unknown target, with the stages there are. */
export const finalStage = (dockerfile: Dockerfile, options: FinalStageOptions = {}): FinalStage => {
  const lookup = globalLookup(dockerfile, options)
  const chain: Stage[] = []
  let base: string | null = null
  for (let stage: Stage | undefined = findTarget(dockerfile, options.target ?? ''); stage; ) {
    chain.unshift(stage)
    base = expandFrom(stage.from, lookup, dockerfile.escapeChar)
    stage = base === null ? undefined : findStage(dockerfile.stages.slice(0, stage.index), base)
  }
  const root = chain[0]!
  return {
    base,
    baseLine: root.fromLine,
    stages: chain,
    instructions: chain.flatMap((stage, index) => [...triggersOf(chain[index - 1]), ...stage.instructions]),
    complete: base !== null || !dockerfile.stages.slice(0, root.index).some(({ name }) => name !== null),
  }
}

const triggersOf = (stage: Stage | undefined): readonly Instruction[] =>
  stage ? stage.instructions.flatMap(({ trigger }) => trigger ?? []) : []

/** Of two stages with one name the later counts, and case does not (measured: BuildKit 0.33, legacy builder 20.10). */
export const findStage = (stages: readonly Stage[], name: string): Stage | undefined =>
  stages.findLast(stage => stage.name?.toLowerCase() === name.toLowerCase())

const findTarget = ({ file, stages }: Dockerfile, target: string): Stage => {
  const index = /^\d+$/.test(target) ? Number(target) : -1
  const stage = target === '' ? stages.at(-1) : (findStage(stages, target) ?? stages[index])
  if (stage) return stage
  const names = stages.map(({ name, index }) => name ?? `${index} (no name)`).join(', ')
  throw new UserError(`${file}: no stage "${target}" for the target; the stages are ${names}`)
}

const expandFrom = (from: string, lookup: PlatformLookup, escapeChar: string): string | null => {
  const unknown: string[] = []
  const value = expandVariables(from, name => lookup(name, unknown), escapeChar)
  return value === '' || unknown.length > 0 ? null : value
}

/** Adds to `unknown` the variables that only the builder knows. */
type PlatformLookup = (name: string, unknown: string[]) => string | undefined

const PLATFORM_VARIABLE = /^(?:TARGET|BUILD)(PLATFORM|OS|ARCH|VARIANT)$/

const globalLookup = (dockerfile: Dockerfile, options: FinalStageOptions): PlatformLookup => {
  const buildArgs = new Map(Object.entries(options.buildArgs ?? {}))
  const declared = new Map<string, string | undefined>()
  const lookup: PlatformLookup = (name, unknown) => {
    const automatic = PLATFORM_VARIABLE.exec(name)?.[1]
    if (declared.get(name) !== undefined || (declared.has(name) && !automatic)) return declared.get(name)
    if (!automatic) return undefined
    const value = buildArgs.get(name) ?? platformPart(options.platform ?? null, automatic)
    if (value === null) unknown.push(name)
    return value ?? undefined
  }
  for (const { name, value } of dockerfile.globalArgs.flatMap(({ settings }) => settings))
    declared.set(
      name,
      buildArgs.get(name) ?? expandDefault(value, name => lookup(name, []), dockerfile.escapeChar),
    )
  return lookup
}

const expandDefault = (value: string | null, lookup: Lookup, escapeChar: string): string | undefined =>
  value === null ? undefined : (expandVariables(value, lookup, escapeChar) ?? undefined)

const platformPart = (platform: string | null, part: string): string | null => {
  if (platform === null) return null
  const [os = '', arch = '', variant = ''] = platform.split('/')
  return part === 'PLATFORM' ? platform : part === 'OS' ? os : part === 'ARCH' ? arch : variant
}
