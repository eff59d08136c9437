/** Where a finding comes from, judged by its key: what the pull request brought is loud, the rest is context. */
import { groupBy } from '../group-by.ts'
import { subjectOf } from './finding.ts'
import type {
  ComparedFinding,
  Finding,
  FindingsByOrigin,
  Hazard,
  HazardsByOrigin,
  ImageReport,
} from './types.ts'

export const findingsByOrigin = (
  base: ImageReport | null,
  head: ImageReport,
  minChangeBytes: number,
): FindingsByOrigin => {
  const inherited = head.findings.filter(isInherited)
  const own = head.findings.filter(finding => !isInherited(finding))
  const inBase = groupByKey(base?.findings ?? [])
  const inHead = groupByKey(head.findings)
  const ownByKey = groupByKey(own)
  const result = { introduced: [], grown: [], existing: [], unknown: [] } as Record<
    'introduced' | 'grown' | 'existing' | 'unknown',
    ComparedFinding[]
  >
  for (const [key, findings] of ownByKey) {
    const before = inBase.get(key)
    const growth = growthOf(findings, inHead.get(key)!, before ?? [])
    const origin = !base
      ? 'unknown'
      : !before
        ? 'introduced'
        : growth >= minChangeBytes && growth > 0
          ? 'grown'
          : 'existing'
    const baseBytes = origin === 'grown' ? bytesOf(findings) - growth : bytesOf(before ?? [])
    result[origin].push(...withBaseBytes(findings, before ? baseBytes : null))
  }
  const installed = new Set(head.packages.flatMap(({ name, bytes }) => (bytes > 0 ? [name] : [])))
  const resolved = (base?.findings ?? [])
    // a package that is still there is not gone: something needs it now
    .filter(each => !inHead.has(each.key) && !installed.has(subjectOf(each)))
    .map(finding => ({ ...finding, baseBytes: finding.bytes }))
  return {
    introduced: result.introduced.sort(byBytes),
    grown: result.grown.sort(byBytes),
    existing: result.existing.sort(byBytes),
    resolved,
    inherited: inherited.flatMap(finding =>
      withBaseBytes([finding], bytesOrNull(inBase.get(finding.key)?.filter(isInherited))),
    ),
    unknown: result.unknown.sort(byBytes),
  }
}

export const hazardsByOrigin = (base: ImageReport | null, head: ImageReport): HazardsByOrigin => {
  if (!base) return { introduced: [], existing: [], resolved: [], unknown: head.hazards }
  const inBase = new Set(base.hazards.map(hazard => hazard.key))
  const inHead = new Set(head.hazards.map(hazard => hazard.key))
  const isKnown = (hazard: Hazard): boolean => inBase.has(hazard.key)
  return {
    introduced: head.hazards.filter(hazard => !isKnown(hazard)),
    existing: head.hazards.filter(isKnown),
    resolved: base.hazards.filter(hazard => !inHead.has(hazard.key)),
    unknown: [],
  }
}

const groupByKey = (findings: readonly Finding[]): Map<string, Finding[]> =>
  groupBy(findings, finding => finding.key)

/**
 * What the Dockerfile itself brought more of one thing than in the base. What only changed sides, from the base image
 * to a line of the Dockerfile, is no growth; neither is what the base image grew by.
 */
const growthOf = (own: readonly Finding[], all: readonly Finding[], before: readonly Finding[]): number =>
  Math.min(
    bytesOf(own) - bytesOf(before.filter(finding => !isInherited(finding))),
    bytesOf(all) - bytesOf(before),
  )

/** One key may stand in several layers: the base's bytes go to them in order, what is left over to the last. */
const withBaseBytes = (findings: readonly Finding[], before: number | null): ComparedFinding[] => {
  if (before === null) return findings.map(finding => ({ ...finding, baseBytes: null }))
  let left = before
  return findings.map((finding, i) => {
    const baseBytes = i === findings.length - 1 ? left : Math.min(left, finding.bytes)
    left -= baseBytes
    return { ...finding, baseBytes }
  })
}

const isInherited = (finding: Finding): boolean => finding.inherited === true
const bytesOrNull = (findings: readonly Finding[] | undefined): number | null =>
  findings && findings.length > 0 ? bytesOf(findings) : null
const bytesOf = (findings: readonly Finding[]): number =>
  findings.reduce((total, finding) => total + finding.bytes, 0)
const byBytes = (a: Finding, b: Finding): number => b.bytes - a.bytes
