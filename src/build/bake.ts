/**
 * A target of a bake file as the options of one build. `docker buildx bake --print` reads the file, with its variables,
 * functions and inheritance; nothing is built by it. What a build of one image cannot express is refused, never left out.
 */
import { join } from 'node:path'
import { UserError } from '../errors.ts'
import type { BuildOptions } from './build-options.ts'
import { csvField } from './csv-field.ts'
import { askDocker, type DockerCommand } from './docker-command.ts'
import { oneLine } from './redact.ts'

export interface BakeQuestion {
  readonly docker: DockerCommand
  /** What the inputs say; `bakeFile` is not null. */
  readonly options: BuildOptions
  /** The user's working directory, in the tree that is built from: paths of a bake file are relative to it. */
  readonly directory: string
  readonly signal?: AbortSignal | undefined
}

type Json = Readonly<Record<string, unknown>>

/** The options with what the bake file says; what the inputs say beside it wins, and lists are added to. */
export const readBake = async ({
  docker,
  options,
  directory,
  signal,
}: BakeQuestion): Promise<BuildOptions> => {
  const { bakeFile, target } = options
  const file = checkedFile(bakeFile!)
  if (target?.startsWith('-')) throw new UserError(`target: a target must not begin with "-"`)
  const args = ['buildx', 'bake', '--print', '--file', file, ...(target ? [target] : [])]
  const printed = await askDocker(docker, args, { cwd: directory, signal })
  if (printed.exitCode !== 0)
    throw new UserError(`bake-file: ${oneLine(complaintOf(printed.stderr), 300)} (${oneLine(file, 120)})`)
  return merged(options, chooseTarget(parse(printed.stdout), target))
}

const checkedFile = (file: string): string => {
  if (file.startsWith('-') || file.includes('\0') || /^[a-z][a-z0-9+.-]*:|@/i.test(file))
    throw new UserError('bake-file: name a file of the checkout, such as "docker-bake.hcl"')
  return file
}

const complaintOf = (stderr: string): string =>
  /^ERROR: (.*)$/m.exec(stderr)?.[1] ?? (stderr.trim() || 'docker buildx bake cannot read it')

const parse = (text: string): Json => {
  try {
    const json: unknown = JSON.parse(text)
    if (isObject(json)) return json
  } catch {
    // said below
  }
  throw new UserError('bake-file: docker buildx bake printed no JSON: use buildx 0.10 or later')
}

/** The one target that would be built; groups and matrices are opened. */
const chooseTarget = (printed: Json, wanted: string | null): Json => {
  const [groups, targets] = [objectOf(printed.group), objectOf(printed.target)]
  const names = new Set<string>()
  const seen = new Set<string>()
  const add = (name: string): void => {
    if (seen.has(name)) return
    seen.add(name)
    const group = groups[name]
    if (isObject(group)) for (const each of textsOf(group.targets)) add(each)
    else names.add(name)
  }
  add('default')
  if (names.size !== 1)
    throw new UserError(
      names.size === 0
        ? 'bake-file: it builds nothing by default: name one of its targets with "target"'
        : `bake-file: ${wanted ? `"${oneLine(wanted, 60)}"` : 'it'} builds several images: name one with "target", or use a matrix with one job for each: ${oneLine([...names].join(', '), 300)}`,
    )
  const [name] = names
  const target = targets[name!]
  if (!isObject(target)) throw new UserError(`bake-file: there is no target "${oneLine(name!, 60)}"`)
  return target
}

const merged = (options: BuildOptions, target: Json): BuildOptions => {
  if (target['dockerfile-inline'] !== undefined)
    throw new UserError(
      'bake-file: its target has a Dockerfile inline: write it to a file, so that lines can be named',
    )
  const context = textOf(target.context) ?? '.'
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(context))
    throw new UserError(
      'bake-file: its context is not a folder of the checkout: Plimsoll builds what is checked out',
    )
  const secrets = (listOf(target.secret) ?? []).map(secretOf)
  return {
    ...options,
    bakeFile: null,
    context,
    file: join(context, textOf(target.dockerfile) ?? 'Dockerfile'),
    target: textOf(target.target),
    buildArgs: [...pairs(target.args), ...options.buildArgs],
    buildContexts: [...pairs(target.contexts).map(checkedContext), ...options.buildContexts],
    labels: [...pairs(target.labels), ...options.labels],
    secretEnvs: [...secrets.flatMap(({ env }) => env ?? []), ...options.secretEnvs],
    secretFiles: [...secrets.flatMap(({ file }) => file ?? []), ...options.secretFiles],
    ssh: [...(listOf(target.ssh) ?? []).map(sshOf), ...options.ssh],
    platform: options.platform ?? onePlatform(textsOf(target.platforms)),
    network: options.network ?? textOf(target.network),
    shmSize: options.shmSize ?? textOf(target['shm-size']),
    ulimit: [...textsOf(target.ulimits), ...options.ulimit],
    addHosts: [...pairs(target['extra-hosts'], ':'), ...options.addHosts],
    cacheFrom: [...(listOf(target['cache-from']) ?? []).map(csvOf), ...options.cacheFrom],
    cacheTo: [...(listOf(target['cache-to']) ?? []).map(csvOf), ...options.cacheTo],
    noCache: options.noCache || target['no-cache'] === true,
    pull: options.pull || target.pull === true,
  }
}

const checkedContext = (pair: string): string => {
  const value = pair.slice(pair.indexOf('=') + 1)
  if (!value.startsWith('target:')) return pair
  throw new UserError(
    `bake-file: its target builds on another one (${oneLine(pair, 80)}): Plimsoll builds one image; push that one and name it with "build-contexts"`,
  )
}

const onePlatform = (platforms: readonly string[]): string | null => {
  if (platforms.length > 1)
    throw new UserError(
      `bake-file: its target is for ${platforms.length} platforms: choose one with "platforms": ${oneLine(platforms.join(', '), 200)}`,
    )
  return platforms[0] ?? null
}

/** `id=x,env=Y` and `id=x,src=path`, or the same as an object. */
const secretOf = (value: unknown): { readonly env?: string; readonly file?: string } => {
  const fields = fieldsOf(value)
  const id = fields.id ?? fields.src ?? fields.env
  if (id === undefined) throw new UserError('bake-file: a secret of its target has no id')
  const path = fields.src ?? fields.source
  if (path !== undefined) return { file: `${id}=${path}` }
  return { env: `${id}=${fields.env ?? id}` }
}

/** `default=/path,/path`, or `{ id, paths }`. */
const sshOf = (value: unknown): string => {
  if (typeof value === 'string') return value
  const { id, paths } = objectOf(value)
  return `${textOf(id) ?? 'default'}${textsOf(paths).length > 0 ? `=${textsOf(paths).join(',')}` : ''}`
}

const csvOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : Object.entries(fieldsOf(value))
        .map(([name, text]) => csvField(`${name}=${text}`))
        .join(',')

const fieldsOf = (value: unknown): Readonly<Record<string, string | undefined>> => {
  const result: Record<string, string> = Object.create(null)
  if (typeof value === 'string')
    for (const part of value.split(',')) {
      const at = part.indexOf('=')
      if (at > 0) result[part.slice(0, at)] = part.slice(at + 1)
    }
  else
    for (const [name, text] of Object.entries(objectOf(value)))
      if (typeof text === 'string') result[name] = text
  return result
}

/** `{ A: "1" }` to `A=1`; an argument without a value is not set. */
const pairs = (value: unknown, between = '='): string[] =>
  Object.entries(objectOf(value)).flatMap(([name, text]) =>
    typeof text === 'string' ? [`${name}${between}${text}`] : [],
  )

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const objectOf = (value: unknown): Json => (isObject(value) ? value : {})
const listOf = (value: unknown): readonly unknown[] | null => (Array.isArray(value) ? value : null)
const textsOf = (value: unknown): string[] =>
  (listOf(value) ?? []).filter(each => typeof each === 'string') as string[]
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
