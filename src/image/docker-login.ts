/**
 * The login that the user's `docker` has for a registry: `auths`, `credHelpers` and `credsStore` of docker's
 * configuration, and the protocol of docker-credential-helpers (`get`: the host in, JSON out).
 */
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { object, text } from './config.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export type Login =
  | { readonly kind: 'password'; readonly user: string; readonly password: string }
  /** An OAuth2 refresh token, which only the registry's token service understands. */
  | { readonly kind: 'identity'; readonly token: string }

export interface FoundLogin {
  readonly login: Login | null
  /** Why there is none although the configuration names a way to get one; for the error when one is needed. */
  readonly problem: string | null
}

/** The name under which docker keeps the login of Docker Hub. */
const HUB = 'https://index.docker.io/v1/'
const HELPER_TIMEOUT_MS = 30_000
const HELPER_OUTPUT_LIMIT = 1e6
const NO_LOGIN: FoundLogin = { login: null, problem: null }

/** @param host as in an image's name: `ghcr.io`, `docker.io`, `127.0.0.1:5000` */
export const findLogin = async (host: string, env: Environment): Promise<FoundLogin> => {
  const path = join(env.DOCKER_CONFIG || join(env.HOME || homedir(), '.docker'), 'config.json')
  const bytes = await readFile(path, 'utf8').catch(() => null)
  if (bytes === null) return NO_LOGIN
  const config = parse(bytes)
  if (!config) return { login: null, problem: `${path} is not valid JSON` }
  const key = host === 'docker.io' ? HUB : host
  const helper = text(object(config.credHelpers)?.[key]) ?? text(config.credsStore)
  if (helper) {
    const found = await askHelper(helper, key, env)
    if (found.login) return found
    const stored = fromAuths(config.auths, host)
    return stored ? { login: stored, problem: null } : found
  }
  return { login: fromAuths(config.auths, host), problem: null }
}

const parse = (json: string): Readonly<Record<string, unknown>> | null => {
  try {
    return object(JSON.parse(json))
  } catch {
    return null
  }
}

/** Keys are hosts, or addresses as older clients wrote them: `https://ghcr.io/v1/`. */
const fromAuths = (auths: unknown, host: string): Login | null => {
  const entries = Object.entries(object(auths) ?? {})
  const found = entries.find(([key]) => key === host) ?? entries.find(([key]) => hostOf(key) === host)
  return found ? loginOf(object(found[1])) : null
}

const hostOf = (key: string): string => {
  const host = key.replace(/^https?:\/\//, '').replace(/\/.*$/s, '')
  return host === 'index.docker.io' ? 'docker.io' : host
}

const loginOf = (entry: Readonly<Record<string, unknown>> | null): Login | null => {
  const identity = text(entry?.identitytoken)
  if (identity) return { kind: 'identity', token: identity }
  const [user, password] = [text(entry?.username), text(entry?.password)]
  if (user && password) return { kind: 'password', user, password }
  const pair = Buffer.from(text(entry?.auth) ?? '', 'base64').toString('utf8')
  const at = pair.indexOf(':')
  // docker once ended passwords with a NUL
  return at > 0
    ? { kind: 'password', user: pair.slice(0, at), password: pair.slice(at + 1).replace(/\0+$/, '') }
    : null
}

const askHelper = async (name: string, key: string, env: Environment): Promise<FoundLogin> => {
  const shown = `docker-credential-${name.slice(0, 40)}`
  if (!/^[\w.-]+$/.test(name)) return { login: null, problem: 'the credential helper has no valid name' }
  const output = await run(`docker-credential-${name}`, ['get'], key, env)
  if (output === null) return { login: null, problem: `${shown} could not be run` }
  if (output.status !== 0)
    return /credentials not found/i.test(output.text)
      ? NO_LOGIN
      : { login: null, problem: `${shown} gave no login` }
  const answer = parse(output.text)
  const [user, secret] = [text(answer?.Username), text(answer?.Secret)]
  if (!secret) return NO_LOGIN
  if (!user || user === '<token>') return { login: { kind: 'identity', token: secret }, problem: null }
  return { login: { kind: 'password', user, password: secret }, problem: null }
}

/** A helper has its own business with AWS_… and GOOGLE_…, none with the job's inputs and tokens. */
const WITHHELD = /^(?:INPUT_|ACTIONS_ID_TOKEN|ACTIONS_RUNTIME_|GITHUB_TOKEN$|GH_TOKEN$)/

const run = (
  program: string,
  args: readonly string[],
  input: string,
  env: Environment,
): Promise<{ readonly status: number | null; readonly text: string } | null> =>
  new Promise(resolve => {
    const child = spawn(program, args, {
      env: Object.fromEntries(Object.entries(env).filter(([name]) => !WITHHELD.test(name))),
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), HELPER_TIMEOUT_MS)
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      if (output.length < HELPER_OUTPUT_LIMIT) output += chunk.toString('utf8')
    })
    const end = (result: { readonly status: number | null; readonly text: string } | null): void => {
      clearTimeout(timer)
      resolve(result)
    }
    child.on('error', () => end(null))
    child.on('close', status => end({ status, text: output }))
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
