import { type Claimed, count, type StepResult, some } from './step.ts'

/** What the final stage installs is what the original had, in the same version: another source may have had another. */
export const provePackages = ({ original, result, install = [] }: Claimed): StepResult | null => {
  if (install.length === 0) return null
  const before = new Map(original.packages.map(pkg => [`${pkg.manager}:${pkg.name}`, pkg.version]))
  const now = new Map(result.packages.map(pkg => [`${pkg.manager}:${pkg.name}`, pkg.version]))
  const wrong = [...before].filter(
    ([key, version]) => install.includes(key.slice(key.indexOf(':') + 1)) && now.get(key) !== version,
  )
  return wrong.length === 0
    ? {
        step: 'packages',
        passed: true,
        detail: `${count(install.length, 'package')} in the same version: ${some(install)}`,
      }
    : {
        step: 'packages',
        passed: false,
        detail: `not in the version that the original has: ${some(wrong.map(([key]) => key.slice(key.indexOf(':') + 1)))}`,
      }
}
