/** The environment of the programs that Plimsoll starts: the user's own, less what they have no business with. */

export type Environment = Readonly<Record<string, string | undefined>>

/** The job's tokens, and the files through which a step speaks to the runner. */
const WITHHELD = new Set([
  'GITHUB_TOKEN',
  'GH_TOKEN',
  'GITHUB_ENV',
  'GITHUB_PATH',
  'GITHUB_OUTPUT',
  'GITHUB_STATE',
  'GITHUB_STEP_SUMMARY',
])

/** What `type=gha` caches and attestations need of the runner, and what an action has but a `run:` step has not. */
const RUNTIME = /^ACTIONS_(?:RUNTIME_|CACHE_|RESULTS_)/

export interface EnvironmentOptions {
  /** Variables that stay whatever their name: the user asked for them (`secret-envs`). */
  readonly keep?: readonly string[]
  /** Whether the runner's cache service may be reached: for builds, which a `type=gha` cache belongs to. */
  readonly cacheService?: boolean
}

/**
 * A copy of an environment without inputs (`INPUT_…` holds secrets and tokens), the job's token, the identity token's
 * request, and the runner's command files.
 */
export const childEnvironment = (
  environment: Environment,
  { keep = [], cacheService = false }: EnvironmentOptions = {},
): Record<string, string> => {
  const kept = new Set(keep)
  const result: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) continue
    if (kept.has(name) || !isWithheld(name, cacheService)) result[name] = value
  }
  return result
}

const isWithheld = (name: string, cacheService: boolean): boolean =>
  WITHHELD.has(name) ||
  name.startsWith('INPUT_') ||
  name.startsWith('ACTIONS_ID_TOKEN') ||
  (!cacheService && RUNTIME.test(name))
