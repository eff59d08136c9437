/** What a registry's refusals mean to a person: one line each, without any secret, query or text of the answer. */
import { CorruptError, UserError } from '../errors.ts'
import { array, object, parseJsonObject, text } from './config.ts'
import type { FoundLogin } from './docker-login.ts'
import { bytesOf } from './registry-body.ts'
import type { RegistryAnswer } from './registry-request.ts'

export interface Repository {
  /** The reference as the user wrote it, for messages. */
  readonly source: string
  /** `docker.io`, `ghcr.io`, `127.0.0.1:5000`. */
  readonly host: string
  readonly name: string
}

const COMPLAINT_LIMIT_BYTES = 64 * 1024

/** The registry's own word (distribution-spec, "Error Codes"), or null. */
export const codeOf = async (answer: RegistryAnswer): Promise<string | null> => {
  try {
    const json = parseJsonObject(await bytesOf(answer, COMPLAINT_LIMIT_BYTES, ''), '')
    const code = text(object(array(json.errors)?.[0])?.code)
    return code && /^[A-Z_]{1,40}$/.test(code) ? code : null
  } catch {
    return null
  }
}

export const refused = (
  status: number,
  code: string | null,
  { host, source }: Repository,
  found: FoundLogin | null,
): UserError => {
  const login = `docker login${host === 'docker.io' ? '' : ` ${host}`}`
  const problem = found?.problem ? ` (${found.problem})` : ''
  if (status === 401 || status === 403 || code === 'DENIED' || code === 'UNAUTHORIZED')
    return new UserError(
      found?.login
        ? `${source}: ${host} does not let docker's login read this image: run "${login}" as someone who may, and check the name`
        : `${source}: ${host} wants a login${problem}: run "${login}" first, and check the name`,
    )
  if (status === 404)
    return new UserError(
      `${source}: ${host} has no such image${code === 'BLOB_UNKNOWN' ? ' part' : ''}: check its name and tag`,
    )
  if (status === 429)
    return new UserError(
      `${source}: ${host} allows no more pulls for now: run "${login}" first, or try later`,
    )
  return new UserError(
    `${source}: ${host} answers with status ${status}${code ? ` (${code})` : ''}: try later`,
  )
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET)/

export const unreachable = (
  { host, source }: Pick<Repository, 'host' | 'source'>,
  error: unknown,
): UserError => {
  const code = (error as NodeJS.ErrnoException).code ?? 'no connection'
  if (CERTIFICATE.test(code))
    return new UserError(
      `${source}: the certificate of ${host} is not trusted (${code}): add its authority to /etc/docker/certs.d/${host}/ca.crt or NODE_EXTRA_CA_CERTS`,
    )
  return new UserError(`${source}: ${host} cannot be reached (${code}): check the name and the network`)
}

/** After the last of several attempts. */
export const broken = (source: string): UserError =>
  new UserError(`${source}: the connection to the registry broke again and again: try later`)

export const damaged = (source: string, digest: string): CorruptError =>
  new CorruptError(
    `${source}: ${digest.slice(0, 19)}… does not match its digest or size: the registry's copy is damaged`,
  )
