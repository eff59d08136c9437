/** The two builds of a review: of the head as it is checked out, of the base in a worktree of its own. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { BuildError, BuilderLostError } from './build/build-error.ts'
import { type BuiltImage, buildImage } from './build/build-image.ts'
import { givenBuildArgs } from './build/build-options.ts'
import { headCommit, isDirty } from './build/git.ts'
import { neutraliseLine } from './build/neutralise-log.ts'
import { prepareBase } from './build/prepare-base.ts'
import { type InputPaths, locateInputs } from './build/resolve-context.ts'
import { explainUntracked, untrackedSources } from './build/untracked-sources.ts'
import { addWorktree } from './build/worktree.ts'
import { readBuildSteps } from './dockerfile/build-steps.ts'
import { copySources } from './dockerfile/copy-sources.ts'
import { finalStage } from './dockerfile/final-stage.ts'
import { parseDockerfile } from './dockerfile/parse-dockerfile.ts'
import { messageOf, UserError } from './errors.ts'
import { parseReference } from './image/reference.ts'
import type { BuiltFrom, InspectRequest } from './inspect.ts'
import { findSecrets, maskLog, maskText, type Secrets } from './masking.ts'
import type { Options } from './options.ts'
import { type Builds, withBake } from './prepare-builds.ts'
import type { ImageReport } from './report/types.ts'
import type { ReviewWorld } from './review-world.ts'

/** One side on its way to a report. */
export interface SideRequest {
  readonly request: InspectRequest | null
  /** Read already: a saved report. */
  readonly report: ImageReport | null
  readonly ref: string | null
  readonly how: string | null
  readonly built: BuiltImage | null
  /** Secrets that only this side has, of a bake file of its own: masked wherever they stand. */
  readonly certain?: Secrets['certain']
}

/** The same for the base, which may not be there. */
export type BaseRequest =
  | SideRequest
  /** The base build would be the head build. */
  | { readonly same: true; readonly ref: string; readonly how: string }
  | { readonly missing: Missing }

export interface Missing {
  readonly why: string
  readonly isBuildError: boolean
  readonly isNew?: boolean
  /** The commit that would have been the base. */
  readonly sha?: string
}

/** A base that is not there, and why. */
export const missing = (why: string, more: Partial<Missing> = {}): BaseRequest => ({
  missing: { why, isBuildError: false, ...more },
})

/** The head is what lies in the checkout. */
export const buildHead = async (
  options: Options,
  world: ReviewWorld,
  builds: Builds,
  images: BuiltImage[],
): Promise<SideRequest> => {
  const { git, inputs } = builds
  const built = await buildSide('head', git.root, options, world, builds, images)
  const ref = world.git ? await headCommit(git) : null
  const how =
    ref === null
      ? 'the folder as it is'
      : (await isDirty(git))
        ? 'the checkout, with uncommitted changes'
        : 'the checked-out commit'
  const request = await builtRequest('head', built, options, world, inputs, git.root)
  return { request, report: null, ref, how, built }
}

/** A base that does not build, or that has no such Dockerfile, is a state of the report and not an error. */
export const buildBase = async (
  commit: { readonly sha: string; readonly how: string },
  headOptions: Options,
  given: ReviewWorld,
  headBuilds: Builds,
  images: BuiltImage[],
): Promise<BaseRequest> => {
  let world = given
  let secrets: Secrets = { certain: null, any: null }
  const { git } = headBuilds
  const worktree = await addWorktree(git, commit.sha, world.tempDir, headBuilds.inputs)
  const short = commit.sha.slice(0, 7)
  let options = headOptions
  let builds = headBuilds
  try {
    if (headBuilds.written.build.bakeFile) {
      options = await withBake(headBuilds.written, world, worktree.path)
      secrets = await findSecrets(options, world.environment, world.workingDirectory)
      world = { ...world, log: maskLog(world.log, secrets.any) }
      const at = { checkout: git.root, workingDirectory: world.workingDirectory }
      builds = { ...headBuilds, inputs: await locateInputs(options.build, at) }
    }
    const { inputs } = builds
    if (options.basePrepare) await runPreparation(options.basePrepare, worktree.path, options, world)
    const built = await buildSide('base', worktree.path, options, world, builds, images)
    const request = await builtRequest('base', built, options, world, inputs, worktree.path)
    return { request, report: null, ref: commit.sha, how: commit.how, built, certain: secrets.certain }
  } catch (error) {
    if (world.signal?.aborted || !(error instanceof UserError) || error instanceof BuilderLostError)
      throw error
    const why = maskText(await whyNoBase(error, options, builds, worktree.path, short), secrets.any)
    const isNew = why.startsWith('the base commit ')
    return missing(why, { isBuildError: !isNew, isNew, sha: commit.sha })
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
    if (untracked.length > 0) return explainUntracked(untracked)
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
): Promise<BuiltImage> => {
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
  return built
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
