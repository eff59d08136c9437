/** Image references as a person writes them. `sources.ts` says how each scheme is read. */
import { UserError } from '../errors.ts'

/** Which image of several: a tag, a digest of its manifest or configuration, or null where there is only one. */
export type Selector =
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'digest'; readonly digest: string }
  | null

export type ImageReference =
  | { readonly scheme: 'docker'; readonly text: string; readonly name: string }
  | { readonly scheme: 'registry'; readonly text: string; readonly name: string }
  | {
      readonly scheme: 'oci-dir' | 'archive'
      readonly text: string
      readonly path: string
      readonly select: Selector
    }
  | { readonly scheme: 'rootfs' | 'report'; readonly text: string; readonly path: string }

const SCHEMES = ['docker', 'registry', 'oci-dir', 'archive', 'rootfs', 'report'] as const

/**
 * `docker://api:pr` (or just `api:pr`), `registry://ghcr.io/me/api:1.2`, `oci-dir://DIR[@sha256:…|:TAG]`, `archive://FILE[@sha256:…|#TAG]`,
 * `rootfs://FILE`, `report://FILE`.
 */
export const parseReference = (text: string): ImageReference => {
  const written = text.trim()
  const match = /^([a-z][a-z0-9-]*):\/\/(.*)$/s.exec(written)
  const scheme = match?.[1] ?? 'docker'
  const rest = match?.[2] ?? written
  if (rest === '')
    throw new UserError(`"${written}" names no image: write a name such as "docker://api:latest"`)
  switch (scheme) {
    case 'docker':
      return { scheme, text: `docker://${rest}`, name: checkedName(rest) }
    case 'registry':
      return { scheme, text: `registry://${rest}`, name: registryName(rest) }
    case 'oci-dir':
      return { scheme, text: written, ...splitSelector(rest, ':') }
    case 'archive':
      return { scheme, text: written, ...splitSelector(rest, '#') }
    case 'rootfs':
    case 'report':
      return { scheme, text: written, path: rest }
    default:
      throw new UserError(
        `"${scheme}://" is not a source that Plimsoll reads: use ${SCHEMES.map(s => `${s}://`).join(', ')}`,
      )
  }
}

/**
 * The grammar of the distribution project's reference.go, loosely: what could not be a name is refused here, so that
 * nothing else reaches a command line or a URL.
 */
const NAME =
  /^(?:(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::\d{1,5})?\/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/
const ID = /^(?:sha256:)?[0-9a-f]{4,64}$/

const checkedName = (name: string): string => {
  if (NAME.test(name) || ID.test(name) || NAME.test(name.replace(/^[^/]*\//, host => host.toLowerCase())))
    return name
  throw new UserError(
    `"${printable(name)}" is not an image name: write one such as "api:latest" or "ghcr.io/me/api:1.2"`,
  )
}

/** Hosts are the same in upper and lower case; what follows them is lower case in every registry. */
const registryName = (written: string): string => {
  const name = checkedName(written).replace(/^[^/]*[.:][^/]*\//, host => host.toLowerCase())
  if (NAME.test(name)) return name
  throw new UserError(
    `"${printable(written)}" is no image in a registry: write one such as "ghcr.io/me/api:1.2"`,
  )
}

const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 120)

const splitSelector = (rest: string, tagMark: ':' | '#'): { path: string; select: Selector } => {
  const digest = /^(.+)@(sha256:[0-9a-f]{64})$/s.exec(rest)
  if (digest) return { path: digest[1]!, select: { kind: 'digest', digest: digest[2]! } }
  const at = rest.lastIndexOf(tagMark)
  if (at > 0 && at < rest.length - 1 && !(tagMark === ':' && rest.indexOf('/', at) >= 0))
    return { path: rest.slice(0, at), select: { kind: 'tag', tag: rest.slice(at + 1) } }
  return { path: rest, select: null }
}

/** `alpine` → `docker.io/library/alpine:latest`, the full name that registries and stores use. */
export const normaliseName = (name: string): string => {
  const [beforeDigest = '', digest] = name.split('@')
  const slash = beforeDigest.indexOf('/')
  const first = slash < 0 ? '' : beforeDigest.slice(0, slash)
  const hasHost = first.includes('.') || first.includes(':') || first === 'localhost'
  const path = hasHost ? beforeDigest : `docker.io/${slash < 0 ? 'library/' : ''}${beforeDigest}`
  const tagged = /:[^/]*$/.test(path) || digest ? path : `${path}:latest`
  return digest ? `${tagged}@${digest}` : tagged
}
