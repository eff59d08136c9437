/**
 * The story of a review: build the base and the head, read both, compare, judge. Everything from outside comes as an
 * argument; reporting it to anybody is the caller's part.
 */

import { findBaseCommit } from './base-commit.ts'
import type { BuiltImage } from './build/build-image.ts'
import type { Git } from './build/git.ts'
import { hideUrlSecrets } from './build/redact.ts'
import type { BaseRequest, SideRequest } from './build-sides.ts'
import { UserError } from './errors.ts'
import { inspectImages } from './inspect.ts'
import { findSecrets, maskDeep, maskErrors, maskLog, maskText } from './masking.ts'
import type { Options } from './options.ts'
import { type Builds, prepareBuilds, withOwnBake } from './prepare-builds.ts'
import { applyIgnores } from './report/ignore.ts'
import { reviewNotes } from './report/notes.ts'
import { raisedBudgets } from './report/raised-budgets.ts'
import { review } from './report/review.ts'
import type { ImageReport, Review } from './report/types.ts'
import { baseQuestion, requestBase, requestHead } from './request-sides.ts'
import type { ReviewWorld } from './review-world.ts'
import { unlessStopped } from './unless-stopped.ts'

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

/** Secrets of the run are masked in its log, in its errors and in the outcome. */
export const reviewChange = async (written: Options, world: ReviewWorld): Promise<ReviewOutcome> => {
  const options = written.image ? written : await withOwnBake(written, world)
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
    const outcome = await judge(options, world, builds, base, head)
    return maskDeep(outcome, ('request' in base && base.certain) || null)
  } finally {
    for (const image of images) await image.remove()
  }
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

/** Two architectures differ everywhere: the difference would say nothing about the change. */
export const checkPlatforms = (base: ImageReport | null, head: ImageReport): void => {
  const [from, to] = [base?.image.platform, head.image.platform]
  if (from && to && from !== to)
    throw new UserError(`the base image is for ${from}, the other for ${to}: compare images of one platform`)
}
