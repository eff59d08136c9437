/** From a path that `COPY --from=stage` brought to the instruction of that stage that made it. */
import type { LineRange, StageSource } from '../report/types.ts'
import { copiedFrom, isWithin, pathBefore, readCopy, resolvePath } from './copied-path.ts'
import type { Dockerfile, Instruction, Stage } from './dockerfile.ts'
import { finalStage, findStage } from './final-stage.ts'
import { makersOf } from './makers.ts'

/** A `COPY` from a stage that copies from a stage that …: no file is written so. */
const DEEPEST = 10

/**
 * Null where the line is no `COPY` from a stage of this file.
 * @param instructions of the final stage, as `finalStage` gives them
 * @param line of the instruction that made the layer
 * @param path in the final image
 */
export const traceStage = (
  dockerfile: Dockerfile,
  instructions: readonly Instruction[],
  line: LineRange,
  path: string,
): StageSource | null => {
  const placed = withWorkdirs(instructions).find(
    ({ instruction }) => instruction.line.start === line.start && instruction.line.end === line.end,
  )
  return placed === undefined ? null : trace(dockerfile, placed, path, 0)
}

const nameOf = ({ name, index }: Stage): string => name ?? String(index)

interface Placed {
  readonly instruction: Instruction
  readonly workdir: string | null
}

/** The first `WORKDIR` may be the base image's, which is not known. */
const withWorkdirs = (instructions: readonly Instruction[]): readonly Placed[] => {
  let workdir: string | null = null
  return instructions.map(instruction => {
    const placed = { instruction, workdir }
    if (instruction.keyword === 'WORKDIR')
      workdir = resolvePath(instruction.body.replace(/["']/g, ''), workdir)
    return placed
  })
}

const trace = (
  dockerfile: Dockerfile,
  { instruction, workdir }: Placed,
  path: string,
  depth: number,
): StageSource | null => {
  const from = copiedFrom(instruction)
  const earlier = dockerfile.stages.slice(0, Math.max(0, instruction.stage))
  const stage =
    from === null
      ? undefined
      : (findStage(earlier, from) ?? (/^\d+$/.test(from) ? earlier[Number(from)] : undefined))
  if (stage === undefined || depth > DEEPEST) return null
  const unknown: StageSource = { stage: nameOf(stage), line: null }
  const before = pathBefore(readCopy(instruction, workdir), path)
  if (before === null) return unknown
  const made = makerOf(
    withWorkdirs(finalStage(dockerfile, { target: String(stage.index) }).instructions),
    before,
  )
  if (made === null) return unknown
  return (
    trace(dockerfile, made, before, depth + 1) ?? {
      stage: nameOf(dockerfile.stages[made.instruction.stage]!),
      line: made.instruction.line,
    }
  )
}

/** The one instruction that can have made a path: the only one there is, or the one that names it most closely. */
const makerOf = (placed: readonly Placed[], path: string): Placed | null => {
  const makers = makersOf(path)
  const isMixed = placed.some(each => bringsFolder(each, path))
  const possible = placed.flatMap(each => {
    const score = scoreOf(each, path, makers, isMixed)
    return score === null ? [] : [{ each, score }]
  })
  if (possible.length <= 1) return possible[0]?.each ?? null
  const best = Math.max(...possible.map(({ score }) => score))
  const closest = possible.filter(({ score }) => score === best)
  return best > 0 && closest.length === 1 ? closest[0]!.each : null
}

const copies = ({ instruction: { keyword } }: Placed): boolean => keyword === 'COPY' || keyword === 'ADD'

/** A whole folder from outside that may hold the path: what a later command made in it looks the same. */
const bringsFolder = (placed: Placed, path: string): boolean => {
  if (!copies(placed)) return false
  const { target } = readCopy(placed.instruction, placed.workdir)
  return target === null || (target !== path && isWithin(path, target))
}

/** Better than any name of a folder. */
const MADE_BY_ITS_TOOL = 1000

/**
 * Null: it cannot be. Zero: it may be. More: the deeper the path that it names, the better.
 * @param isMixed only what a command names as its output counts: its input came in another way
 */
const scoreOf = (
  placed: Placed,
  path: string,
  makers: readonly RegExp[],
  isMixed: boolean,
): number | null => {
  const { instruction, workdir } = placed
  if (copies(placed)) {
    const copied = readCopy(instruction, workdir)
    if (copied.target !== null && !isWithin(path, copied.target)) return null
    const isFromStage = copiedFrom(instruction) !== null && pathBefore(copied, path) !== null
    return copied.target === path || isFromStage ? depthOf(path) : 0
  }
  const { keyword, text } = instruction
  if (keyword !== 'RUN' || (installsPackagesOnly(text) && !isSystemPath(path))) return null
  if (makers.some(maker => maker.test(text))) return MADE_BY_ITS_TOOL
  const named = isMixed ? outputsIn(text) : wordsOf(text)
  const covering = named
    .map(word => resolvePath(word, workdir))
    .filter(at => at !== null && isWithin(path, at))
  // the root and the folder that a command runs in are no names
  return Math.max(0, ...covering.filter(at => at !== '/' && at !== workdir).map(at => depthOf(at!)))
}

const wordsOf = (text: string): readonly string[] =>
  text.split(/[\s"'=:;,()<>|&\\]+/).filter(word => /\w/.test(word) && !word.startsWith('-'))

/** `-o app`, `--output=app`, `> app`, `--prefix=/usr`, `--root /out`. */
const outputsIn = (text: string): readonly string[] =>
  [
    ...text.matchAll(
      /(?:\s(?:-o|--(?:out\w*|prefix|root|target|dest\w*|install-dir))[\s=]+|>\s*)["']?([^\s"';|&]+)/g,
    ),
  ].map(match => match[1]!)

const depthOf = (path: string): number => path.split('/').length - 1

/** What package managers of a distribution write to. */
const isSystemPath = (path: string): boolean =>
  /^\/(?:bin|boot|etc|lib\w*|sbin|usr(?!\/local)|var)(?:\/|$)/.test(path)

const PACKAGES_ONLY =
  /^(?:(?:sudo\s+)?(?:apt-get|apt|apk|dnf|microdnf|yum|zypper|rm|set|true|export|update-ca-certificates)\b|[A-Z_]+=\S*\s*$)/

/** Every command of it is one of a distribution's package manager, or tidies up after it. */
const installsPackagesOnly = (text: string): boolean => {
  const commands = text
    .replace(/^\s*RUN\s+(?:--\S+\s+)*/i, '')
    .replace(/\\\r?\n/g, ' ')
    .split(/&&|\|\||;|\n/)
    .map(command => command.trim())
    .filter(command => command !== '' && !command.startsWith('#'))
  return commands.length > 0 && commands.every(command => PACKAGES_ONLY.test(command))
}
