/** `docker buildx build`: options in, arguments out. */
import { UserError } from '../errors.ts'
import type { BuildOptions, Side } from './build-options.ts'
import type { ResolvedInputs } from './resolve-context.ts'
import { layoutOutput } from './shared-layout.ts'

export interface BuildxCall {
  readonly side: Side
  /** The name that the image gets. */
  readonly tag: string
  /** Where buildx writes the image's id. */
  readonly iidFile: string
  /** Values of `--secret`, made by `prepareSecrets`. */
  readonly secretFlags: readonly string[]
  /** Where buildx writes what the image is and how its steps made it. */
  readonly metadataFile: string
  /** The folder where the image is written as an OCI layout; null: into the engine. */
  readonly layout: string | null
}

/**
 * The arguments after `docker`. No value is read as another option: each follows the option it belongs to, none begins
 * with `-`, and the context comes last as an absolute path. Entitlements (`--allow`) are never granted.
 */
export const buildxArguments = (
  options: BuildOptions,
  inputs: ResolvedInputs,
  call: BuildxCall,
): string[] => [
  'buildx',
  'build',
  '--progress=plain',
  '--provenance=false',
  '--sbom=false',
  ...one('builder', '--builder', options.builder),
  ...(call.layout ? ['--output', layoutOutput(call.layout)] : []),
  ...one('metadata-file', '--metadata-file', call.metadataFile),
  ...one('tag', '--tag', call.tag),
  ...one('iidfile', '--iidfile', call.iidFile),
  ...one('file', '--file', inputs.dockerfile),
  ...one('target', '--target', options.target),
  ...one('platforms', '--platform', onePlatform(options.platform)),
  ...one('network', '--network', options.network),
  ...one('shm-size', '--shm-size', options.shmSize),
  ...(options.noCache ? ['--no-cache'] : []),
  ...(options.pull ? ['--pull'] : []),
  ...many('build-args', '--build-arg', options.buildArgs),
  ...many(
    'build-contexts',
    '--build-context',
    inputs.buildContexts.map(({ name, value }) => `${name}=${value}`),
  ),
  ...many('labels', '--label', options.labels),
  ...many('add-hosts', '--add-host', options.addHosts),
  ...many('ulimit', '--ulimit', options.ulimit),
  ...many('ssh', '--ssh', options.ssh),
  ...many('secrets', '--secret', call.secretFlags),
  ...many('cache-from', '--cache-from', options.cacheFrom),
  ...(call.side === 'head' ? many('cache-to', '--cache-to', options.cacheTo) : []),
  checked('context', inputs.context),
]

const one = (input: string, flag: string, value: string | null): string[] =>
  value === null || value === '' ? [] : [flag, checked(input, value)]

const many = (input: string, flag: string, values: readonly string[]): string[] =>
  values.flatMap(value => one(input, flag, value))

/** Refuses what a command line could take for an option, and what no argument can hold. */
export const checked = (input: string, value: string): string => {
  if (value.startsWith('-'))
    throw new UserError(
      `${input}: a value must not begin with "-"${isSafeToQuote(input) ? ` (${JSON.stringify(value.slice(0, 60))})` : ''}`,
    )
  if (value.includes('\0')) throw new UserError(`${input}: a value must not contain a NUL character`)
  return value
}

const isSafeToQuote = (input: string): boolean =>
  !['secrets', 'build-args', 'cache-from', 'cache-to'].includes(input)

/** One image has one platform; several make an index that has no one size. */
const onePlatform = (platform: string | null): string | null => {
  if (platform?.includes(','))
    throw new UserError(`platforms: "${platform}" names several: name one, and use a matrix for more`)
  return platform
}
