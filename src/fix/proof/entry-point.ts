import { onPath } from '../needs.ts'
import { startPaths } from '../start-words.ts'
import { type Claimed, type StepResult, some } from './step.ts'

/** What the command, the entry point and the health check start is where it was. */
export const proveEntryPoint = ({ original, result }: Claimed): StepResult => {
  const paths = startPaths(original)
  const missing = paths.filter(path => result.hazards.resolve(path) === null)
  const [first] = original.hazards.command
  const lost =
    first !== undefined && onPath(original.hazards, first) !== null && onPath(result.hazards, first) === null
  return missing.length === 0 && !lost
    ? { step: 'entry-point', passed: true, detail: `what the image starts is there: ${some(paths)}` }
    : {
        step: 'entry-point',
        passed: false,
        detail: `not there: ${some(missing.length > 0 ? missing : [first!])}`,
      }
}
