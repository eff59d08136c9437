import { nodeImports } from '../node-imports.ts'
import { type Claimed, count, type StepResult, some } from './step.ts'

/** Every package of Node that a source of the program asks for by its name, and that was there, can be found. */
export const proveNodePackages = ({ original, result }: Claimed): StepResult | null => {
  const imports = nodeImports(original)
  if (imports.length === 0) return null
  const lost = imports.filter(({ path }) => result.hazards.resolve(path) === null)
  const step = 'node-packages'
  return lost.length === 0
    ? {
        step,
        passed: true,
        detail: `${count(imports.length, 'package')} of Node that the program’s sources ask for can be found`,
      }
    : {
        step,
        passed: false,
        detail: `not there: ${some(lost.map(({ name, by }) => `${name} (asked for by ${by})`))}`,
      }
}
