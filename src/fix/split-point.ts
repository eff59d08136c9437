/** Where a stage can be parted: what is above builds, what is below only says how the image runs. */
import type { Instruction } from '../dockerfile/dockerfile.ts'
import { isHarmlessRun } from './commands.ts'
import type { WholeStage } from './final-chain.ts'
import type { ProgramFiles } from './program.ts'
import type { Item, Scene } from './scene.ts'
import { isSetting } from './stages.ts'

/**
 * From where on the stage's instructions build nothing: settings, copies of the context, users and permissions. 0 where
 * none builds anything.
 */
export const findSplit = (
  scene: Scene,
  { instructions, below }: WholeStage,
  program: ProgramFiles,
): number => {
  const dirty = new Set(program.leftovers.map(item => scene.report.layers[item.layer]?.line?.start))
  let at = instructions.length
  while (at > below && buildsNothing(instructions[at - 1]!, dirty)) at -= 1
  // users and links alone make no stage
  while (at < instructions.length && instructions[at]!.keyword === 'RUN') at += 1
  const isEmpty = at === below && instructions.slice(0, at).every(each => buildsNothing(each, dirty))
  return isEmpty ? 0 : at
}

const buildsNothing = (instruction: Instruction, dirty: ReadonlySet<number | undefined>): boolean =>
  isSetting(instruction) ||
  ((instruction.keyword === 'COPY' || instruction.keyword === 'ADD') && !dirty.has(instruction.line.start)) ||
  isHarmlessRun(instruction)

/** Copied from the context before, and once more with all of it after: `COPY requirements.txt .` and `COPY . .`. */
export const comesAgain = (scene: Scene, item: Item, stage: WholeStage, splitAt: number): boolean => {
  const line = scene.report.layers[item.layer]?.line?.start
  const copy = stage.instructions.slice(0, splitAt).find(each => each.line.start === line)
  return (
    copy !== undefined &&
    isContextCopy(copy) &&
    stage.instructions
      .slice(splitAt)
      .some(each => isContextCopy(each) && /(?:^|\s)\.\/?\s+\S+$/.test(each.body))
  )
}

const isContextCopy = ({ keyword, flags }: Instruction): boolean =>
  (keyword === 'COPY' || keyword === 'ADD') && !flags.some(flag => flag.startsWith('--from='))
