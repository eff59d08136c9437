import { isLeftover, isOwnLeftover, totalBytes } from '../../report/finding.ts'
import { formatBytes } from '../../units.ts'
import { type Claimed, type StepResult, some } from './step.ts'

/** No leftover of the original is in the layers above the base any more. */
export const proveNoLeftovers = ({ original, result, keepsOthers = false }: Claimed): StepResult => {
  const before = new Set(original.report.findings.filter(isLeftover).map(({ key }) => key))
  const left = result.report.findings.filter(each => isOwnLeftover(each) && before.has(each.key))
  const bytes = totalBytes(left)
  return left.length === 0
    ? { step: 'leftovers', passed: true, detail: 'none of the leftovers is in it' }
    : {
        step: 'leftovers',
        passed:
          bytes < NOTHING_BYTES || bytes < original.report.size.leftovers * (keepsOthers ? 1 : SOME_MAY_STAY),
        detail: `${formatBytes(bytes)} of leftovers stay: ${some(left.map(({ title }) => title))}`,
      }
}

/** What is left is hardly worth a word. */
const SOME_MAY_STAY = 0.1

/** Smaller changes count as none anywhere: the default of `min-change`. A user that is added hides as much. */
const NOTHING_BYTES = 10_000

/** It is smaller by what is worth a change. */
export const proveSmaller = ({ original, result, minSavingBytes }: Claimed): StepResult => {
  const saves = original.report.size.content - result.report.size.content
  return {
    step: 'smaller',
    passed: saves >= minSavingBytes,
    detail: `${formatBytes(original.report.size.content)} before, ${formatBytes(result.report.size.content)} after${saves >= minSavingBytes ? '' : `: less than ${formatBytes(minSavingBytes)} saved`}`,
  }
}
