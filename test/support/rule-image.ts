/** An image for rules, from the paths that are in it. */
import type { Package } from '../../src/packages/package.ts'
import type { RuleImage } from '../../src/rules/rule.ts'

export interface FakeImage {
  readonly paths?: readonly string[]
  readonly packages?: readonly Package[]
  readonly homes?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly command?: readonly string[]
}

export const makeRuleImage = ({
  paths = [],
  packages = [],
  homes,
  env = {},
  command,
}: FakeImage): RuleImage => {
  const all = new Set(['/'])
  for (const path of paths) {
    for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) all.add(at)
  }
  return {
    exists: path => all.has(path),
    resolve: path => (all.has(path) ? path : null),
    named: (...names) =>
      [...all].filter(path => names.includes(path.slice(path.lastIndexOf('/') + 1))).sort(),
    homes: homes ?? ['/root', '/'],
    env: new Map(Object.entries(env)),
    command: command ?? [],
    packages,
  }
}
