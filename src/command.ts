/** The command: arguments in, text on standard output, an exit status. */
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type CommandLine, parseCommandLine } from './arguments.ts'
import { reportsOf } from './command-reports.ts'
import { inspectText, reviewText, rulesText, styleOf } from './command-texts.ts'
import { type CommandWorld, inspectWorld, terminalLog } from './command-world.ts'
import { demoReview } from './demo.ts'
import { messageOf, UserError } from './errors.ts'
import { fixImage, writeFix } from './fix-image.ts'
import { helpText } from './help.ts'
import { findSecrets, maskErrors, maskLog } from './masking.ts'
import { mergeValues, type Options, parseOptions } from './options.ts'
import { checkPlatforms, type ReviewOutcome, reviewChange } from './pipeline.ts'
import type { CommentContext } from './render/context.ts'
import { renderFix } from './render/fix.ts'
import type { HtmlReports } from './render/html.ts'
import { renderJson } from './render/json.ts'
import type { Style } from './render/terminal.ts'
import { judgeBudgets } from './report/budgets.ts'
import { applyIgnores, ignoreNotes } from './report/ignore.ts'
import { review } from './report/review.ts'
import type { Review } from './report/types.ts'
import { VERSION } from './version.ts'
import { openCheckout, readConfigFile, readReportFile, today, withTempDir } from './world.ts'

/** @returns the exit status: 0, 1 or 2, or that of the signal that stopped it */
export const runCommand = async (world: CommandWorld): Promise<number> => {
  try {
    const line = parseCommandLine(world.argv)
    const { text, status } = await answer(line, world)
    if (line.output) await writeOutput(line.output, text, world)
    else world.stdout.write(text)
    return status
  } catch (error) {
    const stopped = world.stop.status()
    if (stopped !== null) return stopped
    const known = error instanceof UserError
    world.stderr.write(
      `plimsoll: ${known ? oneLine(error.message) : ((error as Error)?.stack ?? messageOf(error))}\n`,
    )
    if (!known)
      world.stderr.write(
        'plimsoll: this is a fault of Plimsoll itself: please report it with the lines above\n',
      )
    return 2
  }
}

const writeOutput = async (path: string, text: string, { cwd }: CommandWorld): Promise<void> => {
  try {
    await writeFile(resolve(cwd, path), text)
  } catch (error) {
    throw new UserError(`--output: ${path} cannot be written: ${messageOf(error)}`)
  }
}

const oneLine = (text: string): string => text.replace(/[\r\n\t]+/g, ' ').replace(/[^\P{Cc}]/gu, '?')

interface Answer {
  readonly text: string
  readonly status: number
}

const answer = async (line: CommandLine, world: CommandWorld): Promise<Answer> => {
  const style = styleOf(line, world)
  switch (line.command) {
    case 'help':
      return { text: helpText(), status: 0 }
    case 'version':
      return { text: `${VERSION}\n`, status: 0 }
    case 'rules':
      return { text: rulesText(line, style), status: 0 }
    case 'inspect':
      return inspectCommand(line, world, style)
    case 'compare':
      return compareCommand(line, world, style)
    case 'review':
      return reviewCommand(line, world, style)
    case 'fix':
      return fixCommand(line, world, style)
    case 'demo':
      return demoCommand(line, world, style)
  }
}

const inspectCommand = async (line: CommandLine, world: CommandWorld, style: Style): Promise<Answer> => {
  const options = await optionsOf(line, world)
  const [report] = await reportsOf([line.operands[0]!], options, line, world)
  const shown = report!
  const { report: judged } = applyIgnores(shown, options.ignore, today())
  const budgets = judgeBudgets(options.budgets, {
    size: judged.size,
    layers: judged.layers.length,
    baseContent: null,
    delta: null,
  })
  const broken = budgets.some(budget => budget.level === 'fail' && budget.passed === false)
  const failed =
    (options.failOn.includes('budget') && broken) ||
    (options.failOn.includes('leftovers') && judged.size.leftovers > 0)
  const text = inspectText(shown, options, line, style)
  return { text, status: failed && !options.warnOnly ? 1 : 0 }
}

const compareCommand = async (line: CommandLine, world: CommandWorld, style: Style): Promise<Answer> => {
  const options = await optionsOf(line, world)
  const reports = await reportsOf(line.operands, options, line, world)
  const [base, head] = reports.map(report => applyIgnores(report, options.ignore, today()))
  checkPlatforms(base!.report, head!.report)
  const result = review({
    base: base!.report,
    head: head!.report,
    baseRef: { ref: null, how: null },
    headRef: { ref: null, how: null },
    baseMissing: null,
    budgets: options.budgets,
    ignored: head!.ignored,
    failOn: options.failOn,
    warnOnly: options.warnOnly,
    minChangeBytes: options.minChangeBytes,
  })
  const name = options.name ?? head!.report.image.source
  const context = contextOf(name, options, ignoreNotes(head!.ignored), null)
  return reviewAnswer(result, { base: base!.report, head: head!.report }, context, line, style)
}

const reviewCommand = async (line: CommandLine, world: CommandWorld, style: Style): Promise<Answer> => {
  const options = await optionsOf(line, world)
  const outcome = await withTempDir(null, async tempDir =>
    reviewChange(options, {
      ...inspectWorld(options, line, world),
      environment: world.environment,
      workingDirectory: world.cwd,
      git: await openCheckout(world.cwd, world.environment, world.stop.signal),
      event: null,
      askApi: null,
      log: terminalLog(line, world),
      tempDir,
      readReport: readReportFile,
      today: today(),
    }),
  )
  return outcomeAnswer(outcome, options, line, style)
}

const outcomeAnswer = (outcome: ReviewOutcome, options: Options, line: CommandLine, style: Style): Answer => {
  const name = options.name ?? options.build.target ?? outcome.dockerfile ?? outcome.head.image.source
  return reviewAnswer(
    outcome.review,
    outcome,
    contextOf(name, options, outcome.notes, outcome.dockerfile),
    line,
    style,
  )
}

const fixCommand = async (line: CommandLine, world: CommandWorld, style: Style): Promise<Answer> => {
  const options = await optionsOf(line, world)
  const git = await openCheckout(world.cwd, world.environment, world.stop.signal)
  const { any } = await findSecrets(options, world.environment, world.cwd)
  const outcome = await withTempDir(null, tempDir =>
    maskErrors(any, () =>
      fixImage(options, {
        ...inspectWorld(options, line, world),
        environment: world.environment,
        workingDirectory: world.cwd,
        git,
        log: maskLog(terminalLog(line, world), any),
        tempDir,
      }),
    ),
  )
  if (line.write && outcome.shown) await writeFix(outcome, git?.root ?? world.cwd)
  const text = line.format === 'json' ? renderJson(outcome) : renderFix(outcome, style)
  return { text, status: 0 }
}

const demoCommand = async (line: CommandLine, world: CommandWorld, style: Style): Promise<Answer> => {
  const { values, ...demo } = await demoReview(line.build, {
    ...inspectWorld(parseOptions(new Map()), line, world),
    environment: world.environment,
    log: terminalLog(line, world),
  })
  const options = parseOptions(mergeValues(values, line.values))
  const outcome = await demo.run(options)
  const { text } = outcomeAnswer(outcome, options, line, style)
  // a demonstration that shows a failing check has not failed
  return { text, status: 0 }
}

const reviewAnswer = (
  result: Review,
  reports: HtmlReports,
  context: CommentContext,
  line: CommandLine,
  style: Style,
): Answer => ({
  text: reviewText(result, reports, context, line, style),
  status: result.verdict === 'fail' ? 1 : 0,
})

const contextOf = (
  name: string,
  options: Options,
  notes: readonly string[],
  dockerfile: string | null,
): CommentContext => ({
  key: options.commentKey,
  runId: null,
  name,
  headSha: null,
  repositoryUrl: null,
  runUrl: null,
  dockerfile,
  target: options.build.target,
  version: VERSION,
  notes,
  minChangeBytes: options.minChangeBytes,
})

const optionsOf = async (line: CommandLine, world: CommandWorld): Promise<Options> =>
  parseOptions(mergeValues(await readConfigFile(line.values, world.cwd), line.values))
