/**
 * The half that comments what other jobs measured: `reports`. It needs no engine and no checkout, and takes nothing from
 * the files but data: which pull request, which commit and which run they belong to comes from the event.
 */
import * as core from '@actions/core'
import { type ActionRun, finish, repositoryUrlOf } from './action-run.ts'
import { UserError } from './errors.ts'
import type { PublishOutcome } from './github/publication.ts'
import { pullOfRun } from './github/pull-of-run.ts'
import { readLabels } from './github/read-labels.ts'
import { publishComment } from './github/sticky-comment.ts'
import { type ActionOutputs, NO_OUTPUTS } from './github/write-outputs.ts'
import { writeSummary } from './github/write-summary.ts'
import { renderComment, sameComment } from './render/comment.ts'
import type { CommentContext } from './render/context.ts'
import { annotationText } from './render/escape/workflow-command.ts'
import { type ImagePart, renderImagesComment, renderImagesSummary } from './render/images-comment.ts'
import { renderSummary } from './render/summary.ts'
import { reviewNotes } from './report/notes.ts'
import { readReview, type ToldReview } from './report/read-review.ts'
import { isWorthSaying } from './report/worth-saying.ts'
import { readSavedReports } from './saved-reports.ts'
import { VERSION } from './version.ts'
import { writing } from './world.ts'

/** Where a comment goes: all of it as GitHub says. */
interface Target {
  readonly number: number
  readonly headSha: string
  /** `<run id>.<attempt>` of the run that measured, and its page. */
  readonly run: string
  readonly runUrl: string | null
  readonly labels: readonly string[] | null
}

type Aim = { readonly target: Target } | { readonly none: string; readonly notice: boolean }

/** Exit status 0 whatever the verdicts: the jobs that measured have failed already, or have not. */
export const publishReports = async (run: ActionRun): Promise<number> => {
  const { options, environment, event, workspace } = run
  const trusted = [environment.RUNNER_TEMP, environment.GITHUB_WORKSPACE].filter(
    folder => folder !== undefined,
  )
  const saved = await readSavedReports(options.reports, workspace, trusted)
  if (saved.length === 0) return withoutReports(run)
  const told = saved.map(files => readReview(files, files.source))
  const aim = await aimOf(run)
  const target = 'target' in aim ? aim.target : null
  const labels = await labelsFor(told, target, run)
  const images = told.map(review => imagePart(asAccepted(review, labels), target, run))
  if (options.summary) await writing('the job summary', () => writeSummary(summaryOf(images), environment))
  const published: PublishOutcome =
    'target' in aim
      ? await publish(images, aim.target, run)
      : { kind: 'skipped', reason: aim.none, notice: aim.notice }
  await finish(published, outputsOf(images, published))
  for (const { review, context } of images)
    core.info(annotationText(`${context.name}: ${review.verdict} (${event.name})`))
  return 0
}

/** After a run that has commented itself there is nothing to publish, and that is as it should be. */
const withoutReports = async ({ event, options }: ActionRun): Promise<number> => {
  if (event.name !== 'workflow_run')
    throw new UserError(
      `reports: no file matches ${options.reports.join(', ')}: download the artifacts before this step`,
    )
  await finish(
    { kind: 'skipped', reason: 'the run left no report, as it commented itself', notice: false },
    NO_OUTPUTS,
  )
  return 0
}

const aimOf = async ({ event, api }: ActionRun): Promise<Aim> => {
  const { workflowRun, repository, pullRequest, run } = event
  if (event.name === 'pull_request' && pullRequest && run) {
    const { number, headSha, labels } = pullRequest
    return { target: { number, headSha, labels, run, runUrl: event.runUrl } }
  }
  if (event.name !== 'workflow_run' || !workflowRun || !repository)
    return { none: 'this event belongs to no pull request', notice: false }
  if (workflowRun.event !== 'pull_request')
    return { none: 'the run that measured belongs to no pull request', notice: false }
  if (!api) return { none: 'there is no "github-token"', notice: true }
  const found = await pullOfRun({ api, repository, run: workflowRun })
  if (found.kind === 'none') return { none: found.reason, notice: found.notice }
  const { headSha, run: measured, url } = workflowRun
  return { target: { number: found.number, headSha, labels: found.labels, run: measured, runUrl: url } }
}

/**
 * Asked for only where a report says that a label accepted it. An event that lacks such a label may be older than the
 * label: a run that is repeated has the event of its first attempt.
 */
const labelsFor = async (
  told: readonly ToldReview[],
  target: Target | null,
  { api, event }: ActionRun,
): Promise<readonly string[]> => {
  const named = told.flatMap(({ acceptedBy }) => acceptedBy ?? [])
  if (target === null || named.length === 0) return []
  const known = target.labels ?? []
  if (named.every(label => known.includes(label))) return known
  const now = api && event.repository ? await readLabels(api, event.repository, target.number) : null
  return now ? [...known, ...now] : known
}

/** A label that the pull request does not have accepts nothing. */
const asAccepted = (review: ToldReview, labels: readonly string[]): ToldReview =>
  review.acceptedBy === null || labels.includes(review.acceptedBy)
    ? review
    : { ...review, acceptedBy: null, verdict: 'fail' }

const imagePart = (review: ToldReview, target: Target | null, { options, event }: ActionRun): ImagePart => {
  const { name, dockerfile, target: stage, minChangeBytes, isNew } = review.about
  const context: CommentContext = {
    key: options.commentKey,
    runId: target?.run ?? null,
    name,
    headSha: target?.headSha ?? null,
    repositoryUrl: repositoryUrlOf(event),
    runUrl: target?.runUrl ?? event.runUrl,
    dockerfile,
    target: stage,
    version: VERSION,
    notes: reviewNotes(review, review.about),
    minChangeBytes,
  }
  return { review, context, isNew }
}

const summaryOf = (images: readonly ImagePart[]): string => {
  const [first, ...others] = images
  return others.length === 0 ? renderSummary(first!.review, first!.context) : renderImagesSummary(images)
}

const publish = async (
  images: readonly ImagePart[],
  target: Target,
  { options, event, api }: ActionRun,
): Promise<PublishOutcome> => {
  if (!api || !event.repository)
    return { kind: 'skipped', reason: 'there is no "github-token"', notice: options.comment !== 'never' }
  const [first, ...others] = images
  return publishComment({
    api,
    repository: event.repository,
    issueNumber: target.number,
    key: options.commentKey,
    runId: target.run,
    headSha: target.headSha,
    body: others.length === 0 ? renderComment(first!.review, first!.context) : renderImagesComment(images),
    mode: options.comment,
    worthCreating: images.some(({ review }) => isWorthSaying(review, options.minChangeBytes)),
    failed: images.some(({ review }) => review.verdict === 'fail'),
    same: sameComment,
  })
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Sums over all images; what only some of them have a base for is summed over those. */
const outputsOf = (images: readonly ImagePart[], published: PublishOutcome): ActionOutputs => {
  const reviews = images.map(({ review }) => review)
  const compared = reviews.filter(({ base }) => base !== null)
  const only = reviews.length === 1 ? reviews[0]! : null
  const all = reviews.flatMap(({ findings: { resolved: _, ...findings } }) => Object.values(findings).flat())
  return {
    ...NO_OUTPUTS,
    size: sum(reviews.map(({ head }) => head.size.content)),
    'base-size': compared.length === 0 ? null : sum(compared.map(({ base }) => base!.size.content)),
    'size-diff': compared.length === 0 ? null : sum(compared.map(({ delta }) => delta!.content)),
    'size-diff-percent': only?.delta?.contentPercent ?? null,
    'leftover-size': sum(reviews.map(({ head }) => head.size.leftovers)),
    findings: all.length,
    passed: reviews.every(({ verdict }) => verdict !== 'fail'),
    'comment-id': published.kind === 'skipped' ? null : published.id,
    'comment-written': published.kind !== 'skipped',
    json: JSON.stringify({
      images: images.map(({ review, context }) => ({
        name: context.name,
        size: review.head.size,
        delta: review.delta,
        verdict: review.verdict,
        budgets: review.budgets,
      })),
    }),
  }
}
