/**
 * The story of a fix: build the image as it is, plan a smaller one from what is in it, build that, prove it, and only
 * then show it. What fails gives way to the next smaller rewrite.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BuildError } from './build/build-error.ts'
import type { BuiltImage } from './build/build-image.ts'
import { neutraliseLine } from './build/neutralise-log.ts'
import { runInContainer } from './build/run-command.ts'
import type { Dockerfile } from './dockerfile/dockerfile.ts'
import { parseDockerfile } from './dockerfile/parse-dockerfile.ts'
import { messageOf, UserError } from './errors.ts'
import { type Candidate, listCandidates } from './fix/candidates.ts'
import { applyEdits } from './fix/edit.ts'
import type { Evidence } from './fix/evidence.ts'
import { lineFacts, removableBytes } from './fix/line-facts.ts'
import type { FixOutcome } from './fix/outcome.ts'
import { type Amendments, NO_AMENDMENTS, planStages, SCRATCH, type Target } from './fix/plan-stages.ts'
import { type ProgramFiles, programFiles } from './fix/program.ts'
import { prove } from './fix/proof/index.ts'
import type { ProofStep, StepResult } from './fix/proof/step.ts'
import { ignoredNames, withIgnored } from './fix/rewrites/dockerignore.ts'
import { type InPlaceEdit, inPlaceEdits, inPlaceRewrites } from './fix/rewrites/index.ts'
import type { Scene } from './fix/scene.ts'
import { splitStages, withBase } from './fix/stages.ts'
import { unifiedDiff } from './fix/unified-diff.ts'
import {
  type Built,
  buildText,
  evidenceOf,
  type FixWorld,
  type IgnoreFile,
  readIgnoreFile,
  type Workshop,
} from './fix-build.ts'
import type { Options } from './options.ts'
import { prepareBuilds, withBake } from './prepare-builds.ts'
import { formatBytes } from './units.ts'
import { VERSION } from './version.ts'

/** One candidate is amended at most so often. */
const MOST_TRIES = 4

const SMOKE_TIMEOUT_MS = 120_000

interface Work extends Workshop {
  readonly text: string
  readonly dockerfile: Dockerfile
  readonly original: Scene
  readonly originalImage: BuiltImage
  readonly evidence: Evidence
  readonly inPlace: readonly InPlaceEdit[]
  readonly ignore: IgnoreFile
  /** The same with what is to be ignored beside it. */
  readonly ignoreMore: string
}

interface Tried {
  readonly text: string
  readonly ignore: string | null
  readonly steps: readonly StepResult[]
  readonly result: Scene
}

/** Fails with a `BuildError` when the image as it is does not build, and with the signal's reason when aborted. */
export const fixImage = async (written: Options, world: FixWorld): Promise<FixOutcome> => {
  const options = await withBake(written, world, world.git?.root ?? null)
  const images: BuiltImage[] = []
  try {
    const builds = await prepareBuilds(options, world)
    if (builds.builder.kind !== 'buildx')
      throw new UserError('fix builds with BuildKit, and there is no docker buildx: install it')
    if (options.fix.smokeTest !== null && builds.builder.output !== 'engine')
      throw new UserError('smoke-test: the builder keeps its images to itself: use the engine’s own builder')
    const text = await readFile(join(builds.git.root, builds.inputs.dockerfile), 'utf8')
    const dockerfile = parseDockerfile(text, builds.inputs.dockerfile)
    const shop: Workshop = { options, world, builds, images }
    const original = await buildText(shop, 'Build the image as it is', text)
    const evidence = await evidenceOf(shop, original, text)
    const last = dockerfile.stages.length - 1
    const inPlace = inPlaceEdits(
      text,
      dockerfile,
      lineFacts(original.scene, evidence),
      stage => stage === last,
    )
    const { scene, image } = original
    const ignore = await readIgnoreFile(shop)
    const names = ignoredNames(scene, dockerfile.stages[last]!.instructions)
    const ignoreMore = withIgnored(ignore.text, names)
    return await tryAll({
      ...shop,
      text,
      dockerfile,
      original: scene,
      originalImage: image,
      evidence,
      inPlace,
      ignore,
      ignoreMore,
    })
  } finally {
    for (const image of images) await image.remove()
  }
}

/** Applies what was shown to the checkout. @param root what the outcome's paths are relative to */
export const writeFix = async (
  { file, dockerfile, ignoreFile, dockerignore }: FixOutcome,
  root: string,
): Promise<void> => {
  if (dockerfile !== null) await writeFile(join(root, file), dockerfile)
  if (dockerignore !== null) await writeFile(join(root, ignoreFile), dockerignore)
}

const tryAll = async (work: Work): Promise<FixOutcome> => {
  const { original, dockerfile, evidence, options } = work
  const rulesOf = (ids: readonly string[]): readonly string[] =>
    inPlaceRewrites.filter(({ id }) => ids.includes(id)).flatMap(({ rules }) => rules)
  const inPlaceBytes = removableBytes(
    original,
    work.inPlace.map(({ start, rewrites }) => ({ start, rules: rulesOf(rewrites) })),
  )
  const ignoredBytes = work.ignoreMore === work.ignore.text ? 0 : bytesOf(original, 'vcs-data')
  const candidates = listCandidates(original, dockerfile, evidence, {
    target: options.build.target,
    hasSmokeTest: options.fix.smokeTest !== null,
    inPlaceBytes: inPlaceBytes + ignoredBytes,
  })
  if (typeof candidates === 'string') return outcomeOf(work, null, null, [candidates])
  const { minSavingBytes } = options.fix
  const most = mostToSave(original)
  if (most < minSavingBytes && !candidates.some(({ isOtherBase }) => isOtherBase))
    return outcomeOf(work, null, null, [
      `there is less than ${formatBytes(minSavingBytes)} in it that a rewrite could leave out`,
    ])
  const reasons: string[] = []
  for (const candidate of candidates) {
    say(work, `Trying: ${candidate.title}`)
    const tried = await tryCandidate(work, candidate)
    if (typeof tried !== 'string') return outcomeOf(work, candidate, tried, reasons)
    say(work, `Not shown: ${tried}`)
    reasons.push(`${candidate.title}: ${tried}`)
  }
  return outcomeOf(work, null, null, reasons)
}

const bytesOf = ({ report }: Scene, rule: string): number =>
  report.findings
    .filter(each => each.rule === rule && each.certainty === 'leftover' && each.inherited !== true)
    .reduce((sum, each) => sum + each.bytes, 0)

/** Words of the image or the builder may be among them. */
const say = ({ world }: Work, text: string): void => world.log.line(neutraliseLine(text))

/** What the layers above the base hold beside the program: no rewrite on the same base can save more. */
const mostToSave = (original: Scene): number => {
  const program = programFiles(original, () => false).items.reduce((sum, item) => sum + item.sizeBytes, 0)
  return (original.report.size.own ?? original.report.size.content) - program
}

const outcomeOf = (
  { original, text, builds, ignore }: Work,
  candidate: Candidate | null,
  shown: Tried | null,
  reasons: readonly string[],
): FixOutcome => {
  const before = original.report.size.content
  const after = shown?.result.report.size.content ?? null
  return {
    schemaVersion: 1,
    tool: { name: 'plimsoll', version: VERSION },
    shown: shown !== null,
    rewrite: candidate?.id ?? null,
    diff: shown
      ? unifiedDiff(builds.inputs.dockerfile, text, shown.text) +
        unifiedDiff(ignore.path, ignore.text, shown.ignore ?? ignore.text)
      : '',
    file: builds.inputs.dockerfile,
    dockerfile: shown?.text ?? null,
    ignoreFile: ignore.path,
    dockerignore: shown?.ignore ?? null,
    saves: after === null ? null : before - after,
    size: { before, after },
    proof: shown?.steps.map(({ remedy: _, ...step }): ProofStep => step) ?? [],
    reasons,
  }
}

/** The rewrite with its proof, or why it is none. */
const tryCandidate = async (work: Work, candidate: Candidate): Promise<Tried | string> => {
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

const amended = (amend: Amendments, failed: readonly StepResult[]): Amendments => {
  // with other numbers of users everything belongs to somebody else: that comes first
  const users = failed.filter(({ step }) => step === 'users')
  const helped = users.length > 0 ? users : failed
  const join = (key: keyof Amendments): readonly string[] => [
    ...new Set([...amend[key], ...helped.flatMap(({ remedy }) => remedy?.[key] ?? [])]),
  ]
  return { copies: join('copies'), packages: join('packages'), after: join('after'), keep: join('keep') }
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
  { original, text, dockerfile, evidence, inPlace, ignore, ignoreMore }: Work,
  { kind, stage, base }: Candidate,
  target: Target,
  amend: Amendments,
): Rewritten | string => {
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
  const built = await buildText(
    work,
    `Look at ${base}`,
    `${globals}FROM ${base}\nLABEL plimsoll=base\n`,
  ).catch(whyNot)
  if (typeof built === 'string') return `${base} cannot be used: ${built}`
  const { config, packages, hazards } = built.scene
  return { name: base, other: { config, packages, has: path => hazards.resolve(path) !== null } }
}
