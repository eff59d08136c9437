/**
 * GET from one repository of a registry (OCI distribution-spec): logs in when asked to, follows redirects, waits and
 * tries again. What it throws is one line without any secret: no header, no query, no body of an answer.
 */
import { UserError } from '../errors.ts'
import type { FoundLogin } from './docker-login.ts'
import { codeOf, type Repository, refused, unreachable } from './registry-errors.ts'
import type { Connections, RegistryAnswer } from './registry-request.ts'
import { insist, type Patience } from './registry-retry.ts'
import { askToken, basic } from './registry-token.ts'

export interface RegistryWorld extends Patience {
  readonly connections: Connections
  readonly findLogin: (host: string) => Promise<FoundLogin>
}

export interface RegistryClient {
  /**
   * @param path below `/v2/NAME/`
   * @returns an answer of status 200, or 206 where a range was asked for
   */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<RegistryAnswer>
}

/** Docker Hub's registry has another name than its images (docker's distribution/reference). */
const HUB = 'registry-1.docker.io'
const REDIRECTS = 5

export const openRepository = (repository: Repository, world: RegistryWorld): RegistryClient => {
  const { host, source } = repository
  const { connections, signal } = world
  let origin: Promise<URL> | null = null
  let authorization: string | null = null
  let found: FoundLogin = { login: null, problem: null }

  /** One answer, redirects followed; credentials go to the registry itself alone. */
  const follow = async (url: URL, headers: Readonly<Record<string, string>>): Promise<RegistryAnswer> => {
    let at = url
    for (let redirects = 0; ; redirects += 1) {
      const trusted = at.origin === url.origin && authorization !== null
      const answer = await connections.get(
        at,
        trusted ? { ...headers, Authorization: authorization! } : headers,
        signal,
      )
      const isRedirect = [301, 302, 303, 307, 308].includes(answer.status)
      if (!isRedirect && (answer.status !== 401 || at.origin === url.origin)) return answer
      answer.body.destroy()
      // somebody else's challenge could name a place of theirs to send the login to
      if (!isRedirect) throw new UserError(`${source}: ${host} redirects to ${at.host}, which wants a login`)
      at = redirectOf(at, answer.headers.location, repository)
      if (redirects >= REDIRECTS)
        throw new UserError(`${source}: ${host} redirects more than ${REDIRECTS} times`)
    }
  }

  const authorise = async (challenge: string, base: URL): Promise<void> => {
    found = await world.findLogin(host)
    const bearer = /\bBearer\s+(.*)$/is.exec(challenge)?.[1]
    if (bearer !== undefined) {
      authorization = `Bearer ${await askToken(bearer, base, repository, found, world)}`
    } else if (/\bBasic\b/i.test(challenge) && found.login?.kind === 'password') {
      authorization = `Basic ${basic(found.login)}`
    } else throw refused(401, null, repository, found)
  }

  return {
    get: async (path, headers = {}) => {
      origin ??= originOf(repository, world)
      const base = await origin
      const url = new URL(`/v2/${repository.name}/${path}`, base)
      let asked = false
      for (;;) {
        const answer = await insist(() => follow(url, headers), repository, world)
        if (answer.status === 200 || (answer.status === 206 && headers.Range)) return answer
        const challenge = answer.headers['www-authenticate']
        if (answer.status !== 401 || !challenge || asked)
          throw refused(answer.status, await codeOf(answer), repository, found)
        // tokens live for minutes, and a large image may take longer: each request may ask for a new one
        answer.body.destroy()
        asked = true
        await authorise(challenge, base)
      }
    },
  }
}

/** Like docker: plain HTTP only with this machine and with what its daemon is told to trust, when TLS is not spoken there. */
const originOf = async ({ host, source }: Repository, world: RegistryWorld): Promise<URL> => {
  const text = `https://${host === 'docker.io' ? HUB : host}`
  if (!URL.canParse(text)) throw new UserError(`${source}: "${host}" is not a host`)
  const secure = new URL(text)
  if (!world.connections.mayBePlain(secure)) return secure
  try {
    const { body } = await world.connections.get(new URL('/v2/', secure), {}, world.signal)
    body.destroy()
    return secure
  } catch (error) {
    world.signal?.throwIfAborted()
    // another port may answer without TLS, the same one cannot
    if (secure.port !== '' && (error as NodeJS.ErrnoException).code === 'ECONNREFUSED')
      throw unreachable({ host, source }, error)
    return new URL(`http://${host}`)
  }
}

const redirectOf = (from: URL, location: string | undefined, { host, source }: Repository): URL => {
  const to = location !== undefined && URL.canParse(location, from.href) ? new URL(location, from) : null
  if (!to || (to.protocol !== 'https:' && to.protocol !== 'http:'))
    throw new UserError(`${source}: ${host} redirects to nowhere`)
  if (to.protocol === 'http:' && from.protocol === 'https:')
    throw new UserError(`${source}: ${host} redirects to a place without TLS (${to.host})`)
  return to
}
