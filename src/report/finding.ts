/** What is asked of a finding everywhere. */
import type { Finding } from './types.ts'

export const isLeftover = ({ certainty }: Pick<Finding, 'certainty'>): boolean => certainty === 'leftover'

/** A leftover that did not come with the base image: what budgets count. */
export const isOwnLeftover = (finding: Pick<Finding, 'certainty' | 'inherited'>): boolean =>
  isLeftover(finding) && finding.inherited !== true

/** A finding's subject: a package or a root path, the part of its key after the rule. */
export const subjectOf = ({ key, rule }: Pick<Finding, 'key' | 'rule'>): string =>
  key.startsWith(`${rule} `) ? key.slice(rule.length + 1) : key

export const totalBytes = (findings: readonly Pick<Finding, 'bytes'>[]): number =>
  findings.reduce((sum, { bytes }) => sum + bytes, 0)
