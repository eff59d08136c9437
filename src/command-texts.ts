/** What the command answers, in the format that was asked for. */
import type { CommandLine } from './arguments.ts'
import type { CommandWorld } from './command-world.ts'
import { UserError } from './errors.ts'
import { type Options, unknownName } from './options.ts'
import type { CommentContext } from './render/context.ts'
import { type HtmlReports, renderHtml } from './render/html.ts'
import { renderJson } from './render/json.ts'
import { renderInspectMarkdown } from './render/markdown-report.ts'
import { renderRuleList, renderRulePage } from './render/rules-page.ts'
import { renderSarif } from './render/sarif.ts'
import { renderSummary } from './render/summary.ts'
import { renderInspect, renderReview, type Style } from './render/terminal.ts'
import type { ImageReport, Review } from './report/types.ts'
import { rules } from './rules/index.ts'
import { VERSION } from './version.ts'

/** Colour only where a terminal shows it (no-color.org). */
export const styleOf = (line: CommandLine, { stdout, environment }: CommandWorld): Style => ({
  color:
    line.color &&
    stdout.isTTY &&
    line.output === null &&
    !environment.NO_COLOR &&
    environment.TERM !== 'dumb',
  width: stdout.columns ?? 100,
})

export const rulesText = (line: CommandLine, style: Style): string => {
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

export const inspectText = (
  report: ImageReport,
  options: Options,
  line: CommandLine,
  style: Style,
): string => {
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

export const reviewText = (
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
