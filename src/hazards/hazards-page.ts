/** The catalogue of hazards as Markdown: the second part of `docs/rules.md`. */
import type { HazardRule } from './hazard.ts'
import { hazardRules } from './index.ts'

const HEAD = `# What will not work when the image runs

<!-- Made from src/hazards by scripts/make-rules-doc.ts. Change the rules, not this page. -->

A *hazard* carries no bytes and counts in no budget of size; \`fail-on: new-hazards\` fails for one that a pull request
brings in. Only what is certain is told. Where the base image is known, the files of the layers above it are judged, and
what the command starts; else all files that no system package owns. An ELF file whose header, dynamic section or
strings could not be kept while the image was read is listed as not examined: nothing is said of it, and nothing follows
from it.
`

/** All hazard rules, in the order in which they are told. */
export const hazardsPage = (): string => {
  const table = hazardRules.map(rule => `| [\`${rule.id}\`](#${rule.id}) | ${rule.title} |`)
  return [
    HEAD,
    '| Rule | Finds |',
    '| --- | --- |',
    ...table,
    '',
    hazardRules.map(hazardPage).join('\n'),
  ].join('\n')
}

/** One rule: its words. */
const hazardPage = (rule: HazardRule): string =>
  [`## ${rule.id}`, '', `**${rule.title}.** ${rule.why}`, '', `*Fix:* ${rule.fix}`, ''].join('\n')
