/**
 * Which engine the user's `docker` command would talk to: DOCKER_HOST, else DOCKER_CONTEXT, else the current context
 * of the client's configuration, else the default socket (docker CLI, "docker context").
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { messageOf, UserError } from '../errors.ts'

export type EngineHost =
  | { readonly kind: 'socket'; readonly path: string; readonly text: string }
  | {
      readonly kind: 'tcp'
      readonly host: string
      readonly port: number
      readonly tls: TlsFiles | null
      readonly text: string
    }
  /** Reached through `docker system dial-stdio`, which knows every kind of host. */
  | { readonly kind: 'dial'; readonly text: string }

export interface TlsFiles {
  readonly ca: Buffer
  readonly cert: Buffer
  readonly key: Buffer
  readonly verify: boolean
}

export interface HostEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly windows: boolean
  /** Contents of a file, or null when there is none. */
  readonly readFile: (path: string) => Buffer | null
}

export const resolveEngineHost = ({ env, home, windows, readFile }: HostEnvironment): EngineHost => {
  const folder = env.DOCKER_CONFIG || join(home, '.docker')
  const fallback = windows ? '//./pipe/docker_engine' : '/var/run/docker.sock'
  if (env.DOCKER_HOST) {
    const verify = Boolean(env.DOCKER_TLS_VERIFY)
    const tls = verify || env.DOCKER_TLS ? tlsFiles(env.DOCKER_CERT_PATH || folder, verify, readFile) : null
    return parseHost(env.DOCKER_HOST, tls, 'DOCKER_HOST', fallback)
  }
  const context = env.DOCKER_CONTEXT || currentContext(join(folder, 'config.json'), readFile)
  if (!context || context === 'default') return { kind: 'socket', path: fallback, text: `unix://${fallback}` }
  const id = createHash('sha256').update(context).digest('hex')
  const meta = readFile(join(folder, 'contexts', 'meta', id, 'meta.json'))
  if (!meta) throw new UserError(`docker context "${context}" is not there: see "docker context ls"`)
  const endpoint = endpointOf(meta, context)
  const tlsFolder = join(folder, 'contexts', 'tls', id, 'docker')
  const tls = readFile(join(tlsFolder, 'cert.pem'))
    ? tlsFiles(tlsFolder, !endpoint.skipVerify, readFile)
    : null
  return parseHost(endpoint.host, tls, `docker context "${context}"`, fallback)
}

const currentContext = (path: string, readFile: HostEnvironment['readFile']): string | null => {
  const bytes = readFile(path)
  if (!bytes) return null
  try {
    const value = (JSON.parse(bytes.toString('utf8')) as { currentContext?: unknown }).currentContext
    return typeof value === 'string' ? value : null
  } catch (error) {
    throw new UserError(`${path} is not valid JSON: repair it (${messageOf(error)})`)
  }
}

const endpointOf = (meta: Buffer, context: string): { host: string; skipVerify: boolean } => {
  try {
    const docker = (
      JSON.parse(meta.toString('utf8')) as {
        Endpoints: { docker: { Host: string; SkipTLSVerify?: boolean } }
      }
    ).Endpoints.docker
    if (typeof docker.Host === 'string')
      return { host: docker.Host, skipVerify: docker.SkipTLSVerify === true }
  } catch {
    // said below
  }
  throw new UserError(`docker context "${context}" names no engine: see "docker context inspect ${context}"`)
}

const parseHost = (text: string, tls: TlsFiles | null, where: string, fallback: string): EngineHost => {
  const match = /^([a-z]+):\/\/(.*)$/i.exec(text)
  const scheme = match ? match[1]!.toLowerCase() : 'tcp'
  const rest = match ? match[2]! : text
  if (scheme === 'unix') return { kind: 'socket', path: rest || fallback, text }
  if (scheme === 'npipe') return { kind: 'socket', path: rest || fallback, text }
  if (scheme === 'ssh') return { kind: 'dial', text }
  if (scheme === 'tcp' || scheme === 'http' || scheme === 'https') {
    const address = /^(\[[0-9a-f:]+\]|[^:/]+)(?::(\d+))?\/?$/i.exec(rest)
    if (address)
      return {
        kind: 'tcp',
        host: address[1]!.replace(/^\[|\]$/g, ''),
        port: address[2] ? Number(address[2]) : tls ? 2376 : 2375,
        tls,
        text,
      }
  }
  throw new UserError(`${where} is "${text}", which is no engine address: use unix://, tcp:// or ssh://`)
}

const tlsFiles = (folder: string, verify: boolean, readFile: HostEnvironment['readFile']): TlsFiles => {
  const read = (name: string): Buffer => {
    const bytes = readFile(join(folder, name))
    if (!bytes) throw new UserError(`the engine wants TLS, but ${join(folder, name)} is not there`)
    return bytes
  }
  return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem'), verify }
}
