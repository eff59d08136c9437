/** The catalogue as Markdown: `docs/rules.md`, and the page of one rule. */
import { rules } from './index.ts'
import type { Rule, RuleExample } from './rule.ts'

const HEAD = `# What Plimsoll finds

<!-- Made from src/rules by scripts/make-rules-doc.ts. Change the rules, not this page. -->

A *leftover* served the build and is not needed to run. A *hint* may be one: it is shown folded and counts in no
budget. Each file is counted once, by the first rule in this order that takes it; a file with several names is taken
only when all of them fit. Packages are known from the databases of dpkg, apk, rpm and pacman; a development package
that a package you asked for depends on is a hint, and so is a tool that the image's own command or start script runs.
In an image that is made for building (it comes with a toolchain and starts nothing, or its labels say so) the tools
are hints; what came with the base image is one line that names a slimmer base.
`

/** All rules, in claiming order. */
export const rulesPage = (): string => {
  const table = rules.map(rule => `| [\`${rule.id}\`](#${rule.id}) | ${rule.title} | ${rule.category} |`)
  return [
    HEAD,
    '| Rule | Finds | Category |',
    '| --- | --- | --- |',
    ...table,
    '',
    rules.map(rulePage).join('\n'),
  ].join('\n')
}

/** One rule: its words, and examples of what it finds and what it leaves alone. */
const rulePage = (rule: Rule): string =>
  [
    `## ${rule.id}`,
    '',
    `**${rule.title}.** ${rule.why}`,
    '',
    `*Fix:* ${rule.fix}`,
    '',
    'Finds:',
    '',
    ...list(rule.examples.finds.filter(example => example.certainty !== 'hint')),
    '',
    ...hints(rule),
    'Leaves alone:',
    '',
    ...list(rule.examples.ignores),
    '',
  ].join('\n')

const hints = (rule: Rule): string[] => {
  const examples = rule.examples.finds.filter(example => example.certainty === 'hint')
  return examples.length > 0 ? ['Gives a hint:', '', ...list(examples), ''] : []
}

const list = (examples: readonly RuleExample[]): string[] => [
  ...new Set(examples.map(example => `- ${nameOf(example)}`)),
]

const nameOf = (example: RuleExample): string => {
  if (example.package) {
    const asked = example.package.requested === true ? ' when it was asked for' : ''
    return `package \`${example.package.name}\`${asked}${because(example)}`
  }
  return `\`${example.path}\`${example.owner ? ` of \`${example.owner.name}\`` : because(example)}`
}

/** What an example turns on, where it is not its name. */
const because = ({ packages, beside, env, command }: RuleExample): string => {
  const parts = [
    ...(packages ?? []).map(pkg => `\`${pkg.name}\``),
    ...(beside ?? []).map(path => `\`${path}\``),
    ...Object.entries(env ?? {}).map(([name, value]) => `\`${name}=${value}\``),
  ]
  if (command) return ` when the command is \`${command.join(' ')}\``
  return parts.length > 0 ? `, with ${parts.join(' and ')}` : ''
}
