/**
 * The story of a fix: build the image as it is, plan a smaller one from what is in it, build that, prove it, and only
 * then show it. What fails gives way to the next smaller rewrite.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuiltImage } from './build/build-image.ts'
import { argumentsOf, givenBuildArgs } from './build/build-options.ts'
import { parseDockerfile } from './dockerfile/parse-dockerfile.ts'
import { UserError } from './errors.ts'
import { type Candidate, listCandidates, whyNoStage } from './fix/candidates.ts'
import { chainOf, wholeStage } from './fix/final-chain.ts'
import { lineFacts, removableBytes } from './fix/line-facts.ts'
import type { FixOutcome } from './fix/outcome.ts'
import { programFiles } from './fix/program.ts'
import type { ProofStep } from './fix/proof/step.ts'
import { ignoredNames, withIgnored } from './fix/rewrites/dockerignore.ts'
import { type InPlaceEdit, inPlaceEdits, inPlaceRewrites, type RewriteWords } from './fix/rewrites/index.ts'
import type { Scene } from './fix/scene.ts'
import { unifiedDiff } from './fix/unified-diff.ts'
import { buildText, evidenceOf, type FixWorld, readIgnoreFile, type Workshop } from './fix-build.ts'
import { say, type Tried, tryCandidate, type Work } from './fix-candidate.ts'
import { findSecrets, maskDeep, maskErrors, maskLog } from './masking.ts'
import type { Options } from './options.ts'
import { prepareBuilds, withOwnBake } from './prepare-builds.ts'
import { isOwnLeftover, totalBytes } from './report/finding.ts'
import { formatBytes } from './units.ts'
import { VERSION } from './version.ts'

/**
 * Fails with a `BuildError` when the image as it is does not build, and with the signal's reason when aborted. Secrets of
 * the run, those of a bake file as well, are masked in its log and in its errors.
 */
export const fixImage = async (written: Options, world: FixWorld): Promise<FixOutcome> => {
  const options = await withOwnBake(written, world)
  const { any, certain } = await findSecrets(options, world.environment, world.workingDirectory)
  const log = maskLog(world.log, any)
  const outcome = await maskErrors(any, () => lookForFix(options, { ...world, log }))
  // the diff is the user's own text, to be applied as it is
  return { ...outcome, reasons: maskDeep(outcome.reasons, any), proof: maskDeep(outcome.proof, certain) }
}

const lookForFix = async (options: Options, world: FixWorld): Promise<FixOutcome> => {
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
    const { target } = options.build
    const buildArgs = argumentsOf(givenBuildArgs(options.build, world.environment))
    const chain = chainOf(dockerfile, { target, buildArgs })
    const facts = lineFacts(original.scene, evidence)
    const edits = (isWanted?: (rewrite: RewriteWords) => boolean): readonly InPlaceEdit[] =>
      inPlaceEdits(text, dockerfile, facts, stage => chain.has(stage), isWanted)
    const inPlace = edits()
    const cautious = edits(({ mayFail }) => mayFail !== true)
    const { scene, image } = original
    const ignore = await readIgnoreFile(shop)
    const made = dockerfile.instructions.filter(({ stage }) => chain.has(stage))
    const names = ignoredNames(scene, made)
    const ignoreMore = withIgnored(ignore.text, names)
    return await tryAll({
      ...shop,
      text,
      dockerfile,
      stage: wholeStage(dockerfile, { target, buildArgs }),
      original: scene,
      originalImage: image,
      evidence,
      inPlace,
      cautious,
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
  const { original, stage, evidence, options } = work
  const rulesOf = (ids: readonly string[], isRecommended: boolean): readonly string[] =>
    inPlaceRewrites
      .filter(({ id, dropsRecommended = false }) => ids.includes(id) && dropsRecommended === isRecommended)
      .flatMap(({ rules }) => rules)
  const inPlaceBytes = removableBytes(
    original,
    work.inPlace.map(({ start, end, rewrites }) => ({
      start,
      end,
      rules: rulesOf(rewrites, false),
      recommendedRules: rulesOf(rewrites, true),
    })),
  )
  const ignoredBytes = work.ignoreMore === work.ignore.text ? 0 : bytesOf(original, 'vcs-data')
  const asked = {
    hasSmokeTest: options.fix.smokeTest !== null,
    inPlaceBytes: inPlaceBytes + ignoredBytes,
    hasCautious:
      JSON.stringify(work.cautious) !== JSON.stringify(work.inPlace) &&
      work.cautious.length + ignoredBytes > 0,
  }
  const candidates = listCandidates(original, stage, evidence, asked)
  if (typeof candidates === 'string') return outcomeOf(work, null, null, [candidates])
  const { minSavingBytes } = options.fix
  const most = mostToSave(original)
  const untried = whyNoStage(original, stage, evidence, asked)
  const reasons: string[] = untried === null ? [] : [`a final stage of its own was not tried: ${untried}`]
  if (most < minSavingBytes && !candidates.some(({ isOtherBase }) => isOtherBase))
    return outcomeOf(work, null, null, [
      ...reasons,
      `there is less than ${formatBytes(minSavingBytes)} in it that a rewrite could leave out`,
    ])
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
  totalBytes(report.findings.filter(each => each.rule === rule && isOwnLeftover(each)))

/**
 * What the layers above the base hold beside the program: no rewrite on the same base can save more. A file of two names
 * counts once.
 */
const mostToSave = (original: Scene): number => {
  const { items } = programFiles(original, () => false)
  const sizes = new Map(items.map(({ path, hash, sizeBytes }) => [hash ?? path, sizeBytes]))
  const program = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0)
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
