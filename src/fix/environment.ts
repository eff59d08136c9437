/** What another base image changes of the configuration, and what is written to keep it. */

import type { HazardImage } from '../hazards/hazard.ts'
import type { ImageConfig } from '../image/image.ts'

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Variables that only tell a toolchain where it is, or which version of it this is. */
const TOOLCHAIN =
  /^(?:GOLANG_VERSION|GOTOOLCHAIN|GOPATH|GOROOT|GOCACHE|GO111MODULE|CGO_ENABLED|RUST_VERSION|RUSTUP_HOME|CARGO_HOME|MAVEN_HOME|MAVEN_CONFIG|MAVEN_VERSION|GRADLE_HOME|GRADLE_VERSION|GCC_VERSION|GPG_KEYS?|PYTHON_(?:VERSION|SHA256|PIP_VERSION|SETUPTOOLS_VERSION|GET_PIP_URL|GET_PIP_SHA256)|NODE_VERSION|YARN_VERSION|RUBY_(?:VERSION|DOWNLOAD_URL|DOWNLOAD_SHA256)|JAVA_VERSION)$/

const pairsOf = (env: readonly string[]): ReadonlyMap<string, string> =>
  new Map(env.map(line => [line.split('=')[0]!, line.slice(line.indexOf('=') + 1)]))

/**
 * The folders of PATH in which an image has something.
 * @param path null for the default that engines set
 */
export const usedPath = (path: string | null, hazards: HazardImage): readonly string[] =>
  (path ?? DEFAULT_PATH)
    .split(':')
    .filter(folder => folder.startsWith('/') && hazards.resolve(folder) !== null)

/** Variables that an image had and another does not have alike, `PATH` and those of toolchains aside. */
export const lostVariables = (from: ImageConfig | null, to: ImageConfig | null): readonly string[] => {
  const now = pairsOf(to?.env ?? [])
  return [...pairsOf(from?.env ?? [])]
    .filter(([name, value]) => name !== 'PATH' && !TOOLCHAIN.test(name) && now.get(name) !== value)
    .map(([name]) => name)
}

export const variableOf = (config: ImageConfig | null, name: string): string | null =>
  pairsOf(config?.env ?? []).get(name) ?? null

/**
 * Instructions that give an image on another base what it had from its own base. `own` are the names that the author's
 * instructions set themselves.
 * @param base the configuration of the other base
 */
export const keepSettings = (
  config: ImageConfig | null,
  base: ImageConfig | null,
  written: { readonly env: ReadonlySet<string>; readonly keywords: ReadonlySet<string> },
): readonly string[] => {
  const lines: string[] = []
  for (const name of lostVariables(config, base))
    if (!written.env.has(name)) lines.push(`ENV ${name}=${quote(variableOf(config, name)!)}`)
  if (!written.keywords.has('WORKDIR') && (config?.workingDir ?? '/') !== (base?.workingDir ?? '/'))
    lines.push(`WORKDIR ${config?.workingDir ?? '/'}`)
  if (!written.keywords.has('USER') && (config?.user ?? null) !== (base?.user ?? null))
    lines.push(`USER ${config?.user ?? 'root'}`)
  if (
    !written.keywords.has('STOPSIGNAL') &&
    config?.runtime?.stopSignal &&
    config.runtime.stopSignal !== base?.runtime?.stopSignal
  )
    lines.push(`STOPSIGNAL ${config.runtime.stopSignal}`)
  const same = (a: readonly string[] = [], b: readonly string[] = []): boolean =>
    a.join('\0') === b.join('\0')
  if (!written.keywords.has('ENTRYPOINT')) {
    if (!same(config?.entrypoint, base?.entrypoint))
      lines.push(`ENTRYPOINT ${JSON.stringify(config?.entrypoint ?? [])}`)
    if (
      !written.keywords.has('CMD') &&
      (!same(config?.cmd, base?.cmd) || !same(config?.entrypoint, base?.entrypoint))
    )
      lines.push(`CMD ${JSON.stringify(config?.cmd ?? [])}`)
  }
  return lines
}

const quote = (value: string): string =>
  /^[\w./:@%+,=-]+$/.test(value) ? value : `"${value.replace(/[\\"$]/g, '\\$&')}"`
