/** A Dockerfile's text to instructions with lines, or an error that says where. */
import { UserError } from '../errors.ts'
import { type CheckContext, checkInstruction } from './check-instruction.ts'
import type { Dockerfile, Instruction, Stage } from './dockerfile.ts'
import { readFrom, readInstruction } from './read-instruction.ts'
import { type LogicalLines, readLogicalLines } from './read-lines.ts'

/** Docker's own frontends, from whatever registry. */
const DOCKER_FRONTEND = /(?:^|\/)docker\/dockerfile(?:-upstream)?(?:[:@]|$)/

/**
 * Parses a Dockerfile as BuildKit reads it.
 * @param file the name for line ranges and messages
 * @throws UserError `file:line: …` for what a builder would refuse
 */
export const parseDockerfile = (text: string, file: string): Dockerfile => {
  const read = readLogicalLines(text, file)
  const instructions = readInstructions(read, file)
  const stages = readStages(instructions)
  if (instructions.length === 0)
    throw new UserError(`${file}:1: the Dockerfile has no instructions; begin with FROM`)
  if (stages.length === 0)
    throw new UserError(`${file}:1: the Dockerfile has no FROM; name the image to build on`)
  const globalArgs = instructions.filter(({ stage }) => stage === -1)
  return { file, escapeChar: read.escapeChar, syntax: read.syntax, stages, globalArgs, instructions }
}

const readInstructions = (read: LogicalLines, file: string): readonly Instruction[] => {
  const context: CheckContext = {
    escapeChar: read.escapeChar,
    foreignFrontend: read.syntax !== null && !DOCKER_FRONTEND.test(read.syntax.split(' ')[0]!),
  }
  let stage = -1
  return read.lines.map(line => {
    if (/^FROM(?:\s|$)/i.test(line.joined)) stage++
    const instruction = readInstruction(line, { file, escapeChar: read.escapeChar, stage })
    const problem = checkInstruction(instruction, context) ?? checkPlace(instruction)
    if (problem !== null) throw new UserError(`${file}:${line.start}: ${problem}`)
    return instruction
  })
}

const checkPlace = ({ keyword, stage }: Instruction): string | null =>
  stage === -1 && keyword !== 'ARG' ? `${keyword} stands before the first FROM; only ARG may` : null

const readStages = (instructions: readonly Instruction[]): readonly Stage[] =>
  instructions
    .filter(({ keyword }) => keyword === 'FROM')
    .map((from, index) => {
      const { image, name } = readFrom(from)
      const own = instructions.filter(({ stage, keyword }) => stage === index && keyword !== 'FROM')
      return { index, name, from: image, fromLine: from.line, instructions: own }
    })
