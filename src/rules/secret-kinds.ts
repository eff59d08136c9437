/** What makes a file a secret: its name, its place, and where it can be read its content. The value is never kept. */
import { groupBy } from '../group-by.ts'

/** One kind of secret. */
export interface Kind {
  /** "A private key": starts a sentence. */
  readonly what: string
  /** On the absolute path. */
  readonly path: RegExp
  /** On the content; null where the name is enough. */
  readonly content: RegExp | null
}

const PRIVATE_KEY = /-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----/
/** A value that is written out: not empty, no variable, no placeholder. */
const VALUE = `["']?(?!["'\\s]|\\$|<|\\{\\{|%|x{3,}|X{3,}|\\*{3,}|change-?me|your[-_]|example|placeholder|todo|null|none|true|false)[^\\s"'#]{4,}`

/**
 * The first whose path fits and whose content agrees. Contents are anybody's: an expression must not be able to start
 * at many places and run far from each, so white space stays within a line, and names end after 64 characters.
 */
export const KINDS: readonly Kind[] = [
  {
    what: "The server's own SSH key, the same for every container",
    path: /^\/etc\/ssh\/ssh_host_\w+_key$/,
    content: PRIVATE_KEY,
  },
  { what: 'An SSH key', path: /\/id_(rsa|dsa|ecdsa|ed25519)(_sk)?$/, content: PRIVATE_KEY },
  {
    what: 'A private key',
    path: /\.(pem|key|p8|ppk|asc|gpg)$/,
    content: new RegExp(`${PRIVATE_KEY.source}|^PuTTY-User-Key-File`),
  },
  { what: 'A key store', path: /\.(p12|pfx|jks|keystore|kdbx)$/, content: null },
  {
    what: 'A token for npm',
    path: /\/\.npmrc$/,
    content: /(^|[\s:])_(authToken|auth|password)[ \t]*=[ \t]*(?!\$\{)["']?[^\s"'$]{4,}/m,
  },
  {
    what: 'A token for Yarn',
    path: /\/\.yarnrc\.yml$/,
    content: /npmAuth(Token|Ident):\s*["']?(?!\$\{)[^\s"'$]{4,}/,
  },
  { what: 'A password for PyPI', path: /\/\.pypirc$/, content: /^[ \t]*password[ \t]*[=:][ \t]*\S{4,}/m },
  {
    what: "A password in pip's configuration",
    path: /\/pip\.conf$/,
    content: /:\/\/[^\s/:@]+:(?!\$\{)[^\s/:@]{3,}@/,
  },
  { what: 'A password for a host', path: /\/[._]netrc$/, content: /\bpassword\s+\S{3,}/ },
  { what: 'Passwords of Git', path: /\/\.git-credentials$/, content: /:\/\/(?:[^\s/:@]*:)?[^\s/:@]+@/ },
  {
    what: 'A password in the configuration of a Git checkout',
    path: /\/\.git\/config$/,
    content: /:\/\/[^\s/:@]+:[^\s/:@]{3,}@|extraheader\s*=\s*authorization/i,
  },
  {
    what: 'Credentials of registries',
    path: /\/\.docker\/config\.json$|\/\.dockercfg$|\/containers\/auth\.json$/,
    content: /"(auth|password|identitytoken)"\s*:\s*"[^"]{4,}"/,
  },
  {
    what: 'Credentials of AWS',
    path: /\/\.aws\/credentials$/,
    content: /aws_secret_access_key\s*=\s*\S{8,}/i,
  },
  {
    what: 'A service account key',
    path: /(account|credential|key|gcp|gcloud|google|firebase|secret)[^/]*\.json$/i,
    content: /"private_key"\s*:\s*"-----BEGIN/,
  },
  { what: 'Credentials of Azure', path: /\/\.azure\/(accessTokens|msal_token_cache)\.json$/, content: null },
  {
    what: 'Credentials of a Kubernetes cluster',
    path: /\/\.kube\/config$/,
    content: /(client-key-data|token|password):\s*\S{8,}/,
  },
  {
    what: 'The state of Terraform, which holds secrets in the clear',
    path: /\.tfstate(\.backup)?$/,
    content: null,
  },
  {
    what: "A password in Maven's settings",
    path: /\/\.m2\/settings\.xml$/,
    content: /<(password|passphrase)>(?!\s*\$\{)[^<\s]{3,}/,
  },
  {
    what: "A password in Gradle's properties",
    path: /\/\.gradle\/gradle\.properties$/,
    content: /^[^#\n]*(password|token|secret)\w{0,64}[ \t]*[=:][ \t]*\S{4,}/im,
  },
  { what: 'A token of the GitHub command', path: /\/gh\/hosts\.yml$/, content: /oauth_token:\s*\S{8,}/ },
  {
    what: 'A token for Composer',
    path: /\/auth\.json$/,
    content: /"(github-oauth|http-basic|gitlab-token|bearer)"\s*:\s*\{\s*"/,
  },
  {
    what: 'A token for crates.io',
    path: /\/\.cargo\/credentials(\.toml)?$/,
    content: /token\s*=\s*"[^"]{8,}"/,
  },
  { what: 'A token for RubyGems', path: /\/\.gem\/credentials$/, content: /_key:\s*\S{8,}/ },
  {
    what: 'Passwords or tokens in a file of environment variables',
    path: /\/\.env(\.(?!example|sample|template|dist|test|defaults|schema)[\w.-]+)?$/,
    content: new RegExp(
      `^[ \\t]*(?:export[ \\t]+)?\\w*(?:SECRET|PASSWORD|PASSWD|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIALS?)\\w{0,64}[ \\t]*=[ \\t]*${VALUE}|^[ \\t]*\\w*(?:URL|URI|DSN)\\w{0,64}[ \\t]*=[ \\t]*["']?\\w+://[^\\s/:@]+:[^\\s/:@$]{3,}@`,
      'im',
    ),
  },
]

/**
 * The paths of some kinds in one expression for all with the same flags: nearly every file of an image is none of them, and
 * is asked once.
 */
const anyOf = (kinds: readonly Kind[]): ((path: string) => boolean) => {
  const byFlags = [...groupBy(kinds, kind => kind.path.flags)].map(
    ([flags, alike]) => new RegExp(alike.map(kind => kind.path.source).join('|'), flags),
  )
  return path => byFlags.some(pattern => pattern.test(path))
}
const isAnyKind = anyOf(KINDS)
/** A file whose content was not kept can only be one of these. */
const isAnyKindByName = anyOf(KINDS.filter(kind => kind.content === null))

/** Test data, examples, certificates of authorities, and parts of libraries. */
const HARMLESS =
  /\/(tests?|__tests__|testdata|test-data|testing|fixtures?|spec|specs|examples?|samples?|docs?|certdata|mocks?)\/|\/(site|dist)-packages\/|\/node_modules\/|\/gems\/|\/pkg\/mod\/|\/registry\/(src|cache)\/|\/(ca-certificates|ca-trust|pki\/ca-trust-legacy)\/|^\/etc\/ssl\/(certs\/|private\/ssl-cert-snakeoil\.key)|^\/usr\/(lib|share|local\/go|local\/lib\/(python|node|ruby))|snakeoil|\/(cacerts|trust(ed|store)?)[^/]*$|\/[^/]*(trust|cacerts|public|dummy|fake)[^/]*\.(jks|p12|pfx|keystore|pem|key)$/i

/** Larger than any key or file of credentials. */
const LARGEST_BYTES = 64 * 1024
const LARGEST_NAMED_BYTES = 16_000_000

/** True for a file whose content tells whether it is a secret. */
export const keepForSecrets = (path: string, sizeBytes: number): boolean =>
  sizeBytes > 0 &&
  sizeBytes <= LARGEST_BYTES &&
  isAnyKind(path) &&
  KINDS.some(kind => kind.content !== null && kind.path.test(path)) &&
  !HARMLESS.test(path)

/** What kind of secret a file is, or null. @param body its content, where it was kept */
export const secretKind = (path: string, sizeBytes: number, body: Buffer | null): string | null => {
  if (sizeBytes === 0 || sizeBytes > LARGEST_NAMED_BYTES) return null
  if (!(body === null ? isAnyKindByName : isAnyKind)(path) || HARMLESS.test(path)) return null
  for (const { what, path: pattern, content } of KINDS) {
    if (!pattern.test(path)) continue
    if (content === null || (body !== null && content.test(body.toString('latin1')))) return what
  }
  return null
}
