/** One way to make the image smaller: written, built, proved, and amended where the proof says what is lacking. */
import { BuildError } from './build/build-error.ts'
import type { BuiltImage } from './build/build-image.ts'
import { neutraliseLine } from './build/neutralise-log.ts'
import { runInContainer } from './build/run-command.ts'
import type { Dockerfile } from './dockerfile/dockerfile.ts'
import { messageOf, UserError } from './errors.ts'
import { type Amendments, amended, NO_AMENDMENTS } from './fix/amendments.ts'
import type { Candidate } from './fix/candidates.ts'
import { applyEdits } from './fix/edit.ts'
import type { Evidence } from './fix/evidence.ts'
import type { WholeStage } from './fix/final-chain.ts'
import { planStages, SCRATCH, type Target } from './fix/plan-stages.ts'
import { type ProgramFiles, programFiles } from './fix/program.ts'
import { prove } from './fix/proof/index.ts'
import type { StepResult } from './fix/proof/step.ts'
import type { InPlaceEdit } from './fix/rewrites/index.ts'
import type { Scene } from './fix/scene.ts'
import { splitStages, withBase } from './fix/stages.ts'
import { type Built, buildText, type IgnoreFile, type Workshop } from './fix-build.ts'

/** One candidate is amended at most so often. */
const MOST_TRIES = 4

const SMOKE_TIMEOUT_MS = 120_000

/** What all candidates start from. */
export interface Work extends Workshop {
  readonly text: string
  readonly dockerfile: Dockerfile
  /** What the image is made from. */
  readonly stage: WholeStage
  readonly original: Scene
  readonly originalImage: BuiltImage
  readonly evidence: Evidence
  readonly inPlace: readonly InPlaceEdit[]
  /** Without those that may fail. */
  readonly cautious: readonly InPlaceEdit[]
  readonly ignore: IgnoreFile
  /** The same with what is to be ignored beside it. */
  readonly ignoreMore: string
}

/** A rewrite that was built and looked at. */
export interface Tried {
  readonly text: string
  readonly ignore: string | null
  readonly steps: readonly StepResult[]
  readonly result: Scene
}

/** Words of the image or the builder may be among them. */
export const say = ({ world }: Work, text: string): void => world.log.line(neutraliseLine(text))

/** The rewrite with its proof, or why it is none. */
export const tryCandidate = async (work: Work, candidate: Candidate): Promise<Tried | string> => {
  const target = await targetOf(work, candidate)
  if (typeof target === 'string') return target
  let amend: Amendments = NO_AMENDMENTS
  let why = ''
  for (let number = 0; number < MOST_TRIES; number += 1) {
    const tried = await tryOnce(work, candidate, target, amend)
    if (typeof tried === 'string') return tried
    const failed = tried.steps.filter(step => !step.passed)
    if (failed.length === 0) return tried
    why = failed.map(({ step, detail }) => `${step}: ${detail}`).join('; ')
    const next = candidate.kind === 'stages' ? amended(amend, failed) : amend
    if (JSON.stringify(next) === JSON.stringify(amend)) return why
    say(work, `Once more, because of ${why}`)
    amend = next
  }
  return why
}

interface Rewritten {
  readonly text: string
  /** A new `.dockerignore`, or null. */
  readonly ignore: string | null
  readonly program: ProgramFiles
  readonly install: readonly string[]
}

/** The new text, and what must be in the image that it makes. */
const rewrite = (
  { original, text, dockerfile, stage, evidence, inPlace: all, cautious, ignore, ignoreMore }: Work,
  { kind, base, isCautious }: Candidate,
  target: Target,
  amend: Amendments,
): Rewritten | string => {
  const inPlace = isCautious ? cautious : all
  const more = ignoreMore === ignore.text ? null : ignoreMore
  const program = (): ProgramFiles => programFiles(original, () => true)
  if (kind === 'in-place')
    return { text: applyEdits(text, inPlace), program: program(), install: [], ignore: more }
  if (kind === 'base') {
    const edit = withBase(text, stage, base)
    return edit === null
      ? ONE_LINE
      : { text: applyEdits(text, [edit, ...inPlace]), program: program(), install: [], ignore: more }
  }
  const planned = planStages(original, stage, target, evidence, amend)
  if (typeof planned === 'string') return planned
  const edits = splitStages(text, dockerfile, stage, planned.plan)
  return edits === null
    ? ONE_LINE
    : { text: applyEdits(text, edits), program: planned.program, install: planned.install, ignore: null }
}

const ONE_LINE = 'its FROM is not on one line'

const tryOnce = async (
  work: Work,
  candidate: Candidate,
  target: Target,
  amend: Amendments,
): Promise<Tried | string> => {
  const rewritten = rewrite(work, candidate, target, amend)
  if (typeof rewritten === 'string') return rewritten
  const started = performance.now()
  const built = await buildText(
    work,
    'Build the rewritten Dockerfile',
    rewritten.text,
    rewritten.ignore === null ? null : { path: work.ignore.path, text: rewritten.ignore },
  ).catch(whyNot)
  if (typeof built === 'string') return built
  const seconds = Math.round((performance.now() - started) / 1000)
  const steps: StepResult[] = [
    {
      step: 'builds',
      passed: true,
      detail: `built and read in ${seconds} s, with the same builder and arguments`,
    },
    ...prove({
      original: work.original,
      result: built.scene,
      program: rewritten.program,
      evidence: work.evidence,
      minSavingBytes: work.options.fix.minSavingBytes,
      isRebuilt: candidate.kind !== 'stages',
      install: rewritten.install,
      keepsOthers: candidate.kind === 'in-place',
    }),
  ]
  const smoke = steps.every(({ passed }) => passed) ? await smokeTest(work, built) : []
  return { text: rewritten.text, ignore: rewritten.ignore, steps: [...steps, ...smoke], result: built.scene }
}

/** The user's own command, in a container of the original and then of the result. */
const smokeTest = async (work: Work, built: Built): Promise<readonly StepResult[]> => {
  const command = work.options.fix.smokeTest
  if (command === null) return []
  const limits = { timeoutMs: SMOKE_TIMEOUT_MS, signal: work.world.signal }
  const run = (image: BuiltImage) => runInContainer(work.builds.docker, image.tag, command, limits)
  const before = await run(work.originalImage)
  if (!before.passed)
    throw new UserError(
      `smoke-test: it does not succeed in the image as it is (${before.detail}): correct it`,
    )
  const after = await run(built.image)
  return [
    {
      step: 'smoke-test',
      passed: after.passed,
      detail: after.passed
        ? 'your command succeeds in a container of both images'
        : `your command succeeds in the original and not in the rewritten image: ${after.detail}`,
    },
  ]
}

/** What the builder says of a rewrite is a reason; a stop is a stop. */
const whyNot = (error: unknown): string => {
  if (error instanceof BuildError) return `it does not build: ${messageOf(error).split('\n')[0]}`
  throw error
}

/** Another base is looked at by itself first: what it has need not be installed. */
const targetOf = async (work: Work, { base, isOtherBase, kind }: Candidate): Promise<Target | string> => {
  if (!isOtherBase || kind !== 'stages') return { name: base, other: null }
  if (base === 'scratch') return { name: base, other: SCRATCH }
  const globals = work.dockerfile.globalArgs.map(({ text }) => `${text}\n`).join('')
  // the builder is asked for the target here, too
  const { name } = work.stage
  const built = await buildText(
    work,
    `Look at ${base}`,
    `${globals}FROM ${base}${name === null ? '' : ` AS ${name}`}\nLABEL plimsoll=base\n`,
  ).catch(whyNot)
  if (typeof built === 'string') return `${base} cannot be used: ${built}`
  const { config, packages, hazards } = built.scene
  return { name: base, other: { config, packages, has: path => hazards.resolve(path) !== null } }
}
