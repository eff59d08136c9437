import { isSystemPackage } from '../../packages/package.ts'
import { type Claimed, count, type StepResult, some } from './step.ts'

/** Whatever the program's own texts and binaries spell out, and the original has, is there: commands, libraries, data. */
export const proveNamed = ({ original, result, evidence }: Claimed): StepResult | null => {
  if (evidence.named.size === 0) return null
  const missing = [...evidence.named.keys()].filter(path => result.hazards.resolve(path) === null)
  if (missing.length === 0)
    return {
      step: 'named',
      passed: true,
      detail: `${count(evidence.named.size, 'command, library or path', 'commands, libraries and paths')} that the program names can be found`,
    }
  const owners = missing.map(path => ({ path, owner: original.ownerOf(path) }))
  return {
    step: 'named',
    passed: false,
    detail: some(missing.map(path => `${path} (named by ${evidence.named.get(path)})`)),
    remedy: {
      packages: owners.flatMap(({ owner }) => (owner && isSystemPackage(owner) ? [owner.name] : [])),
      copies: owners.flatMap(({ path, owner }) => (owner && isSystemPackage(owner) ? [] : [path])),
    },
  }
}
