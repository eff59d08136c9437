/** Stages that stand on stages: `FROM base`, where `base` is a stage of the file. */
import type { Dockerfile, Instruction, Stage } from '../dockerfile/dockerfile.ts'
import { type FinalStageOptions, finalStage, findStage } from '../dockerfile/final-stage.ts'

/** Stages that begin with a stage, or with one that does. A `FROM` that is all variable may name any stage. */
const stagesOn = ({ stages }: Dockerfile, below: number): readonly Stage[] => {
  const found = new Set([below])
  for (const stage of stages) {
    const named = findStage(stages.slice(0, stage.index), stage.from)
    const isAny = /^\$\{?\w+\}?$/.test(stage.from)
    if (stage.index > below && (isAny || (named && found.has(named.index)))) found.add(stage.index)
  }
  return stages.filter(({ index }) => index !== below && found.has(index))
}

/** What runs after an instruction on what it left: the rest of its stage, and the stages that stand on that. */
export const instructionsAfter = (
  dockerfile: Dockerfile,
  { stage, line }: Instruction,
): readonly Instruction[] => [
  ...(dockerfile.stages[stage]?.instructions ?? []).filter(each => each.line.start > line.start),
  ...stagesOn(dockerfile, stage).flatMap(each => each.instructions),
]

/** A stage as one list of instructions, with those of the stages of the file that it stands on. */
export interface WholeStage extends Stage {
  /** Where it begins with an image: itself, or the lowest stage below it. */
  readonly root: Stage
  /** How many of the instructions, the first ones, are of stages below it. */
  readonly below: number
  /** Why no stage can come between its instructions; null where one can. */
  readonly whyWhole: string | null
  /** Some other stage stands on one below it. */
  readonly isShared: boolean
}

/** The target's stage, or the last one. */
export const wholeStage = (dockerfile: Dockerfile, options: FinalStageOptions = {}): WholeStage => {
  const { stages } = finalStage(dockerfile, options)
  const stage = stages.at(-1)!
  const root = stages[0]!
  const below = stages.slice(0, -1).flatMap(({ instructions }) => instructions)
  return {
    ...stage,
    instructions: [...below, ...stage.instructions],
    root,
    below: below.length,
    whyWhole: whyWhole(dockerfile, stage, options.target ?? null),
    isShared: stagesOn(dockerfile, root.index).some(each => !stages.includes(each)),
  }
}

const whyWhole = (dockerfile: Dockerfile, stage: Stage, target: string | null): string | null => {
  if (target && target.toLowerCase() !== stage.name?.toLowerCase())
    return 'its target is a number, and with one stage more it would be another one'
  const after = dockerfile.stages.slice(stage.index + 1)
  const taken = after.flatMap(({ instructions }) => instructions).flatMap(takesFrom)
  const isTaken = taken.some(name =>
    /^\d+$/.test(name) ? Number(name) >= stage.index : name.toLowerCase() === stage.name?.toLowerCase(),
  )
  return isTaken || stagesOn(dockerfile, stage.index).length > 0
    ? 'other stages of the file take from the target'
    : null
}

/** Names and numbers in `--from=` and `--mount=from=`. */
const takesFrom = ({ flags }: Instruction): readonly string[] =>
  flags.flatMap(flag => /(?:^--|[=,])from=([^,]+)/.exec(flag)?.[1] ?? [])

/**
 * The stages whose instructions make the image, by index: the target's, and those below it that no other stage stands on.
 * A change of them is proved by that image alone.
 */
export const chainOf = (dockerfile: Dockerfile, options: FinalStageOptions): ReadonlySet<number> => {
  const made = new Set(finalStage(dockerfile, options).stages.map(({ index }) => index))
  return new Set([...made].filter(stage => stagesOn(dockerfile, stage).every(({ index }) => made.has(index))))
}
