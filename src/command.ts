/** The command: arguments in, text on standard output, an exit status. */
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type CommandLine, parseCommandLine } from './arguments.ts'
import type { BuildLog } from './build/build-log.ts'
import { demoReview } from './demo.ts'
import { finalStage } from './dockerfile/final-stage.ts'
import { parseDockerfile } from './dockerfile/parse-dockerfile.ts'
import { messageOf, UserError } from './errors.ts'
import { fixImage, writeFix } from './fix-image.ts'
import { helpText } from './help.ts'
import { parseReference } from './image/reference.ts'
import { type InspectRequest, type InspectWorld, inspectImages } from './inspect.ts'
import { findSecrets, maskErrors, maskLog } from './masking.ts'
import { mergeValues, type Options, parseOptions, unknownName } from './options.ts'
import { checkPlatforms, type ReviewOutcome, reviewChange } from './pipeline.ts'
import type { CommentContext } from './render/context.ts'
import { renderFix } from './render/fix.ts'
import { type HtmlReports, renderHtml } from './render/html.ts'
import { renderJson } from './render/json.ts'
import { renderInspectMarkdown } from './render/markdown-report.ts'
import { renderRuleList, renderRulePage } from './render/rules-page.ts'
import { renderSarif } from './render/sarif.ts'
import { renderSummary } from './render/summary.ts'
import { renderInspect, renderReview, type Style } from './render/terminal.ts'
import { judgeBudgets } from './report/budgets.ts'
import { applyIgnores, ignoreNotes } from './report/ignore.ts'
import { review } from './report/review.ts'
import type { ImageReport, Review } from './report/types.ts'
import { rules } from './rules/index.ts'
import { formatBytes } from './units.ts'
import { unlessStopped } from './unless-stopped.ts'
import { VERSION } from './version.ts'
import {
  type Environment,
  lazyEngine,
  openCheckout,
  ownPlatform,
  readConfigFile,
  readReportFile,
  readText,
  type Stop,
  today,
  withTempDir,
} from './world.ts'

/** What a terminal is, as far as the command cares. */
export interface Terminal {
  readonly write: (text: string) => void
  readonly isTTY: boolean
  readonly columns: number | undefined
}

export interface CommandWorld {
  readonly argv: readonly string[]
  readonly environment: Environment
  readonly cwd: string
  readonly stdout: Terminal
  readonly stderr: Terminal
  readonly stop: Stop
}

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

/** Colour only where a terminal shows it (no-color.org). */
const styleOf = (line: CommandLine, { stdout, environment }: CommandWorld): Style => ({
  color:
    line.color &&
    stdout.isTTY &&
    line.output === null &&
    !environment.NO_COLOR &&
    environment.TERM !== 'dumb',
  width: stdout.columns ?? 100,
})

const rulesText = (line: CommandLine, style: Style): string => {
  const id = line.operands[0]
  if (id === undefined)
    return line.format === 'json' ? renderJson(rules.map(ruleJson)) : renderRuleList(rules, style)
  const rule = rules.find(each => each.id === id)
  if (!rule)
    throw new UserError(
      `rule ${unknownName(
        id,
        rules.map(each => each.id),
      )}`,
    )
  return line.format === 'json' ? renderJson(ruleJson(rule)) : renderRulePage(rule, style)
}

const ruleJson = ({ id, category, title, why, fix }: (typeof rules)[number]): object => ({
  id,
  category,
  title,
  why,
  fix,
})

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

const inspectText = (report: ImageReport, options: Options, line: CommandLine, style: Style): string => {
  const name = options.name ?? report.image.source
  switch (line.format) {
    case 'json':
      return renderJson(report)
    case 'markdown':
      return renderInspectMarkdown(report)
    case 'sarif':
      return renderSarif(report, { ...CATALOGUE, name, dockerfile: options.build.file })
    case 'html':
      return renderHtml(report, { base: null, head: report }, { name, version: VERSION })
    case 'text':
      return renderInspect(report, style)
  }
}

/** What SARIF says of Plimsoll itself. The command does not know which repository it was taken from. */
const CATALOGUE = { rules, version: VERSION, home: null }

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

const reviewText = (
  result: Review,
  reports: HtmlReports,
  context: CommentContext,
  line: CommandLine,
  style: Style,
): string => {
  switch (line.format) {
    case 'json':
      return renderJson(result)
    case 'markdown':
      return renderSummary(result, context)
    case 'sarif':
      return renderSarif(result, { ...CATALOGUE, name: context.name, dockerfile: context.dockerfile })
    case 'html':
      return renderHtml(result, reports, context)
    case 'text':
      return renderReview(result, context, style)
  }
}

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

/** Reports of images that are read now, and of saved ones, in order. */
const reportsOf = async (
  operands: readonly string[],
  options: Options,
  line: CommandLine,
  world: CommandWorld,
): Promise<ImageReport[]> => {
  const references = operands.map(parseReference)
  const images = references.filter(reference => reference.scheme !== 'report')
  const builtFrom = options.build.file === null ? null : await dockerfileOf(options, world)
  const requests: InspectRequest[] = images.map(reference => ({ reference, builtFrom }))
  const saved = new Map<string, ImageReport>()
  for (const reference of references)
    if (reference.scheme === 'report')
      saved.set(reference.text, await readReportFile(resolve(world.cwd, reference.path), reference.text))
  const read =
    requests.length > 0
      ? await unlessStopped(world.stop.signal, inspectImages(requests, inspectWorld(options, line, world)))
      : []
  return references.map(reference => saved.get(reference.text) ?? read[images.indexOf(reference as never)]!)
}

const dockerfileOf = async (options: Options, world: CommandWorld): Promise<InspectRequest['builtFrom']> => {
  const file = options.build.file!
  const { target, buildArgs } = options.build
  const text = await readText(resolve(world.cwd, file), `--file: ${file}`)
  if (text === null) throw new UserError(`--file: there is no Dockerfile at ${file}`)
  // one that does not parse is said so before an image is read
  finalStage(parseDockerfile(text, file), { target })
  return { text, file, target, buildArgs }
}

const inspectWorld = (options: Options, line: CommandLine, world: CommandWorld): InspectWorld => ({
  engine: lazyEngine(world.environment),
  platform: options.build.platform ?? ownPlatform(),
  environment: world.environment,
  signal: world.stop.signal,
  silenceMs: options.build.timeoutMs,
  onProgress: progress(line, world.stderr),
  cacheDir: options.cacheDir && resolve(world.cwd, options.cacheDir),
})

const PROGRESS_BYTES = 10e6

/** A moving line on a terminal, nothing elsewhere. */
const progress = (line: CommandLine, stderr: Terminal): ((bytes: number) => void) => {
  if (line.quiet || !stderr.isTTY) return () => undefined
  let shown = 0
  process.once('exit', () => {
    if (shown > 0) stderr.write('\r\u001b[K')
  })
  return bytes => {
    if (Math.abs(bytes - shown) < PROGRESS_BYTES) return
    shown = bytes
    stderr.write(`\rreading ${formatBytes(bytes)}\u001b[K`)
  }
}

const terminalLog = (line: CommandLine, { stderr }: CommandWorld): BuildLog => ({
  group: title => {
    if (!line.quiet) stderr.write(`${title}\n`)
  },
  line: text => {
    if (!line.quiet) stderr.write(`  ${text}\n`)
  },
  endGroup: () => undefined,
})
