/**
 * The story of a review: build the base and the head, read both, compare, judge. Everything from outside comes as an
 * argument; reporting it to anybody is the caller's part.
 */
import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type Docker from 'dockerode'
import { type BaseQuestion, findBaseCommit } from './base-commit.ts'
import { readBake } from './build/bake.ts'
import { BuildError, BuilderLostError } from './build/build-error.ts'
import { type BuiltImage, buildImage } from './build/build-image.ts'
import type { BuildLog } from './build/build-log.ts'
import { givenBuildArgs, namedVariables } from './build/build-options.ts'
import { type Builder, findBuilder } from './build/builder.ts'
import { type DockerCommand, dockerCommand } from './build/docker-command.ts'
import { type Git, headCommit, isDirty } from './build/git.ts'
import { neutraliseLine } from './build/neutralise-log.ts'
import { prepareBase } from './build/prepare-base.ts'
import { hideUrlSecrets } from './build/redact.ts'
import { type InputPaths, locateInputs } from './build/resolve-context.ts'
import { sameInputs } from './build/same-inputs.ts'
import { explainUntracked, untrackedSources } from './build/untracked-sources.ts'
import { addWorktree } from './build/worktree.ts'
import { readBuildSteps } from './dockerfile/build-steps.ts'
import { copySources } from './dockerfile/copy-sources.ts'
import { finalStage } from './dockerfile/final-stage.ts'
import { parseDockerfile } from './dockerfile/parse-dockerfile.ts'
import { messageOf, UserError } from './errors.ts'
import { parseReference } from './image/reference.ts'
import { type BuiltFrom, type InspectRequest, type InspectWorld, inspectImages } from './inspect.ts'
import { findSecrets, maskDeep, maskErrors, maskLog, maskText } from './masking.ts'
import type { Options } from './options.ts'
import type { Budgets } from './report/budgets.ts'
import { applyIgnores } from './report/ignore.ts'
import { reviewNotes } from './report/notes.ts'
import { raisedBudgets } from './report/raised-budgets.ts'
import { review } from './report/review.ts'
import type { ImageReport, Review } from './report/types.ts'
import { unlessStopped } from './unless-stopped.ts'

export interface ReviewWorld extends InspectWorld {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What relative paths of the options start from. */
  readonly workingDirectory: string
  /** The checkout, or null outside of git. */
  readonly git: Git | null
  readonly event: BaseQuestion['event']
  readonly askApi: BaseQuestion['askApi']
  readonly log: BuildLog
  /** Private to this run, and gone after it. */
  readonly tempDir: string
  /** Reads a report that was saved earlier. */
  readonly readReport: (path: string, source: string) => Promise<ImageReport>
  /** The report of a commit, where an earlier run saved one. */
  readonly savedBaseline?: (sha: string) => Promise<ImageReport | null>
  /** The budgets as a commit has them; null where that cannot be told. */
  readonly budgetsAt?: (sha: string) => Promise<Budgets | null>
  /** Whether the pull request has a label now. */
  readonly hasLabel?: (label: string) => Promise<boolean>
  /** `YYYY-MM-DD`, for `ignore … until`. */
  readonly today: string
}

export interface ReviewOutcome {
  readonly review: Review
  readonly head: ImageReport
  readonly base: ImageReport | null
  /** The head image's id, where it was built here. */
  readonly imageId: string | null
  readonly baseSha: string | null
  /** The Dockerfile's path in the repository, where there is one. */
  readonly dockerfile: string | null
  /** What it said when the head was built. */
  readonly dockerfileText: string | null
  /** Nothing that is built from differs. */
  readonly sameInputs: boolean
  /** The base commit has no such Dockerfile. */
  readonly isNew: boolean
  /** Sentences for the reader about how this came to be. */
  readonly notes: readonly string[]
}

/** One side on its way to a report. */
interface SideRequest {
  readonly request: InspectRequest | null
  /** Read already: a saved report. */
  readonly report: ImageReport | null
  readonly ref: string | null
  readonly how: string | null
  readonly built: BuiltImage | null
}

type BaseRequest =
  | SideRequest
  /** The base build would be the head build. */
  | { readonly same: true; readonly ref: string; readonly how: string }
  | { readonly missing: Missing }

interface Missing {
  readonly why: string
  readonly isBuildError: boolean
  readonly isNew?: boolean
  /** The commit that would have been the base. */
  readonly sha?: string
}

/** Secrets of the run are masked in its log, in its errors and in the outcome. */
export const reviewChange = async (written: Options, world: ReviewWorld): Promise<ReviewOutcome> => {
  const options = written.image ? written : await withBake(written, world, world.git?.root ?? null)
  const secrets = await findSecrets(options, world.environment, world.workingDirectory)
  const log = maskLog(world.log, secrets.any)
  const outcome = await maskErrors(secrets.any, () => reviewSides(options, written, { ...world, log }))
  const { baseMissing } = outcome.review
  const review = {
    ...outcome.review,
    baseMissing: baseMissing && hideUrlSecrets(maskText(baseMissing, secrets.any)),
  }
  return maskDeep({ ...outcome, review }, secrets.certain)
}

const reviewSides = async (
  options: Options,
  written: Options,
  world: ReviewWorld,
): Promise<ReviewOutcome> => {
  const images: BuiltImage[] = []
  try {
    const builds = options.image ? null : await prepareBuilds(options, world, written)
    // base first: what did not change is then in the cache, and its layers are the same ones
    const base = await requestBase(options, world, builds, images)
    const head = await requestHead(options, world, builds, images)
    return await judge(options, world, builds, base, head)
  } finally {
    for (const image of images) await image.remove()
  }
}

/**
 * The options with what the bake file of one tree says; as they are where there is none.
 * @param root the tree: the checkout, or the base commit's
 */
export const withBake = async (
  options: Options,
  world: Pick<ReviewWorld, 'environment' | 'git' | 'signal' | 'workingDirectory'>,
  root: string | null,
): Promise<Options> => {
  if (options.build.bakeFile === null) return options
  const { workingDirectory, environment, git, signal } = world
  const directory =
    root === null || git === null ? workingDirectory : join(root, relative(git.root, workingDirectory))
  const docker = dockerCommand(environment, namedVariables(options.build))
  return { ...options, build: await readBake({ docker, options: options.build, directory, signal }) }
}

export interface Builds {
  /** The options before a bake file was read: the base commit has its own. */
  readonly written: Options
  readonly git: Git
  readonly inputs: InputPaths
  readonly docker: DockerCommand
  readonly builder: Builder
}

/** Where the inputs are and what builds them; a Dockerfile that is not there or does not parse is said at once. */
export const prepareBuilds = async (
  options: Options,
  world: Pick<ReviewWorld, 'environment' | 'git' | 'signal' | 'workingDirectory'>,
  written: Options = options,
): Promise<Builds> => {
  const { workingDirectory, environment } = world
  const git = world.git ?? { root: workingDirectory, environment: {} as Git['environment'] }
  const inputs = await locateInputs(options.build, { checkout: git.root, workingDirectory })
  const docker = dockerCommand(environment, namedVariables(options.build))
  const file = join(git.root, inputs.dockerfile)
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text === null)
    throw new UserError(
      `there is no Dockerfile at ${inputs.dockerfile}: name it with "file", or its folder with "context"`,
    )
  // a Dockerfile that does not parse is said so at once, not after a build of the base
  finalStage(parseDockerfile(text, inputs.dockerfile), { target: options.build.target })
  return {
    written,
    git,
    inputs,
    docker,
    builder: await findBuilder(docker, options.build.builder, world.signal),
  }
}

const requestHead = async (
  options: Options,
  world: ReviewWorld,
  builds: Builds | null,
  images: BuiltImage[],
): Promise<SideRequest> => {
  if (options.image) return givenImage(options.image, world, 'given by "image"')
  const { git, inputs } = builds!
  const built = await buildSide('head', git.root, options, world, builds!, images)
  const ref = world.git ? await headCommit(git) : null
  const how =
    ref === null
      ? 'the folder as it is'
      : (await isDirty(git))
        ? 'the checkout, with uncommitted changes'
        : 'the checked-out commit'
  return {
    ...built,
    request: await builtRequest('head', built.built, options, world, inputs, git.root),
    report: null,
    ref,
    how,
  }
}

const requestBase = async (
  options: Options,
  world: ReviewWorld,
  builds: Builds | null,
  images: BuiltImage[],
): Promise<BaseRequest> => {
  if (options.baseImage) return givenImage(options.baseImage, world, 'given by "base-image"')
  if (options.baseline === 'none') return missing('baseline is "none"')
  const { git, savedBaseline } = world
  if (!builds && !savedBaseline) return missing(NO_BASE_IMAGE)
  if (!git) return missing(builds ? 'this folder is not in a git repository' : NO_BASE_IMAGE)
  const commit = await findBaseCommit(await baseQuestion(git, options, world))
  if (commit.kind === 'none') return missing(commit.why)
  const mayBuild = options.baseline === 'build' || (options.baseline === 'auto' && commit.kind === 'commit')
  const commits = commit.kind === 'saved' ? commit.commits : [commit]
  const [first] = commits
  // a bake file that changed may change every option of the build
  if (builds && commit.kind === 'commit' && !options.basePrepare && !builds.written.build.bakeFile)
    if (await sameInputs(git, commit.sha, builds.inputs))
      return { same: true, ref: commit.sha, how: commit.how }
  for (const { sha, how } of options.baseline === 'build' ? [] : commits) {
    const report = (await savedBaseline?.(sha)) ?? null
    if (report) return { request: null, report, ref: sha, how: `${how}, measured earlier`, built: null }
  }
  if (builds && mayBuild) return buildBase(first!, options, world, builds, images)
  const sha = first!.sha
  return builds
    ? missing(`no saved baseline for ${sha.slice(0, 7)}`, { sha })
    : missing(NO_BASE_IMAGE, { sha })
}

const NO_BASE_IMAGE = 'an image was given by "image", and no "base-image" beside it'

const missing = (why: string, more: Partial<Missing> = {}): BaseRequest => ({
  missing: { why, isBuildError: false, ...more },
})

const givenImage = async (text: string, world: ReviewWorld, how: string): Promise<SideRequest> => {
  const reference = parseReference(text)
  if (reference.scheme === 'report') {
    const report = await world.readReport(reference.path, reference.text)
    return { request: null, report, ref: null, how, built: null }
  }
  return { request: { reference, builtFrom: null }, report: null, ref: null, how, built: null }
}

/** A base that does not build, or that has no such Dockerfile, is a state of the report and not an error. */
const buildBase = async (
  commit: { readonly sha: string; readonly how: string },
  headOptions: Options,
  world: ReviewWorld,
  headBuilds: Builds,
  images: BuiltImage[],
): Promise<BaseRequest> => {
  const { git } = headBuilds
  const worktree = await addWorktree(git, commit.sha, world.tempDir, headBuilds.inputs)
  const short = commit.sha.slice(0, 7)
  let options = headOptions
  let builds = headBuilds
  try {
    if (headBuilds.written.build.bakeFile) {
      options = await withBake(headBuilds.written, world, worktree.path)
      const at = { checkout: git.root, workingDirectory: world.workingDirectory }
      builds = { ...headBuilds, inputs: await locateInputs(options.build, at) }
    }
    const { inputs } = builds
    if (options.basePrepare) await runPreparation(options.basePrepare, worktree.path, options, world)
    const built = await buildSide('base', worktree.path, options, world, builds, images)
    const request = await builtRequest('base', built.built, options, world, inputs, worktree.path)
    return { request, report: null, ref: commit.sha, how: commit.how, built: built.built }
  } catch (error) {
    if (world.signal?.aborted || !(error instanceof UserError) || error instanceof BuilderLostError)
      throw error
    const why = await whyNoBase(error, options, builds, worktree.path, short)
    const isNew = why.startsWith('the base commit ')
    return missing(why, { isBuildError: true, isNew, sha: commit.sha })
  } finally {
    await worktree.remove()
  }
}

const runPreparation = async (
  command: string,
  directory: string,
  options: Options,
  world: ReviewWorld,
): Promise<void> => {
  const { pullRequest } = world.event ?? { pullRequest: null }
  if (pullRequest?.fork)
    throw new UserError('base-prepare is not run for a pull request from a fork: use "base-image" there')
  const { log, signal } = world
  await prepareBase(
    command,
    { directory, environment: world.environment },
    { log, neutralise: neutraliseLine, timeoutMs: options.build.timeoutMs, signal },
  )
}

const whyNoBase = async (
  error: Error,
  options: Options,
  { git, inputs }: Builds,
  baseRoot: string,
  short: string,
): Promise<string> => {
  const text = await readFile(join(baseRoot, inputs.dockerfile), 'utf8').catch(() => null)
  if (text === null) return `the base commit ${short} has no ${inputs.dockerfile}`
  if (error instanceof BuildError) {
    const sources = sourcesOf(text, inputs.dockerfile, options)
    const untracked = await untrackedSources(git, baseRoot, inputs.context, sources)
    if (untracked.length > 0) return `${explainUntracked(untracked)}`
  }
  return messageOf(error)
}

const sourcesOf = (text: string, file: string, options: Options): readonly string[] => {
  try {
    const dockerfile = parseDockerfile(text, file)
    return copySources(dockerfile, finalStage(dockerfile, { target: options.build.target }).instructions)
  } catch {
    return []
  }
}

const buildSide = async (
  side: 'head' | 'base',
  root: string,
  options: Options,
  world: ReviewWorld,
  { inputs, docker, builder }: Builds,
  images: BuiltImage[],
): Promise<{ readonly built: BuiltImage }> => {
  const built = await buildImage({
    side,
    options: options.build,
    inputs,
    root,
    workingDirectory: world.workingDirectory,
    docker,
    builder,
    engine: async (): Promise<Docker> => world.engine().docker,
    log: world.log,
    tempDir: world.tempDir,
    signal: world.signal,
  })
  images.push(built)
  return { built }
}

const builtRequest = async (
  side: 'head' | 'base',
  built: BuiltImage,
  options: Options,
  world: ReviewWorld,
  inputs: InputPaths,
  root: string,
): Promise<InspectRequest> => {
  const { target } = options.build
  const buildArgs = givenBuildArgs(options.build, world.environment)
  const text = await readFile(join(root, inputs.dockerfile), 'utf8')
  const steps = built.metadata === null ? null : readBuildSteps(built.metadata)
  const builtFrom: BuiltFrom = { text, file: inputs.dockerfile, target, buildArgs, steps }
  // the name that the build got is another one each time, and nobody will find the image by it
  return { reference: parseReference(built.reference), source: `build://${side}`, builtFrom }
}

const judge = async (
  options: Options,
  world: ReviewWorld,
  builds: Builds | null,
  base: BaseRequest,
  head: SideRequest,
): Promise<ReviewOutcome> => {
  const sides = [...('request' in base ? [base] : []), head]
  const unread = sides.filter(side => side.report === null)
  const requests = unread.map(side => side.request!)
  const silenceMs = options.build.timeoutMs
  const reports = await unlessStopped(world.signal, inspectImages(requests, { ...world, silenceMs }))
  const reportOf = (side: SideRequest): ImageReport => side.report ?? reports[unread.indexOf(side)]!
  const headReport = reportOf(head)
  const baseReport = 'missing' in base ? null : 'same' in base ? headReport : reportOf(base)
  checkPlatforms(baseReport, headReport)
  const silenced = applyIgnores(headReport, options.ignore, world.today)
  const raised = await raisedSince('missing' in base ? base.missing.sha : base.ref, options, world)
  const judged = (acceptedBy: string | null): Review =>
    review({
      base: baseReport && applyIgnores(baseReport, options.ignore, world.today).report,
      head: silenced.report,
      baseRef: 'missing' in base ? { ref: null, how: null } : { ref: base.ref, how: base.how },
      headRef: { ref: head.ref, how: head.how },
      baseMissing: 'missing' in base ? base.missing : null,
      budgets: options.budgets,
      ignored: silenced.ignored,
      failOn: options.failOn,
      warnOnly: options.warnOnly,
      acceptedBy,
      raised,
      minChangeBytes: options.minChangeBytes,
    })
  const first = judged(null)
  const label = options.acceptLabel
  const isAccepted = label !== null && first.verdict === 'fail' && ((await world.hasLabel?.(label)) ?? false)
  const result = isAccepted ? judged(label) : first
  return {
    review: result,
    head: headReport,
    base: baseReport,
    imageId: head.built?.imageId ?? null,
    baseSha: 'missing' in base ? null : base.ref,
    dockerfile: builds?.inputs.dockerfile ?? null,
    dockerfileText: head.request?.builtFrom?.text ?? null,
    sameInputs: 'same' in base,
    isNew: 'missing' in base && base.missing.isNew === true,
    notes: reviewNotes(result, { sameInputs: 'same' in base }),
  }
}

/** Compared with the commit that a pull request is merged onto, also where its image comes from elsewhere. */
const raisedSince = async (
  sha: string | null | undefined,
  options: Options,
  world: ReviewWorld,
): Promise<Review['raised']> => {
  const { budgetsAt, git, event } = world
  if (!budgetsAt || !git) return []
  const base = sha ?? (event?.name === 'pull_request' ? await baseSha(git, options, world) : null)
  const before = base === null ? null : await budgetsAt(base)
  return before ? raisedBudgets(before, options.budgets) : []
}

const baseSha = async (git: Git, options: Options, world: ReviewWorld): Promise<string | null> => {
  try {
    const commit = await findBaseCommit(await baseQuestion(git, options, world))
    return commit.kind === 'commit' ? commit.sha : null
  } catch (error) {
    if (error instanceof UserError && !world.signal?.aborted) return null
    throw error
  }
}

const baseQuestion = async (git: Git, options: Options, world: ReviewWorld): Promise<BaseQuestion> => ({
  git,
  headCommit: await headCommit(git),
  event: world.event,
  baseRef: options.baseRef,
  askApi: world.askApi,
})

/** Two architectures differ everywhere: the difference would say nothing about the change. */
export const checkPlatforms = (base: ImageReport | null, head: ImageReport): void => {
  const [from, to] = [base?.image.platform, head.image.platform]
  if (from && to && from !== to)
    throw new UserError(`the base image is for ${from}, the other for ${to}: compare images of one platform`)
}
