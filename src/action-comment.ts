/** What the pull request is told: the comment, and after the verdict a smaller Dockerfile in it. */
import * as core from '@actions/core'
import { type FixRequest, findFix, wantsFix } from './action-fix.ts'
import { type ActionRun, runnerLog } from './action-run.ts'
import type { Git } from './build/git.ts'
import { sourceCheck } from './check-sources.ts'
import { suggestEdits } from './fix/suggest.ts'
import type { PublishOutcome } from './github/publication.ts'
import { publishComment } from './github/sticky-comment.ts'
import { reviewWithSuggestions } from './github/suggest-review.ts'
import { writeSummary } from './github/write-summary.ts'
import { maskDeep, maskLog } from './masking.ts'
import type { ReviewOutcome } from './pipeline.ts'
import { renderComment, sameComment } from './render/comment.ts'
import type { CommentContext } from './render/context.ts'
import { annotationText } from './render/escape/workflow-command.ts'
import { newLeftovers } from './render/model/findings.ts'
import { suggestionComments } from './render/suggestions.ts'
import { renderFixSummary } from './render/summary.ts'
import { isWorthSaying } from './report/worth-saying.ts'
import { lazyEngine, ownPlatform, withTempDir, writing } from './world.ts'

/** A run with a checkout, where there is one. */
export interface MeasuringRun extends ActionRun {
  readonly git: Git | null
  /** Told of folders that must not outlive the run. */
  readonly watchFolder: (path: string) => void
}

/** Writes the pull request's comment, where this event has one. */
export const commentReview = async (
  outcome: ReviewOutcome,
  context: CommentContext,
  { event, api, options }: ActionRun,
): Promise<PublishOutcome> => {
  const { pullRequest, repository, run } = event
  const skipped = (reason: string, notice = false): PublishOutcome => ({ kind: 'skipped', reason, notice })
  if (event.name !== 'pull_request' || !pullRequest || !repository || !run)
    return skipped('this run measures no pull request')
  if (!api) return skipped('there is no "github-token"', options.comment !== 'never')
  return publishComment({
    api,
    repository,
    issueNumber: pullRequest.number,
    key: options.commentKey,
    runId: run,
    headSha: pullRequest.headSha,
    body: renderComment(outcome.review, context),
    mode: options.comment,
    worthCreating: isWorthSaying(outcome.review, options.minChangeBytes),
    failed: outcome.review.verdict === 'fail',
    same: sameComment,
  })
}

/** A review that could not be written is a notice and nothing more. */
export const suggest = async (
  { review: result, dockerfile, dockerfileText }: ReviewOutcome,
  { event, api, options }: ActionRun,
): Promise<void> => {
  const { pullRequest, repository } = event
  if (event.name !== 'pull_request' || !pullRequest || !repository || !api) return
  if (dockerfile === null || dockerfileText === null) return
  const edits = suggestEdits(dockerfileText, dockerfile, newLeftovers(result))
  const outcome = await reviewWithSuggestions({
    api,
    repository,
    issueNumber: pullRequest.number,
    key: options.commentKey,
    headSha: pullRequest.headSha,
    suggestions: suggestionComments(edits),
  })
  if (outcome.kind === 'suggested') core.info(`Suggestions written: ${outcome.comments}`)
  else
    (outcome.notice ? core.notice : core.info)(
      annotationText(`No suggestions were written: ${outcome.reason}`),
    )
}

/** The verdict is told by now: a smaller Dockerfile is looked for, and told in the comment and the summary. */
export const suggestFix = async (
  outcome: ReviewOutcome,
  context: CommentContext,
  run: MeasuringRun,
  published: PublishOutcome,
): Promise<void> => {
  const { options, environment, event, workspace, git, secrets, stop } = run
  await withTempDir(
    environment.RUNNER_TEMP || null,
    async tempDir => {
      const request: FixRequest = {
        options,
        review: outcome.review,
        eventName: event.name,
        hasComment: published.kind !== 'skipped',
        world: {
          checkSources: sourceCheck({ event, environment, workspace, signal: stop.signal }),
          engine: lazyEngine(environment),
          environment,
          git,
          log: maskLog(runnerLog, secrets.any),
          platform: options.build.platform ?? ownPlatform(),
          signal: stop.signal,
          tempDir,
          workingDirectory: workspace,
        },
      }
      const found = wantsFix(request) ? await findFix(request) : null
      if (!found) return
      const review = maskDeep(found, secrets.certain)
      if (options.summary)
        await writing('the job summary', () => writeSummary(renderFixSummary(review, context), environment))
      if (published.kind !== 'skipped') await commentReview({ ...outcome, review }, context, run)
    },
    run.watchFolder,
  )
}
