/** The engine's own build API (`POST /build`, without BuildKit): options in, query out, and what it cannot carry. */
import { UserError } from '../errors.ts'
import type { BuildOptions } from './build-options.ts'
import { checked } from './buildx-arguments.ts'
import type { Environment } from './child-environment.ts'

/** The query of Engine API 1.40 and later; objects become JSON, an array of `extrahosts` a repeated parameter. */
export interface EngineQuery {
  readonly t: string
  readonly dockerfile: string
  readonly rm: true
  readonly forcerm: true
  readonly target?: string
  readonly platform?: string
  readonly networkmode?: string
  readonly nocache?: true
  readonly pull?: true
  readonly shmsize?: number
  readonly buildargs?: Readonly<Record<string, string>>
  readonly labels?: Readonly<Record<string, string>>
  readonly extrahosts?: readonly string[]
  readonly cachefrom?: string
  readonly ulimits?: string
}

export interface EngineCall {
  readonly tag: string
  /** A path in the context that is sent. */
  readonly dockerfile: string
  /** Where the value of a build argument without one comes from. */
  readonly environment: Environment
}

/** Fails, by name, for inputs that need BuildKit. */
export const engineQuery = (options: BuildOptions, call: EngineCall): EngineQuery => {
  refuseWhatNeedsBuildx(options)
  return {
    t: call.tag,
    dockerfile: call.dockerfile,
    rm: true,
    forcerm: true,
    ...(options.target && { target: checked('target', options.target) }),
    ...(options.platform && { platform: checked('platforms', options.platform) }),
    ...(options.network && { networkmode: checked('network', options.network) }),
    ...(options.noCache && { nocache: true as const }),
    ...(options.pull && { pull: true as const }),
    ...(options.shmSize && { shmsize: parseShmSize(options.shmSize) }),
    ...(options.buildArgs.length > 0 && { buildargs: buildArguments(options.buildArgs, call.environment) }),
    ...(options.labels.length > 0 && { labels: Object.fromEntries(options.labels.map(splitPair)) }),
    ...(options.addHosts.length > 0 && { extrahosts: options.addHosts.map(host => host.replace('=', ':')) }),
    ...(options.cacheFrom.length > 0 && { cachefrom: JSON.stringify(options.cacheFrom.map(cacheImage)) }),
    ...(options.ulimit.length > 0 && { ulimits: JSON.stringify(options.ulimit.map(parseUlimit)) }),
  }
}

const refuseWhatNeedsBuildx = (options: BuildOptions): void => {
  const lists = {
    secrets: options.secrets,
    'secret-envs': options.secretEnvs,
    'secret-files': options.secretFiles,
    ssh: options.ssh,
    'build-contexts': options.buildContexts,
    'cache-to': options.cacheTo,
    builder: options.builder ? [options.builder] : [],
  }
  const named = Object.entries(lists)
    .filter(([, values]) => values.length > 0)
    .map(([name]) => name)
  if (named.length > 0)
    throw new UserError(
      `${named.join(', ')}: needs docker buildx, and there is none: install it, or leave this out`,
    )
}

const buildArguments = (written: readonly string[], environment: Environment): Record<string, string> => {
  const pairs = written.map(argument =>
    argument.includes('=') ? splitPair(argument) : ([argument, environment[argument]] as const),
  )
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== undefined))
}

const splitPair = (pair: string): [string, string] => {
  const at = pair.indexOf('=')
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
}

/** `type=registry,ref=NAME` or just `NAME`: the one kind of cache that the legacy builder knows. */
const cacheImage = (written: string): string => {
  const reference = /^type=registry,ref=([^,]+)$/.exec(written)?.[1] ?? written
  if (reference.includes('='))
    throw new UserError('cache-from: this kind of cache needs docker buildx, and there is none')
  return checked('cache-from', reference)
}

const SIZE_FACTORS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }

/** `64m`, `2g`, as the docker command reads it: 1024s. */
const parseShmSize = (written: string): number => {
  const match = /^(\d+)([bkmg]?)b?$/i.exec(written)
  if (!match) throw new UserError(`shm-size: "${written}" is not a size such as "64m" or "2g"`)
  return Number(match[1]) * SIZE_FACTORS[match[2]!.toLowerCase()]!
}

/** `nofile=1024:2048`, or one number for both. */
const parseUlimit = (
  written: string,
): { readonly Name: string; readonly Soft: number; readonly Hard: number } => {
  const match = /^([a-z]+)=(-?\d+)(?::(-?\d+))?$/.exec(written)
  if (!match) throw new UserError(`ulimit: "${written}" is not "name=soft:hard", such as "nofile=1024:2048"`)
  return { Name: match[1]!, Soft: Number(match[2]), Hard: Number(match[3] ?? match[2]) }
}
