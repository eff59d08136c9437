/** Tokens for a repository (distribution-spec's "Token Authentication"; OAuth2 for an identity token). */
import { UserError } from '../errors.ts'
import { parseJsonObject, text } from './config.ts'
import type { FoundLogin, Login } from './docker-login.ts'
import { bytesOf } from './registry-body.ts'
import { type Repository, refused } from './registry-errors.ts'
import type { Connections, RegistryAnswer } from './registry-request.ts'
import { insist, type Patience } from './registry-retry.ts'

const TOKEN_LIMIT_BYTES = 1024 * 1024

/**
 * @param challenge the parameters of a `WWW-Authenticate: Bearer`
 * @param base the registry; a token service without TLS is asked only when both are on this machine
 */
export const askToken = async (
  challenge: string,
  base: URL,
  repository: Repository,
  found: FoundLogin,
  world: Patience & { readonly connections: Connections },
): Promise<string> => {
  const { host, source, name } = repository
  const { realm, service, scope } = parametersOf(challenge)
  const url = realm && URL.canParse(realm) ? new URL(realm) : null
  const { mayBePlain } = world.connections
  const isSafe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && mayBePlain(url) && mayBePlain(base))
  if (!url || !isSafe) throw new UserError(`${source}: ${host} names no token service with TLS`)
  const fields = { ...(service && { service }), scope: scope ?? `repository:${name}:pull` }
  const answer = await insist(() => tokenAnswer(url, fields, found.login, world), repository, world)
  if (answer.status !== 200) {
    answer.body.destroy()
    throw refused(answer.status === 400 ? 401 : answer.status, null, repository, found)
  }
  const where = `${source}: the token service of ${host}`
  const json = parseJsonObject(await bytesOf(answer, TOKEN_LIMIT_BYTES, where), where)
  const token = text(json.token) ?? text(json.access_token)
  if (!token || !/^[\x21-\x7e]+$/.test(token)) throw new UserError(`${where} gave no token`)
  return token
}

/** `user:password` as HTTP wants it. */
export const basic = ({ user, password }: Extract<Login, { kind: 'password' }>): string =>
  Buffer.from(`${user}:${password}`).toString('base64')

const parametersOf = (challenge: string): Readonly<Record<string, string | undefined>> => {
  const result: Record<string, string> = Object.create(null)
  for (const [, name, value] of challenge.matchAll(/([a-z_]+)="([^"]*)"/gi))
    result[name!.toLowerCase()] ??= value!
  return result
}

const tokenAnswer = (
  realm: URL,
  fields: Readonly<Record<string, string>>,
  login: Login | null,
  { connections, signal }: Patience & { readonly connections: Connections },
): Promise<RegistryAnswer> => {
  if (login?.kind === 'identity') {
    const form = { ...fields, grant_type: 'refresh_token', client_id: 'plimsoll', refresh_token: login.token }
    return connections.post(realm, new URLSearchParams(form), signal)
  }
  const url = new URL(realm)
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value)
  return connections.get(url, login ? { Authorization: `Basic ${basic(login)}` } : {}, signal)
}
