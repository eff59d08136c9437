/** `plimsoll rules` and `plimsoll rules ID`: the catalogue and one rule's page, for a terminal. */
import type { Rule } from '../rules/rule.ts'
import { terminalText } from './escape/terminal.ts'
import { cell, layColumns } from './terminal/columns.ts'
import { proseLines } from './terminal/sections.ts'
import { paintsOf, type Style, usableWidth } from './terminal/style.ts'

/** One line a rule, by category, in the order in which they claim files. */
export const renderRuleList = (rules: readonly Rule[], style: Style): string => {
  const paints = paintsOf(style)
  const categories = [...new Set(rules.map(({ category }) => category))]
  const idWidth = Math.max(0, ...rules.map(({ id }) => id.length))
  const sections = categories.map(category => {
    const rows = rules
      .filter(rule => rule.category === category)
      .map(({ id, title }) => [
        cell(terminalText(id).padEnd(idWidth), paints.name),
        cell(terminalText(title)),
      ])
    return [paints.strong(category), ...layColumns([{}, { flexible: 'end' }], rows, usableWidth(style))].join(
      '\n',
    )
  })
  return `${[...sections, paints.faint('plimsoll rules ID shows one of them')].join('\n\n')}\n`
}

/** Title, why it does not belong, what to change, and examples of what it finds and leaves alone. */
export const renderRulePage = (rule: Rule, style: Style): string => {
  const paints = paintsOf(style)
  const width = usableWidth(style)
  const text = (words: string): string =>
    proseLines(words, width - 2, paints)
      .map(line => `  ${line}`)
      .join('\n')
  const sections = [
    `${paints.strong(terminalText(rule.title))}\n${paints.faint(`${rule.id} · ${rule.category}`)}`,
    `${paints.strong('Why')}\n${text(rule.why)}`,
    `${paints.strong('What to change')}\n${text(rule.fix)}`,
    ...examples('Finds', rule.examples.finds, paints.strong),
    ...examples('Leaves alone', rule.examples.ignores, paints.strong),
    paints.faint(`To silence it, add ${rule.id} to ignore.`),
  ]
  return `${sections.join('\n\n')}\n`
}

const examples = (
  title: string,
  list: Rule['examples']['finds'],
  strong: (text: string) => string,
): readonly string[] => {
  const names = list.flatMap(({ path, package: pkg }) =>
    path !== undefined ? [path] : pkg !== undefined ? [`package ${pkg.name}`] : [],
  )
  const lines = [...new Set(names)].slice(0, 6).map(name => `  ${terminalText(name)}`)
  return lines.length === 0 ? [] : [`${strong(title)}\n${lines.join('\n')}`]
}
