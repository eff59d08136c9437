/** What a build log must not show: values of secrets and of build arguments. */
import type { BuildLog } from './build/build-log.ts'
import type { Options } from './options.ts'

/** Shorter values would blank half of a log: `1`, `true`. */
const SHORTEST = 6

/** Values to mask, the longest first; of a value of several lines each line. */
export const secretValues = (
  { githubToken, build }: Options,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] => {
  const variables = build.secretEnvs.map(pair => environment[afterSign(pair)] ?? '')
  const args = build.buildArgs.map(pair => (pair.includes('=') ? afterSign(pair) : (environment[pair] ?? '')))
  const lines = [githubToken ?? '', ...build.secrets.map(afterSign), ...variables, ...args].flatMap(value =>
    value.split(/\r?\n/).map(line => line.trim()),
  )
  return [...new Set(lines)].filter(line => line.length >= SHORTEST).sort((a, b) => b.length - a.length)
}

const afterSign = (pair: string): string => pair.slice(pair.indexOf('=') + 1)

/** The same log with each of these values shown as `***`: newer builders print an instruction with its variables filled in. */
export const maskLog = (log: BuildLog, values: readonly string[]): BuildLog => ({
  ...log,
  line: text => log.line(values.reduce((line, value) => line.replaceAll(value, '***'), text)),
})
