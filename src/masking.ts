/**
 * What nobody outside may see: values of secrets and of build arguments, in the build's log, in errors, and in what is
 * said of the image. The runner masks its log too, by itself; this does not lean on it.
 */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { BuildLog } from './build/build-log.ts'
import { hideUrlSecrets } from './build/redact.ts'
import { isSecretName } from './dockerfile/mask-values.ts'
import { UserError } from './errors.ts'
import type { Options } from './options.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Shorter values would blank half of a log: `1`, `true`. */
const SHORTEST = 6
const MASK = '***'
/** Of a secret file, which may be a whole keyring, the beginning. */
const FILE_LIMIT_BYTES = 256 * 1024

/** Values to mask, the longest first; of a value of several lines each line. */
export const secretValues = (options: Options, environment: Environment): readonly string[] =>
  ordered([...declared(options, environment), ...argumentsOf(options, environment).map(({ value }) => value)])

const declared = ({ githubToken, build }: Options, environment: Environment): readonly string[] => [
  githubToken ?? '',
  ...build.secrets.map(afterSign),
  ...build.secretEnvs.map(pair => environment[afterSign(pair)] ?? ''),
]

const argumentsOf = (
  { build }: Options,
  environment: Environment,
): readonly { readonly name: string; readonly value: string }[] =>
  build.buildArgs.map(pair =>
    pair.includes('=')
      ? { name: pair.slice(0, pair.indexOf('=')), value: afterSign(pair) }
      : { name: pair, value: environment[pair] ?? '' },
  )

const afterSign = (pair: string): string => pair.slice(pair.indexOf('=') + 1)

const ordered = (values: readonly string[]): readonly string[] => {
  const lines = values.flatMap(value => value.split(/\r?\n/).map(line => line.trim()))
  return [...new Set(lines)]
    .filter(line => line.length >= SHORTEST)
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
}

/** What is known to be secret in a run. */
export interface Secrets {
  /** Masked wherever it stands, in a path too: secrets, and build arguments with the name of one. */
  readonly certain: RegExp | null
  /** Masked in logs and in what builders say: values of all build arguments as well. */
  readonly any: RegExp | null
}

/** Reads the secret files too; one that cannot be read is somebody else's error. */
export const findSecrets = async (
  options: Options,
  environment: Environment,
  workingDirectory: string,
): Promise<Secrets> => {
  const files = await Promise.all(
    options.build.secretFiles.map(pair =>
      readFile(resolve(workingDirectory, afterSign(pair).trim()), 'utf8').catch(() => ''),
    ),
  )
  const args = argumentsOf(options, environment)
  const certain = [
    ...declared(options, environment),
    ...files.flatMap(text => wordsOf(text.slice(0, FILE_LIMIT_BYTES))),
    ...args.filter(({ name }) => isSecretName(name)).map(({ value }) => value),
  ]
  return {
    certain: patternOf(certain),
    any: patternOf([...certain, ...args.map(({ value }) => value)]),
  }
}

/** A file's lines, and the words in them that no language has: `password 9hRk2…` names its secret in plain words. */
const wordsOf = (text: string): readonly string[] =>
  text.split(/\r?\n/).flatMap(line => [line, ...(line.match(/(?=\S*\d)[\w.+/=-]{10,}/g) ?? [])])

const patternOf = (values: readonly string[]): RegExp | null => {
  const forms = ordered(values).flatMap(value => [value, encodeURIComponent(value), ...base64Of(value)])
  const distinct = [...new Set(forms)].sort((a, b) => b.length - a.length)
  return distinct.length === 0 ? null : new RegExp(distinct.map(escapeRegExp).join('|'), 'g')
}

const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/** What is sure to stand in the base64 of any text that holds the value, wherever it begins. */
const base64Of = (value: string): readonly string[] =>
  [0, 1, 2]
    .map(before => {
      const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)])
      const whole = bytes.length - (bytes.length % 3)
      return bytes
        .subarray(0, whole)
        .toString('base64')
        .slice(before === 0 ? 0 : 4)
    })
    .filter(text => text.length >= 8)

export const maskText = (text: string, pattern: RegExp | null): string =>
  pattern === null ? text : text.replace(pattern, MASK)

/** Words of Plimsoll's own and digests: what follows from them would be wrong if they held a mask. */
const OWN_WORDS: ReadonlySet<string> = new Set([
  ...['rule', 'category', 'certainty', 'kind', 'change', 'side', 'level', 'verdict', 'evidence', 'manager'],
  ...['digest', 'configDigest', 'diffId'],
])

/** A finding's key begins with its rule: what comes behind that is masked. */
const maskKey = (key: string, pattern: RegExp): string => {
  const rule = /^\S* /.exec(key)?.[0] ?? ''
  return rule + maskText(key.slice(rule.length), pattern)
}

/** The same report, or anything that holds one, with every string in it masked that is not Plimsoll's own word. */
export const maskDeep = <T>(value: T, pattern: RegExp | null): T => {
  if (pattern === null) return value
  const visit = (each: unknown): unknown => {
    if (typeof each === 'string') return maskText(each, pattern)
    if (Array.isArray(each)) return each.map(visit)
    if (typeof each !== 'object' || each === null) return each
    return Object.fromEntries(Object.entries(each).map(([key, item]) => [key, visitAt(key, item)]))
  }
  const visitAt = (key: string, item: unknown): unknown => {
    if (typeof item !== 'string') return visit(item)
    if (OWN_WORDS.has(key)) return item
    return key === 'key' ? maskKey(item, pattern) : maskText(item, pattern)
  }
  return visit(value) as T
}

/** The same log with each secret shown as `***`: newer builders print an instruction with its variables filled in. */
export const maskLog = (log: BuildLog, pattern: RegExp | null): BuildLog => ({
  ...log,
  line: text => log.line(hideUrlSecrets(maskText(text, pattern))),
})

/** Does what may fail in words that hold a secret. */
export const maskErrors = async <T>(pattern: RegExp | null, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof UserError) error.message = hideUrlSecrets(maskText(error.message, pattern))
    throw error
  }
}
