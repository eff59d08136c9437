/** The action: inputs and event in; comment, summary, annotations, outputs and an exit status out. */
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import * as core from '@actions/core'
import { type FixRequest, findFix, wantsFix } from './action-fix.ts'
import type { BuildLog } from './build/build-log.ts'
import { type Git, headCommit } from './build/git.ts'
import { messageOf, UserError } from './errors.ts'
import { suggestEdits } from './fix/suggest.ts'
import { connect, type GitHubApi } from './github/api.ts'
import { type GitHubEvent, readEvent } from './github/event.ts'
import { loadPayload } from './github/load-payload.ts'
import { mergeBaseFromApi } from './github/merge-base.ts'
import type { PublishOutcome } from './github/publication.ts'
import { refusesToBuild } from './github/refuses-to-build.ts'
import { publishComment } from './github/sticky-comment.ts'
import { reviewWithSuggestions } from './github/suggest-review.ts'
import { writeAnnotations } from './github/write-annotations.ts'
import { type ActionOutputs, writeOutputs } from './github/write-outputs.ts'
import { writeSummary } from './github/write-summary.ts'
import { maskLog, secretValues } from './masking.ts'
import { mergeValues, type Options, parseOptions, readActionInputs } from './options.ts'
import { type ReviewOutcome, reviewChange } from './pipeline.ts'
import { annotationsFor } from './render/annotations.ts'
import { renderComment, sameComment } from './render/comment.ts'
import type { CommentContext } from './render/context.ts'
import { annotationText } from './render/escape/workflow-command.ts'
import { renderHtml } from './render/html.ts'
import { renderJson } from './render/json.ts'
import { newLeftovers } from './render/model/findings.ts'
import { renderSarif } from './render/sarif.ts'
import { suggestionComments } from './render/suggestions.ts'
import { renderFixSummary, renderSummary } from './render/summary.ts'
import type { Review } from './report/types.ts'
import { rules } from './rules/index.ts'
import { VERSION } from './version.ts'
import {
  type Environment,
  lazyEngine,
  makeFolder,
  openCheckout,
  ownPlatform,
  readConfigFile,
  readReportFile,
  type Stop,
  stopOnSignals,
  today,
  withTempDir,
  writing,
} from './world.ts'

const NO_OUTPUTS: ActionOutputs = {
  size: null,
  'base-size': null,
  'size-diff': null,
  'size-diff-percent': null,
  'leftover-size': null,
  findings: null,
  passed: false,
  imageid: null,
  'base-sha': null,
  'report-json': null,
  'report-markdown': null,
  'report-html': null,
  'report-sarif': null,
  'comment-id': null,
  'comment-written': false,
  json: null,
}

/** @returns the exit status: 0, 1 when the check fails or the review is not complete, or that of the signal */
export const runAction = async (environment: Environment): Promise<number> => {
  const stop = stopOnSignals()
  try {
    return await review(environment, stop)
  } catch (error) {
    const stopped = stop.status()
    // nothing of ours is left; what was being read need not be waited for
    if (stopped !== null) process.exit(stopped)
    const words =
      error instanceof UserError ? error.message : `a fault of Plimsoll itself: ${messageOf(error)}`
    core.setFailed(annotationText(words))
    if (!(error instanceof UserError) && error instanceof Error) core.info(annotationText(error.stack ?? ''))
    emptyOutputs()
    return 1
  }
}

/** Where the runner's file cannot be written, the outputs are empty as well. */
const emptyOutputs = (): void => {
  try {
    writeOutputs(NO_OUTPUTS)
  } catch (error) {
    core.info(annotationText(`outputs cannot be written (${messageOf(error)})`))
  }
}

const review = async (environment: Environment, stop: Stop): Promise<number> => {
  const workspace = environment.GITHUB_WORKSPACE || process.cwd()
  const event = readEvent(environment, loadPayload(environment))
  const options = await readOptions(environment, workspace)
  const secrets = secretValues(options, environment)
  for (const value of secrets) core.setSecret(value)
  const git = await openCheckout(workspace, environment, stop.signal)
  const refusal = git && !options.image ? refusesToBuild(event, await headCommit(git)) : null
  if (refusal) throw new UserError(refusal)
  const api = options.githubToken ? connect({ token: options.githubToken, apiUrl: event.apiUrl }) : null
  const outcome = await withTempDir(environment.RUNNER_TEMP || null, tempDir =>
    reviewChange(options, {
      environment,
      workingDirectory: workspace,
      git,
      event,
      askApi: askApi(api, event),
      log: maskLog(runnerLog, secrets),
      tempDir,
      readReport: (path, source) => readReportFile(resolve(workspace, path), source),
      today: today(),
      engine: lazyEngine(environment),
      platform: options.build.platform ?? ownPlatform(),
      cacheDir: options.cacheDir && resolve(workspace, options.cacheDir),
      signal: stop.signal,
    }),
  )
  return report(outcome, options, { environment, event, api, workspace, git, secrets, signal: stop.signal })
}

interface Surroundings {
  readonly environment: Environment
  readonly event: GitHubEvent
  readonly api: GitHubApi | null
  readonly workspace: string
  readonly git: Git | null
  readonly secrets: readonly string[]
  readonly signal: AbortSignal
}

/** Report files and summary first, the comment last: whatever becomes of it never changes the verdict. */
const report = async (outcome: ReviewOutcome, options: Options, around: Surroundings): Promise<number> => {
  const context = contextOf(outcome, options, around.event)
  const files = await writing('the report', () => writeReports(outcome, context, options, around))
  if (options.summary)
    await writing('the job summary', () =>
      writeSummary(renderSummary(outcome.review, context), around.environment),
    )
  if (options.annotations) writeAnnotations(annotationsFor(outcome.review))
  const published = await publish(outcome, context, options, around)
  if (published.kind === 'skipped')
    (published.notice ? core.notice : core.info)(
      annotationText(`No comment was written: ${published.reason}`),
    )
  else core.info(annotationText(`Comment ${published.kind}: ${published.url}`))
  if (options.suggestions === 'review') await suggest(outcome, options, around)
  const withheld = await writing('outputs', () => writeOutputs(outputsOf(outcome, files, published)))
  if (withheld.length > 0)
    core.notice(`These outputs are empty because their value is not plain ASCII: ${withheld.join(', ')}`)
  await suggestFix(outcome, context, options, around, published)
  const { verdict, reasons } = outcome.review
  if (verdict === 'fail') core.setFailed(annotationText(reasons.join('; ')))
  else for (const reason of reasons) core.warning(annotationText(reason))
  return verdict === 'fail' ? 1 : 0
}

/** The verdict is told by now: a smaller Dockerfile is looked for, and told in the comment and the summary. */
const suggestFix = async (
  outcome: ReviewOutcome,
  context: CommentContext,
  options: Options,
  around: Surroundings,
  published: PublishOutcome,
): Promise<void> => {
  const { environment, event, workspace, git, secrets, signal } = around
  await withTempDir(environment.RUNNER_TEMP || null, async tempDir => {
    const request: FixRequest = {
      options,
      review: outcome.review,
      eventName: event.name,
      hasComment: published.kind !== 'skipped',
      world: {
        engine: lazyEngine(environment),
        environment,
        git,
        log: maskLog(runnerLog, secrets),
        platform: options.build.platform ?? ownPlatform(),
        signal,
        tempDir,
        workingDirectory: workspace,
      },
    }
    const review = wantsFix(request) ? await findFix(request) : null
    if (!review) return
    if (options.summary)
      await writing('the job summary', () => writeSummary(renderFixSummary(review, context), environment))
    if (published.kind !== 'skipped') await publish({ ...outcome, review }, context, options, around)
  })
}

const readOptions = async (environment: Environment, workspace: string): Promise<Options> => {
  const inputs = readActionInputs(environment)
  return parseOptions(mergeValues(await readConfigFile(inputs, workspace), inputs))
}

const askApi = (
  api: GitHubApi | null,
  event: GitHubEvent,
): ((base: string, head: string) => Promise<string | null>) | null => {
  const { repository } = event
  return api && repository ? (base, head) => mergeBaseFromApi({ api, repository, base, head }) : null
}

/** Groups fold in the run's log; lines come neutralised. */
const runnerLog: BuildLog = {
  group: title => core.startGroup(title),
  line: text => core.info(text),
  endGroup: () => core.endGroup(),
}

const contextOf = (outcome: ReviewOutcome, options: Options, event: GitHubEvent): CommentContext => ({
  key: options.commentKey,
  runId: event.run,
  name: options.name ?? options.build.target ?? event.repository?.repo ?? outcome.head.image.source,
  headSha: event.pullRequest?.headSha ?? null,
  repositoryUrl: event.repository && `${event.serverUrl}/${event.repository.owner}/${event.repository.repo}`,
  runUrl: event.runUrl,
  dockerfile: outcome.dockerfile,
  target: options.build.target,
  version: VERSION,
  notes: outcome.notes,
  minChangeBytes: options.minChangeBytes,
})

interface ReportFiles {
  readonly json: string
  readonly markdown: string
  readonly html: string
  readonly sarif: string
}

/**
 * `report.json` is the head's report and may be a baseline; `review.json` is what was judged; `report.md` reads well,
 * `report.html` is a map to look at, and `report.sarif` is for code scanning.
 */
/** A job may review several images: the first step's folder has the plain name, the others' have a number. */
const ownFolder = async (path: string): Promise<string> => {
  await makeFolder(dirname(path))
  for (let number = 1; number < MOST_STEPS; number += 1) {
    const folder = number === 1 ? path : `${path}-${number}`
    const made = await mkdir(folder).then(
      () => true,
      () => false,
    )
    if (made) return folder
  }
  throw new UserError(`${path}: no folder for the reports could be made there: set "report-dir"`)
}

const MOST_STEPS = 1000

const writeReports = async (
  outcome: ReviewOutcome,
  context: CommentContext,
  options: Options,
  { environment, workspace }: Surroundings,
): Promise<ReportFiles> => {
  const folder = options.reportDir
    ? resolve(workspace, options.reportDir)
    : await ownFolder(join(environment.RUNNER_TEMP || tmpdir(), 'plimsoll'))
  await makeFolder(folder)
  const files = {
    json: join(folder, 'report.json'),
    markdown: join(folder, 'report.md'),
    html: join(folder, 'report.html'),
    sarif: join(folder, 'report.sarif'),
  }
  await writeFile(files.json, renderJson(outcome.head))
  await writeFile(join(folder, 'review.json'), renderJson(outcome.review))
  await writeFile(files.markdown, renderSummary(outcome.review, context))
  await writeFile(files.html, renderHtml(outcome.review, outcome, context))
  const { name, version, dockerfile } = context
  const about = { rules, name, version, dockerfile, home: homeOf(environment), forUpload: true }
  await writeFile(files.sarif, renderSarif(outcome.review, about))
  return files
}

/** The repository that this action was taken from; a local one has none. */
const homeOf = ({
  GITHUB_SERVER_URL: server,
  GITHUB_ACTION_REPOSITORY: repository,
}: Environment): string | null => (server && repository ? `${server}/${repository}` : null)

const publish = async (
  outcome: ReviewOutcome,
  context: CommentContext,
  options: Options,
  { event, api }: Surroundings,
): Promise<PublishOutcome> => {
  const { pullRequest, repository, run } = event
  const skipped = (reason: string, notice = false): PublishOutcome => ({ kind: 'skipped', reason, notice })
  // on pull_request_target only the base commit itself was built: that is no news for the pull request
  if (!pullRequest || !repository || !run || event.name === 'pull_request_target')
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
const suggest = async (
  { review: result, dockerfile, dockerfileText }: ReviewOutcome,
  options: Options,
  { event, api }: Surroundings,
): Promise<void> => {
  const { pullRequest, repository } = event
  if (!pullRequest || !repository || !api || event.name === 'pull_request_target') return
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

/** A change of size that counts, something new that does not belong, a verdict that is not a plain pass, or no base. */
const isWorthSaying = ({ delta, findings, hazards, verdict }: Review, minChangeBytes: number): boolean =>
  verdict !== 'pass' ||
  delta === null ||
  Math.abs(delta.content) >= minChangeBytes ||
  [findings.introduced, findings.grown, findings.resolved].some(list =>
    list.some(each => each.certainty === 'leftover'),
  ) ||
  hazards.introduced.length > 0

const outputsOf = (outcome: ReviewOutcome, files: ReportFiles, published: PublishOutcome): ActionOutputs => {
  const { review: result, head, base } = outcome
  const all = Object.values(result.findings).flat() as { readonly certainty: string }[]
  return {
    size: head.size.content,
    'base-size': base?.size.content ?? null,
    'size-diff': result.delta?.content ?? null,
    'size-diff-percent': result.delta?.contentPercent ?? null,
    'leftover-size': result.head.size.leftovers,
    findings: head.findings.length,
    passed: result.verdict !== 'fail',
    imageid: outcome.imageId,
    'base-sha': outcome.baseSha,
    'report-json': files.json,
    'report-markdown': files.markdown,
    'report-html': files.html,
    'report-sarif': files.sarif,
    'comment-id': published.kind === 'skipped' ? null : published.id,
    'comment-written': published.kind !== 'skipped',
    json: JSON.stringify({
      size: head.size,
      delta: result.delta,
      verdict: result.verdict,
      budgets: result.budgets,
      leftovers: all.filter(each => each.certainty === 'leftover').length,
    }),
  }
}
