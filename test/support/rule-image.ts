/** An image for rules, from the paths that are in it. */
import type { Package } from '../../src/packages/package.ts'
import type { RuleImage } from '../../src/rules/rule.ts'

export interface FakeImage {
  readonly paths?: readonly string[]
  readonly packages?: readonly Package[]
  readonly homes?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly command?: readonly string[]
  readonly workingDirectory?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly platform?: string
  readonly baseName?: string
  readonly bodies?: Readonly<Record<string, string>>
  readonly loaded?: readonly string[]
}

export const makeRuleImage = ({
  paths = [],
  packages = [],
  homes,
  env = {},
  command,
  workingDirectory,
  labels,
  platform,
  baseName,
  bodies = {},
  loaded = [],
}: FakeImage): RuleImage => {
  const all = new Set(['/'])
  for (const path of [...paths, ...Object.keys(bodies)]) {
    for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) all.add(at)
  }
  return {
    exists: path => all.has(path),
    resolve: path => (all.has(path) ? path : null),
    named: (...names) =>
      [...all].filter(path => names.includes(path.slice(path.lastIndexOf('/') + 1))).sort(),
    bodies: path => (bodies[path] === undefined ? [] : [Buffer.from(bodies[path])]),
    homes: homes ?? ['/root', '/'],
    env: new Map(Object.entries(env)),
    command: command ?? [],
    workingDirectory: workingDirectory ?? '/',
    labels: new Map(Object.entries(labels ?? {})),
    platform: platform ?? null,
    baseName: baseName ?? null,
    packages,
    loaded: new Set([...loaded, ...(command ?? [])]),
  }
}
