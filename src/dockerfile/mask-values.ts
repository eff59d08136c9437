/** Hides what may be a secret in the text of an instruction, before a person outside sees it. */
import { splitWords } from './words.ts'

const MASK = '***'

/** Names whose values are secret. */
const SECRET_NAME = /token|secret|passw|api[-_]?key|credential|auth/i

/** Whether a variable of this name holds a secret. */
export const isSecretName = (name: string): boolean => SECRET_NAME.test(name)

/** Options whose next word is secret: the name must end so, and not switch something on or off. */
const SECRET_OPTION = /(?:token|secret|password|passwd|passphrase|api[-_]?key|credentials?|(?:^|[-_])auth)$/i
const SWITCH = /^-*(?:no|without|with|disable|enable|allow|skip|use|ignore)-/i

/** Tokens known by their shape: GitHub, GitLab, npm, Slack, AWS, and JSON web tokens. */
const KNOWN_TOKENS =
  /\b(?:gh[oprsu]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|npm_\w{30,}|xox[abeprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?)/g
const PRIVATE_KEYS = /-----BEGIN ([A-Z ]{0,30}PRIVATE KEY)-----[\s\S]*?(?:-----END \1-----|$)/g
const URL_USERS = /\b([a-z][a-z0-9+.-]{0,20}:\/\/)([^\s/@'"]{1,512})@/gi
/** A value: quoted parts, `$(…)`, and what a shell would take as one word. */
const VALUE = String.raw`(?:"(?:\\.|[^"\\])*"|'[^']*'|\$\([^()]*\)|\\.|[^\s"'\\;&|()<>])+`
const ASSIGNMENT = new RegExp(String.raw`(?<![\w.-])([\w.-]+)=(?!=)(${VALUE})`, 'g')
const GAP = String.raw`(?:[ \t]|\\[ \t]*\r?\n)+`
const OPTION = new RegExp(
  String.raw`(?<![\w.-])(--?[A-Za-z][\w-]*)(${GAP}|["'],\s*["'])(?![-\\&|;])(${VALUE})`,
  'g',
)
const FIELD = /((?:\\?["'])([\w.-]{1,100})(?:\\?["'])\s*:\s*)(\\?["'])([^"'\\]*)(?=\\?["'])/g
const HEADER = /(?<![\w-])([\w-]{1,100}):[ \t]+([^"'\n]+)/g
const USER_OPTION = /(?<![\w-])(-u|--user|--proxy-user)([ =]["']?)([^\s"':]+:(?!\d+(?:\s|$))[^\s"']+)/g
const CHPASSWD = /(\becho\s+(?:-\w+\s+)*["']?[\w.-]+:)([^\s"'|]+)(?=["']?\s*\|\s*chpasswd)/g
/** `$X`, `"${X}"`, `$(…)`: the name of a secret, not the secret. */
const REFERENCE = /^"?(?:\$\w+|\$\{\w+\}|\$\([^()]*\))"?$/

const hide = (value: string): string => (REFERENCE.test(value) ? value : MASK)

/** A shell command or any other text: secrets by name, by place and by shape become `***`. */
export const maskSecrets = (text: string): string =>
  text
    .replace(PRIVATE_KEYS, `-----BEGIN $1----- ${MASK}`)
    .replace(URL_USERS, (_, scheme: string, user: string) => `${scheme}${user === 'git' ? user : MASK}@`)
    .replace(FIELD, (all, head: string, name: string, quote: string) =>
      SECRET_NAME.test(name) ? `${head}${quote}${MASK}` : all,
    )
    .replace(HEADER, (all, name: string, value: string) =>
      SECRET_NAME.test(name) ? `${name}: ${hide(value)}` : all,
    )
    .replace(ASSIGNMENT, (all, name: string, value: string) =>
      SECRET_NAME.test(name) ? `${name}=${hide(value)}` : all,
    )
    .replace(OPTION, (all, name: string, gap: string, value: string) =>
      SECRET_OPTION.test(name) && !SWITCH.test(name) ? `${name}${gap}${hide(value)}` : all,
    )
    .replace(USER_OPTION, `$1$2${MASK}`)
    .replace(CHPASSWD, `$1${MASK}`)
    .replace(KNOWN_TOKENS, MASK)

/**
 * An instruction, as written in a Dockerfile or as `describeInstruction` gives it: every value of `ENV`, `ARG` and
 * `LABEL` becomes `***`, in the others only what looks like a secret. Names and the shape of commands stay.
 */
export const maskInstruction = (text: string): string => {
  const match = /^\s*(\S+)(\s+)([\s\S]*)$/.exec(text)
  if (!match) return text
  const [, keyword, gap, rest] = match as unknown as [string, string, string, string]
  switch (keyword.toUpperCase()) {
    case 'ENV':
    case 'LABEL':
      return `${keyword} ${maskPairs(rest, true)}`
    case 'ARG':
      return `${keyword} ${maskPairs(rest, false)}`
    case 'ONBUILD':
      return `${keyword}${gap}${maskInstruction(rest)}`
    default:
      return maskSecrets(text)
  }
}

/** History has lost the quotes, so what has no `=` is taken for the rest of a value, unless names may stand alone. */
const maskPairs = (rest: string, needsValue: boolean): string => {
  const words = splitWords(rest.replace(/\\[ \t]*\r?\n/g, ' '), '\\')
  const [first = ''] = words
  if (needsValue && !first.includes('=')) return `${first} ${MASK}`
  let afterValue = false
  const out = words.flatMap(word => {
    const name = /^["']?([A-Za-z_][\w.-]*)["']?=/.exec(word)?.[1]
    if (name === undefined && (afterValue || needsValue)) return []
    afterValue = name !== undefined
    return name === undefined ? [word] : [`${name}=${MASK}`]
  })
  return out.join(' ')
}
