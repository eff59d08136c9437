/** Which rewrites are worth a try, the one that saves most first. */
import type { Dockerfile, Stage } from '../dockerfile/dockerfile.ts'
import type { Evidence } from './evidence.ts'
import type { Scene } from './scene.ts'

export interface Candidate {
  /** The id of the rewrite. */
  readonly id: string
  readonly title: string
  readonly stage: Stage
  /** As it is written after the final `FROM`. */
  readonly base: string
  /** The final stage starts from another image than the original. */
  readonly isOtherBase: boolean
}

export interface CandidateOptions {
  readonly target: string | null
  readonly minSavingBytes: number
  /** The user's own command will say whether it works. */
  readonly hasSmokeTest: boolean
}

/** Candidates, or why there are none. */
export const listCandidates = (
  scene: Scene,
  dockerfile: Dockerfile,
  evidence: Evidence,
  options: CandidateOptions,
): readonly Candidate[] | string => {
  const stage = dockerfile.stages.at(-1)!
  const { base } = scene.report.image
  if (!base || scene.baseLayers === 0 || base.name === null)
    return 'its base image is not known, or it is scratch'
  if (options.target && options.target.toLowerCase() !== stage.name?.toLowerCase())
    return 'the target is not the last stage of the Dockerfile'
  if (stage.instructions.some(({ keyword }) => keyword === 'ONBUILD'))
    return 'it is made for others to build on (ONBUILD)'
  if (evidence.compiles) return `${evidence.compiles}: what it was built with must stay`
  if (evidence.uncertain && !options.hasSmokeTest)
    return `${evidence.uncertain}: only a "smoke-test" could tell whether it still can`
  const candidates: Candidate[] = []
  if (base.slimmer)
    candidates.push({
      id: 'slimmer-stage',
      title: `a build stage, and a final stage on ${base.slimmer.name}`,
      stage,
      base: base.slimmer.name,
      isOtherBase: true,
    })
  candidates.push({
    id: 'same-base-stage',
    title: `a build stage, and a final stage on ${base.name}`,
    stage,
    base: stage.from,
    isOtherBase: false,
  })
  return candidates
}
