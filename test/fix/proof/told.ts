import type { StepResult } from '../../../src/fix/proof/step.ts'

/** A step as a reader sees it, without its name; null for one that has nothing to look at. */
export const told = (step: StepResult | null): string | null =>
  step && `${step.passed ? 'passed' : 'failed'}: ${step.detail}`
