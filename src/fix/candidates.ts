/** Which rewrites are worth a try, in which order. */
import type { Evidence } from './evidence.ts'
import type { WholeStage } from './final-chain.ts'
import type { Scene } from './scene.ts'
import { leavesNoTool, scratchFiles } from './scratch.ts'

/** A final stage of its own, another base image, or single instructions. */
export interface Candidate {
  readonly kind: 'stages' | 'base' | 'in-place'
  /** The id of the rewrite. */
  readonly id: string
  readonly title: string
  /** As it is written after the final `FROM`. */
  readonly base: string
  /** The final stage starts from another image than the original. */
  readonly isOtherBase: boolean
  /** Of single instructions only those that no proof should ever refuse. */
  readonly isCautious?: true
}

export interface CandidateOptions {
  /** The user's own command will say whether it works. */
  readonly hasSmokeTest: boolean
  /** What rewrites of single instructions would remove, as far as findings say. */
  readonly inPlaceBytes: number
  /** Some of them may fail: they are tried once more without those. */
  readonly hasCautious?: boolean
}

/** Enough of the leftovers that a second stage is not worth its lines. */
const MOST_OF_THEM = 0.8

/** Candidates, or why there are none. */
export const listCandidates = (
  scene: Scene,
  stage: WholeStage,
  evidence: Evidence,
  options: CandidateOptions,
): readonly Candidate[] | string => {
  const { base } = scene.report.image
  if (!base || base.name === null) return 'which base image it has is not known'
  if (scene.report.notExamined.some(({ path }) => path.startsWith('/var/lib/')))
    return 'its package database could not be read'
  const inPlace: Candidate = {
    kind: 'in-place',
    id: 'in-place',
    title: 'single instructions changed where they stand',
    base: stage.from,
    isOtherBase: false,
  }
  const single: readonly Candidate[] = options.hasCautious
    ? [inPlace, { ...inPlace, title: 'single instructions, only to delete what is left', isCautious: true }]
    : [inPlace]
  const reason = whyNoStage(scene, stage, evidence, options)
  if (reason !== null) return options.inPlaceBytes > 0 ? single : reason
  const staged = stagesOf(scene, stage, evidence)
  if (options.inPlaceBytes === 0) return staged
  const isEnough =
    !staged.some(({ isOtherBase }) => isOtherBase) &&
    options.inPlaceBytes >= MOST_OF_THEM * scene.report.size.leftovers
  return isEnough ? [...single, ...staged] : [...staged, ...single]
}

/** Why a final stage of its own is not tried, or null where it is. */
export const whyNoStage = (
  scene: Scene,
  stage: WholeStage,
  evidence: Evidence,
  { hasSmokeTest }: CandidateOptions,
): string | null => {
  const base = scene.report.image.base!
  if (scene.baseLayers === 0 || base.name === 'scratch') return 'there is no base image to start again from'
  if (stage.whyWhole !== null) return stage.whyWhole
  if (
    stage.instructions.some(({ keyword }) => keyword === 'ONBUILD') ||
    (scene.config?.runtime?.onBuild.length ?? 0) > 0
  )
    return 'it is made for others to build on (ONBUILD)'
  if (evidence.compiles) return `${evidence.compiles}: what it was built with must stay`
  if (evidence.uncertain && !hasSmokeTest)
    return `${evidence.uncertain}: only a "smoke-test" could tell whether it still can`
  return null
}

const stagesOf = (scene: Scene, stage: WholeStage, evidence: Evidence): readonly Candidate[] => {
  const { from } = stage.root
  const base = scene.report.image.base!
  const stages = (id: string, name: string, isOtherBase: boolean): Candidate => ({
    kind: 'stages',
    id,
    title: `a build stage, and a final stage on ${name}`,
    base: name,
    isOtherBase,
  })
  const slimmer = base.slimmer?.name
  return [
    ...(leavesNoTool(scene, evidence) && scratchFiles(scene) !== null
      ? [stages('static-stage', 'scratch', true)]
      : []),
    ...(slimmer ? [stages('slimmer-stage', writtenLike(from, base.name!, slimmer), true)] : []),
    // other stages that stand on it would be changed, too, and nobody proves those
    ...(slimmer && !stage.isShared
      ? [
          {
            ...stages('slimmer-base', writtenLike(from, base.name!, slimmer), true),
            kind: 'base' as const,
            title: `the same instructions on ${slimmer}`,
          },
        ]
      : []),
    stages('same-base-stage', from, false),
  ]
}

/** `python:${V}-slim` for `python:${V}`: a variable of the author's stays one. */
const writtenLike = (from: string, expanded: string, slimmer: string): string =>
  from !== expanded && slimmer.startsWith(expanded) && !from.includes('@')
    ? from + slimmer.slice(expanded.length)
    : slimmer
