/**
 * The story of a fix: build the image as it is, plan a smaller one from what is in it, build that, prove it, and only
 * then show it. What fails gives way to the next smaller rewrite.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { BuildError } from './build/build-error.ts'
import { type BuiltImage, buildImage } from './build/build-image.ts'
import { finalStage } from './dockerfile/final-stage.ts'
import { parseDockerfile } from './dockerfile/parse-dockerfile.ts'
import { messageOf, UserError } from './errors.ts'
import { type Candidate, listCandidates } from './fix/candidates.ts'
import { applyEdits } from './fix/edit.ts'
import { binariesToRead, type Evidence, gatherEvidence, keepForFix } from './fix/evidence.ts'
import type { FixOutcome } from './fix/outcome.ts'
import { type Amendments, NO_AMENDMENTS, planStages, type Target } from './fix/plan-stages.ts'
import { prove } from './fix/proof/index.ts'
import type { ProofStep, StepResult } from './fix/proof/step.ts'
import type { Scene } from './fix/scene.ts'
import { splitStages } from './fix/stages.ts'
import { unifiedDiff } from './fix/unified-diff.ts'
import { parseReference } from './image/reference.ts'
import { inspectScenes } from './inspect.ts'
import type { Options } from './options.ts'
import { type Builds, prepareBuilds, type ReviewWorld } from './pipeline.ts'
import { VERSION } from './version.ts'

export type FixWorld = Pick<
  ReviewWorld,
  | 'engine'
  | 'environment'
  | 'git'
  | 'log'
  | 'onProgress'
  | 'platform'
  | 'signal'
  | 'tempDir'
  | 'workingDirectory'
>

/** One try at a candidate is amended at most so often. */
const MOST_TRIES = 4

interface Work {
  readonly options: Options
  readonly world: FixWorld
  readonly builds: Builds
  readonly text: string
  readonly images: BuiltImage[]
  readonly original: Scene
  readonly evidence: Evidence
  readonly minSavingBytes: number
}

interface Shown {
  readonly text: string
  readonly proof: readonly ProofStep[]
  readonly result: Scene
}

export const fixImage = async (options: Options, world: FixWorld): Promise<FixOutcome> => {
  const images: BuiltImage[] = []
  try {
    const builds = await prepareBuilds(options, world)
    if (builds.builder.kind !== 'buildx')
      throw new UserError('fix builds with BuildKit, and there is no docker buildx: install it')
    const text = await readFile(join(builds.git.root, builds.inputs.dockerfile), 'utf8')
    const base = { options, world, builds, images }
    const original = await buildScene(base, 'Build the image as it is', text)
    const evidence = await evidenceOf(base, original, text)
    const { minSavingBytes } = options.fix
    return await tryAll({ ...base, text, original, evidence, minSavingBytes })
  } finally {
    for (const image of images) await image.remove()
  }
}

/** The program's own binaries are read once more, for the names in them. */
const evidenceOf = async (
  { options, world, builds, images }: Pick<Work, 'options' | 'world' | 'builds' | 'images'>,
  original: Scene,
  text: string,
): Promise<Evidence> => {
  const wanted = new Set(binariesToRead(original))
  const runs = parseDockerfile(text, builds.inputs.dockerfile)
    .instructions.filter(({ keyword }) => keyword === 'RUN')
    .map(instruction => instruction.text)
    .join('\n')
  const binaries = new Map<string, Buffer>()
  if (wanted.size > 0) {
    const again = await readScene(images.at(-1)!, text, { options, world, builds }, path => wanted.has(path))
    for (const path of wanted) {
      const body = again.body(path)
      if (body) binaries.set(path, body)
    }
  }
  return gatherEvidence(original, binaries, runs)
}

const tryAll = async (work: Work): Promise<FixOutcome> => {
  const { original, text, builds, options, world } = work
  const reasons: string[] = []
  const candidates = listCandidates(
    original,
    parseDockerfile(text, builds.inputs.dockerfile),
    work.evidence,
    {
      target: options.build.target,
      hasSmokeTest: options.fix.smokeTest !== null,
      minSavingBytes: work.minSavingBytes,
    },
  )
  if (typeof candidates === 'string') return outcomeOf(work, null, null, [candidates])
  for (const candidate of candidates) {
    world.log.line(`Trying: ${candidate.title}`)
    const shown = await tryCandidate(work, candidate)
    if (typeof shown !== 'string') return outcomeOf(work, candidate, shown, reasons)
    world.log.line(`Not shown: ${shown}`)
    reasons.push(`${candidate.title}: ${shown}`)
  }
  return outcomeOf(work, null, null, reasons)
}

const outcomeOf = (
  { original, text, builds }: Work,
  candidate: Candidate | null,
  shown: Shown | null,
  reasons: readonly string[],
): FixOutcome => {
  const before = original.report.size.content
  const after = shown?.result.report.size.content ?? null
  return {
    schemaVersion: 1,
    tool: { name: 'plimsoll', version: VERSION },
    shown: shown !== null,
    rewrite: candidate?.id ?? null,
    diff: shown ? unifiedDiff(builds.inputs.dockerfile, text, shown.text) : '',
    file: builds.inputs.dockerfile,
    dockerfile: shown?.text ?? null,
    dockerignore: null,
    saves: after === null ? null : before - after,
    size: { before, after },
    proof: shown?.proof ?? [],
    reasons,
  }
}

/** The rewrite with its proof, or why it is none. */
const tryCandidate = async (work: Work, candidate: Candidate): Promise<Shown | string> => {
  const target = await targetOf(work, candidate)
  if (typeof target === 'string') return target
  let amend: Amendments = NO_AMENDMENTS
  let why = ''
  for (let number = 0; number < MOST_TRIES; number += 1) {
    const tried = await tryOnce(work, candidate, target, amend)
    if (typeof tried === 'string') return tried
    const failed = tried.steps.filter(step => !step.passed)
    if (failed.length === 0) return { text: tried.text, proof: tried.proof, result: tried.result }
    why = failed.map(({ step, detail }) => `${step}: ${detail}`).join('; ')
    const next = amended(amend, failed)
    if (JSON.stringify(next) === JSON.stringify(amend)) return why
    work.world.log.line(`Once more, because of ${why}`)
    amend = next
  }
  return why
}

const amended = (amend: Amendments, failed: readonly StepResult[]): Amendments => {
  const join = (key: keyof Amendments): readonly string[] => [
    ...new Set([...amend[key], ...failed.flatMap(({ remedy }) => remedy?.[key] ?? [])]),
  ]
  return { copies: join('copies'), packages: join('packages'), after: join('after'), keep: join('keep') }
}

const tryOnce = async (
  work: Work,
  { stage }: Candidate,
  target: Target,
  amend: Amendments,
): Promise<
  { text: string; steps: readonly StepResult[]; proof: readonly ProofStep[]; result: Scene } | string
> => {
  const { original, text, builds, minSavingBytes } = work
  const planned = planStages(original, stage, target, work.evidence, amend)
  if (typeof planned === 'string') return planned
  const dockerfile = parseDockerfile(text, builds.inputs.dockerfile)
  const edits = splitStages(text, dockerfile, stage, planned.plan)
  if (edits === null) return 'its FROM is not on one line'
  const rewritten = applyEdits(text, edits)
  const started = performance.now()
  const result = await buildScene(work, `Build the rewritten Dockerfile`, rewritten).catch(whyNot)
  if (typeof result === 'string') return result
  const seconds = Math.round((performance.now() - started) / 1000)
  const steps: StepResult[] = [
    {
      step: 'builds',
      passed: true,
      detail: `built and read in ${seconds} s, with the same builder and arguments`,
    },
    ...prove({ original, result, program: planned.program, evidence: work.evidence, minSavingBytes }),
  ]
  return { text: rewritten, steps, proof: steps.map(({ remedy: _, ...step }) => step), result }
}

/** What the builder says of a rewrite is a reason; a stop is a stop. */
const whyNot = (error: unknown): string => {
  if (error instanceof BuildError) return `it does not build: ${messageOf(error).split('\n')[0]}`
  throw error
}

/** Another base is looked at by itself first: what it has need not be installed. */
const targetOf = async (work: Work, candidate: Candidate): Promise<Target | string> => {
  if (!candidate.isOtherBase) return { name: candidate.base, scene: null }
  const scene = await buildScene(
    work,
    `Look at ${candidate.base}`,
    `FROM ${candidate.base}\nLABEL plimsoll=base\n`,
  ).catch(whyNot)
  return typeof scene === 'string'
    ? `${candidate.base} cannot be used: ${scene}`
    : { name: candidate.base, scene }
}

/** Builds a text in the place of the Dockerfile, and reads the image. */
const buildScene = async (
  { options, world, builds, images }: Pick<Work, 'options' | 'world' | 'builds' | 'images'>,
  title: string,
  text: string,
): Promise<Scene> => {
  const directory = join(world.tempDir, `fix-${images.length}`)
  await mkdir(directory, { recursive: true })
  try {
    const file = join(directory, basename(builds.inputs.dockerfile))
    await writeFile(file, text)
    await copyIgnoreFile(join(builds.git.root, builds.inputs.dockerfile), file)
    const built = await buildImage({
      side: 'base',
      title,
      options: { ...options.build, noCache: images.length === 0 && options.build.noCache },
      inputs: builds.inputs,
      dockerfile: file,
      root: builds.git.root,
      workingDirectory: world.workingDirectory,
      docker: builds.docker,
      builder: builds.builder,
      engine: async () => world.engine().docker,
      log: world.log,
      tempDir: world.tempDir,
      signal: world.signal,
    })
    images.push(built)
    return await readScene(built, text, { options, world, builds })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

const readScene = async (
  built: BuiltImage,
  text: string,
  { options, world, builds }: Pick<Work, 'options' | 'world' | 'builds'>,
  keep: (path: string, sizeBytes: number) => boolean = keepForFix,
): Promise<Scene> => {
  const { target } = options.build
  const buildArgs = options.build.buildArgs.map(argument =>
    argument.includes('=') ? argument : `${argument}=${world.environment[argument] ?? ''}`,
  )
  const builtFrom = { text, file: builds.inputs.dockerfile, target, buildArgs }
  finalStage(parseDockerfile(text, builds.inputs.dockerfile), { target })
  const [scene] = await inspectScenes(
    [{ reference: parseReference(built.reference), builtFrom }],
    world,
    keep,
  )
  return scene!
}

/** A `Dockerfile.dockerignore` counts instead of `.dockerignore`, beside whatever file is built from. */
const copyIgnoreFile = async (from: string, to: string): Promise<void> => {
  const text = await readFile(`${from}.dockerignore`).catch(() => null)
  if (text !== null) await writeFile(`${to}.dockerignore`, text)
}

/** Applies what was shown to the checkout. @param root what the outcome's paths are relative to */
export const writeFix = async ({ file, dockerfile }: FixOutcome, root: string): Promise<void> => {
  if (dockerfile !== null) await writeFile(join(root, file), dockerfile)
}
