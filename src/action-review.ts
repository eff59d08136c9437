/** The half that measures: builds, compares, judges; then report files, summary, annotations and comment. */
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import * as core from '@actions/core'
import { commentReview, type MeasuringRun, suggest, suggestFix } from './action-comment.ts'
import { type ActionRun, finish, repositoryUrlOf, runnerLog } from './action-run.ts'
import { budgetsAt } from './base-budgets.ts'
import { type BaselineStore, openBaselines } from './baseline-store.ts'
import { headCommit } from './build/git.ts'
import { sourceCheck } from './check-sources.ts'
import { UserError } from './errors.ts'
import { mergeBaseFromApi } from './github/merge-base.ts'
import type { PublishOutcome } from './github/publication.ts'
import { readLabels } from './github/read-labels.ts'
import { refusesToBuild } from './github/refuses-to-build.ts'
import { writeAnnotations } from './github/write-annotations.ts'
import type { ActionOutputs } from './github/write-outputs.ts'
import { writeSummary } from './github/write-summary.ts'
import { type ReviewOutcome, reviewChange } from './pipeline.ts'
import { annotationsFor } from './render/annotations.ts'
import type { CommentContext } from './render/context.ts'
import { annotationText } from './render/escape/workflow-command.ts'
import { renderSummary } from './render/summary.ts'
import { isLeftover } from './report/finding.ts'
import type { Finding } from './report/types.ts'
import { type ReportFiles, writeReports } from './report-files.ts'
import type { ReviewWorld } from './review-world.ts'
import { unlessStopped } from './unless-stopped.ts'
import { VERSION } from './version.ts'
import { startWatchdog, type Watchdog } from './watchdog.ts'
import {
  lazyEngine,
  openCheckout,
  ownPlatform,
  readReportFile,
  today,
  withTempDir,
  writing,
} from './world.ts'

/** @returns 0, or 1 when the check fails */
export const reviewImage = async (started: ActionRun): Promise<number> => {
  const watchdog = startWatchdog(started.environment)
  try {
    return await measure({ ...started, environment: watchdog.environment, watchFolder: watchdog.watchFolder })
  } finally {
    watchdog.dismiss()
  }
}

const measure = async (run: ActionRun & Pick<Watchdog, 'watchFolder'>): Promise<number> => {
  const { environment, event, options, workspace, stop } = run
  const isBaseline = options.mode === 'baseline'
  if (isBaseline && event.name === 'pull_request')
    throw new UserError('mode: "baseline" is for what was merged: use it on "push"')
  const git = await openCheckout(workspace, environment, stop.signal)
  const head = git && (await headCommit(git))
  const refusal = head && !options.image ? refusesToBuild(event, head) : null
  if (refusal) throw new UserError(refusal)
  const folder = resolve(
    workspace,
    options.baselineDir ?? join(environment.RUNNER_TEMP || tmpdir(), 'plimsoll-baselines'),
  )
  const baselines = openBaselines(folder, identityOf(run))
  const wanted = isBaseline ? { ...options, baseline: 'none' as const, baseImage: null } : options
  const outcome = await withTempDir(
    environment.RUNNER_TEMP || null,
    tempDir =>
      reviewChange(wanted, {
        environment,
        workingDirectory: workspace,
        git,
        event,
        askApi: askApi(run),
        log: runnerLog,
        tempDir,
        readReport: (path, source) => readReportFile(resolve(workspace, path), source),
        ...(existsSync(folder) ? { savedBaseline: baselines.load } : {}),
        ...(git
          ? { budgetsAt: sha => budgetsAt(sha, { git, given: run.given, workspace, environment }) }
          : {}),
        checkSources: sourceCheck({ event, environment, workspace, signal: stop.signal }),
        hasLabel: label => hasLabel(label, run),
        today: today(),
        engine: lazyEngine(environment),
        platform: options.build.platform ?? ownPlatform(),
        cacheDir: options.cacheDir && resolve(workspace, options.cacheDir),
        signal: stop.signal,
      }),
    run.watchFolder,
  )
  const isSaved = isBaseline || (event.name === 'push' && options.baseline !== 'none')
  return report(outcome, { ...run, git, baselines: isSaved ? baselines : null, head })
}

interface ReviewRun extends MeasuringRun {
  /** Where the head's report is saved for later runs; null where it is not. */
  readonly baselines: BaselineStore | null
  readonly head: string | null
}

const nameOf = ({ options, event }: ActionRun): string | null =>
  options.name ?? options.build.target ?? event.repository?.repo ?? null

const identityOf = (run: ActionRun): Parameters<typeof openBaselines>[1] => ({
  repository: run.environment.GITHUB_REPOSITORY ?? '',
  name: nameOf(run) ?? '',
  platform: run.options.build.platform ?? ownPlatform(),
  image: run.options.image,
  build: run.options.build,
  environment: run.environment,
})

const askApi = ({ api, event: { repository } }: ActionRun): ReviewWorld['askApi'] =>
  api && repository ? (base, head) => mergeBaseFromApi({ api, repository, base, head }) : null

const hasLabel = async (label: string, { api, event }: ActionRun): Promise<boolean> => {
  const { pullRequest, repository } = event
  if (event.name !== 'pull_request' || !pullRequest) return false
  if (pullRequest.labels.includes(label)) return true
  const now = api && repository ? await readLabels(api, repository, pullRequest.number) : null
  return now?.includes(label) ?? false
}

/** Report files and summary first, the comment last: whatever becomes of it never changes the verdict. */
const report = async (outcome: ReviewOutcome, run: ReviewRun): Promise<number> => {
  const { options, environment, stop, baselines, head } = run
  const context = contextOf(outcome, run)
  const files = await writing('the report', () => writeReports(outcome, context, options, run))
  const baseline = baselines && head ? await baselines.save(head, outcome.head) : null
  if (options.summary)
    await writing('the job summary', () => writeSummary(renderSummary(outcome.review, context), environment))
  if (options.annotations) writeAnnotations(annotationsFor(outcome.review))
  const published = await unlessStopped(stop.signal, commentReview(outcome, context, run))
  if (options.suggestions === 'review') await unlessStopped(stop.signal, suggest(outcome, run))
  await finish(published, outputsOf(outcome, files, baseline, published))
  await suggestFix(outcome, context, run, published)
  const { verdict, reasons } = outcome.review
  if (verdict === 'fail') core.setFailed(annotationText(reasons.join('; ')))
  else for (const reason of reasons) core.warning(annotationText(reason))
  return verdict === 'fail' ? 1 : 0
}

const contextOf = (outcome: ReviewOutcome, run: ActionRun): CommentContext => {
  const { options, event } = run
  return {
    key: options.commentKey,
    runId: event.run,
    name: nameOf(run) ?? outcome.head.image.source,
    headSha: event.name === 'pull_request' ? (event.pullRequest?.headSha ?? null) : null,
    repositoryUrl: repositoryUrlOf(event),
    runUrl: event.runUrl,
    dockerfile: outcome.dockerfile,
    target: options.build.target,
    version: VERSION,
    notes: outcome.notes,
    minChangeBytes: options.minChangeBytes,
  }
}

const outputsOf = (
  outcome: ReviewOutcome,
  files: ReportFiles,
  baseline: string | null,
  published: PublishOutcome,
): ActionOutputs => {
  const { review: result, head, base } = outcome
  const all = Object.values(result.findings).flat() as Finding[]
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
    baseline,
    'comment-id': published.kind === 'skipped' ? null : published.id,
    'comment-written': published.kind !== 'skipped',
    json: JSON.stringify({
      size: head.size,
      delta: result.delta,
      verdict: result.verdict,
      budgets: result.budgets,
      leftovers: all.filter(isLeftover).length,
    }),
  }
}
