/**
 * A review that came from outside, told in Plimsoll's own words. Names, paths and instructions are data and are quoted
 * as such; but a sentence is believed because of who says it, so each sentence is Plimsoll's own or is left out.
 */
import { hazardRules } from '../hazards/index.ts'
import { rules } from '../rules/index.ts'
import { possibleReasons } from './review.ts'
import type { FindingsByOrigin, Hazard, HazardsByOrigin, Review, Side } from './types.ts'

/** What the pipeline says about how a side was chosen; a branch's name cannot hold a blank. */
const HOW =
  /^(?:the checked-out commit|the checkout, with uncommitted changes|the folder as it is|given by "(?:image|base-image)"|first parent of the (?:merge|pushed) commit|base of the merge group|the branch before the push|merge base with [^\s\p{Cc}]{1,250})(?:, measured earlier)?$/u
const NO_BASE =
  /^(?:baseline is "none"|no saved baseline for [0-9a-f]{7}|the base commit [0-9a-f]{7} has no \S{1,250})$/
const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/

/** Null when the review names a rule that this version does not have. */
export const inOwnWords = (review: Review): Review | null => {
  const findings = findingsOf(review.findings)
  const hazards = hazardsOf(review.hazards)
  if (!findings || !hazards) return null
  const own: Review = {
    ...review,
    base: review.base && sideOf(review.base),
    head: sideOf(review.head),
    baseMissing: review.baseMissing === null ? null : whyNoBase(review.baseMissing),
    findings,
    hazards,
    ignored: review.ignored.map(entry => ({ ...entry, reason: '' })),
  }
  const possible = possibleReasons(own)
  return { ...own, reasons: review.reasons.filter(reason => possible.includes(reason)) }
}

const whyNoBase = (why: string): string =>
  NO_BASE.test(why) ? why : 'there is no base image; the run’s log says why'

const sideOf = (side: Side): Side => ({
  ...side,
  ref: side.ref !== null && SHA.test(side.ref) ? side.ref : null,
  how: side.how !== null && HOW.test(side.how) ? side.how : null,
  image: { ...side.image, base: side.image.base && { ...side.image.base, slimmer: null } },
})

const findingsOf = (all: FindingsByOrigin): FindingsByOrigin | null => {
  const told = Object.entries(all).map(([origin, findings]) => [
    origin,
    (findings as FindingsByOrigin['introduced']).map(finding => {
      const rule = rules.find(({ id }) => id === finding.rule)
      if (!rule || !finding.key.startsWith(`${rule.id} `)) return null
      return {
        ...finding,
        category: rule.category,
        title: rule.title,
        reason: rule.why,
        advice: { summary: rule.fix, edit: null, saves: finding.advice.saves },
      }
    }),
  ])
  return told.some(([, findings]) => (findings as unknown[]).includes(null))
    ? null
    : (Object.fromEntries(told) as FindingsByOrigin)
}

const hazardsOf = (all: HazardsByOrigin): HazardsByOrigin | null => {
  const told = Object.entries(all).map(([origin, hazards]) => [
    origin,
    (hazards as readonly Hazard[]).map(hazard => {
      const rule = hazardRules.find(({ id }) => id === hazard.rule)
      if (!rule) return null
      const advice = { summary: rule.fix, edit: null, saves: null }
      return { ...hazard, title: rule.title, reason: rule.why, advice }
    }),
  ])
  return told.some(([, hazards]) => (hazards as unknown[]).includes(null))
    ? null
    : (Object.fromEntries(told) as HazardsByOrigin)
}
