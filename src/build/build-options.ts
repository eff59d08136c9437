/** What a build is asked for: the values of the inputs that `docker/build-push-action` made known, already split and parsed. */

/** One build's inputs. A list is empty and a word is null where the user said nothing. */
export interface BuildOptions {
  /** A directory of the checkout, or `{{defaultContext}}[:subdir]`. */
  readonly context: string
  /** The Dockerfile, relative to the working directory; null: `{context}/Dockerfile`. */
  readonly file: string | null
  /** A bake file, relative to the working directory, whose target is built; null: none. */
  readonly bakeFile: string | null
  readonly target: string | null
  /** `K=V`, or `K` for the value that the environment has. */
  readonly buildArgs: readonly string[]
  /** `name=value`: a directory of the checkout, `docker-image://…` or `oci-layout://…`. */
  readonly buildContexts: readonly string[]
  /** `id=value`, the value untrimmed. */
  readonly secrets: readonly string[]
  /** `id=VARIABLE`. */
  readonly secretEnvs: readonly string[]
  /** `id=path`, relative to the working directory. */
  readonly secretFiles: readonly string[]
  readonly ssh: readonly string[]
  readonly platform: string | null
  /** The name of a buildx builder; null: the one in use. */
  readonly builder: string | null
  readonly network: string | null
  readonly addHosts: readonly string[]
  readonly labels: readonly string[]
  readonly shmSize: string | null
  readonly ulimit: readonly string[]
  readonly cacheFrom: readonly string[]
  /** For the head build only: a base build must not overwrite what the next run starts from. */
  readonly cacheTo: readonly string[]
  readonly noCache: boolean
  readonly pull: boolean
  /** For each of the two builds. */
  readonly timeoutMs: number
}

export type Side = 'head' | 'base'

/**
 * A build argument without a value has the environment's. Where it has none, the argument is not given, and the
 * Dockerfile's own default counts (measured: buildx 0.30).
 */
export const givenBuildArgs = (
  { buildArgs }: Pick<BuildOptions, 'buildArgs'>,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] =>
  buildArgs.flatMap(argument => {
    if (argument.includes('=')) return [argument]
    const value = environment[argument]
    return value === undefined ? [] : [`${argument}=${value}`]
  })

/** `K=V` by name; of two with one name the later counts. */
export const argumentsOf = (pairs: readonly string[]): Record<string, string> => {
  const result: Record<string, string> = Object.create(null)
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    if (at > 0) result[pair.slice(0, at)] = pair.slice(at + 1)
  }
  return result
}

/** The environment variables that the user named on purpose: they reach the build even where others are held back. */
export const namedVariables = (
  options: Pick<BuildOptions, 'secretEnvs' | 'buildArgs'>,
): readonly string[] => [
  ...options.secretEnvs.map(pair => pair.slice(pair.indexOf('=') + 1)),
  ...options.buildArgs.filter(argument => !argument.includes('=')),
]
