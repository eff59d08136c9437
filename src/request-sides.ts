/** Where head and base come from: an image that is named, a saved report, or a build. */
import { type BaseQuestion, findBaseCommit } from './base-commit.ts'
import type { BuiltImage } from './build/build-image.ts'
import { type Git, headCommit } from './build/git.ts'
import { sameInputs } from './build/same-inputs.ts'
import { type BaseRequest, buildBase, buildHead, missing, type SideRequest } from './build-sides.ts'
import { parseReference } from './image/reference.ts'
import type { Options } from './options.ts'
import type { Builds } from './prepare-builds.ts'
import type { ReviewWorld } from './review-world.ts'

/** @param builds null where the head's image is named */
export const requestHead = async (
  options: Options,
  world: ReviewWorld,
  builds: Builds | null,
  images: BuiltImage[],
): Promise<SideRequest> => {
  if (options.image) return givenImage(options.image, world, 'given by "image"')
  return buildHead(options, world, builds!, images)
}

/** @param builds null where the head's image is named: then nothing is built for the base either */
export const requestBase = async (
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

const givenImage = async (text: string, world: ReviewWorld, how: string): Promise<SideRequest> => {
  const reference = parseReference(text)
  if (reference.scheme === 'report') {
    const report = await world.readReport(reference.path, reference.text)
    return { request: null, report, ref: null, how, built: null }
  }
  return { request: { reference, builtFrom: null }, report: null, ref: null, how, built: null }
}

export const baseQuestion = async (
  git: Git,
  options: Options,
  world: ReviewWorld,
): Promise<BaseQuestion> => ({
  git,
  headCommit: await headCommit(git),
  event: world.event,
  baseRef: options.baseRef,
  askApi: world.askApi,
})
