/** The files of a review: what a person, a later run and code scanning read. */
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { UserError } from './errors.ts'
import type { Options } from './options.ts'
import type { ReviewOutcome } from './pipeline.ts'
import type { CommentContext } from './render/context.ts'
import { minChangeOf } from './render/context.ts'
import { renderHtml } from './render/html.ts'
import { renderJson } from './render/json.ts'
import { renderSarif } from './render/sarif.ts'
import { renderSummary } from './render/summary.ts'
import type { ReviewAbout } from './report/types.ts'
import { rules } from './rules/index.ts'
import { type Environment, makeFolder } from './world.ts'

export interface ReportFiles {
  readonly json: string
  readonly markdown: string
  readonly html: string
  readonly sarif: string
}

/**
 * `report.json` is the head's report and may be a baseline; `review.json` is what was judged, and what a run that
 * publishes reads; `report.md` reads well, `report.html` is a map to look at, `report.sarif` is for code scanning.
 */
export const writeReports = async (
  outcome: ReviewOutcome,
  context: CommentContext,
  { reportDir }: Options,
  { environment, workspace }: { readonly environment: Environment; readonly workspace: string },
): Promise<ReportFiles> => {
  const folder = reportDir
    ? resolve(workspace, reportDir)
    : await ownFolder(join(environment.RUNNER_TEMP || tmpdir(), 'plimsoll'))
  await makeFolder(folder)
  const files = {
    json: join(folder, 'report.json'),
    markdown: join(folder, 'report.md'),
    html: join(folder, 'report.html'),
    sarif: join(folder, 'report.sarif'),
  }
  await writeFile(files.json, renderJson(outcome.head))
  await writeFile(
    join(folder, 'review.json'),
    renderJson({ ...outcome.review, about: aboutOf(outcome, context) }),
  )
  await writeFile(files.markdown, renderSummary(outcome.review, context))
  await writeFile(files.html, renderHtml(outcome.review, outcome, context))
  const { name, version, dockerfile } = context
  const about = { rules, name, version, dockerfile, home: homeOf(environment), forUpload: true }
  await writeFile(files.sarif, renderSarif(outcome.review, about))
  return files
}

const aboutOf = ({ sameInputs, isNew }: ReviewOutcome, context: CommentContext): ReviewAbout => ({
  name: context.name,
  dockerfile: context.dockerfile,
  target: context.target,
  minChangeBytes: minChangeOf(context),
  sameInputs,
  isNew,
})

/** The repository that this action was taken from; a local one has none. */
const homeOf = ({
  GITHUB_SERVER_URL: server,
  GITHUB_ACTION_REPOSITORY: repository,
}: Environment): string | null => (server && repository ? `${server}/${repository}` : null)

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
