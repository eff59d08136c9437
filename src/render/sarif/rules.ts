/** The table of rules in SARIF: every rule of the catalogue, then what else the results name. */
import type { BudgetResult, Hazard } from '../../report/types.ts'
import type { Rule } from '../../rules/rule.ts'
import { sarifText } from '../escape/sarif.ts'
import type { SarifRule } from './types.ts'

/** @param home the web address of Plimsoll's own repository, where docs/rules.md is; null where it is not known */
export const ruleRow = ({ id, title, why, fix, category }: Rule, home: string | null): SarifRule => ({
  id,
  name: pascal(id),
  shortDescription: { text: sarifText(title) },
  fullDescription: { text: sarifText(why) },
  help: {
    text: `${sarifText(why)}\n\n${sarifText(fix)}`,
    markdown: `**${title}.** ${why}\n\n**What to change:** ${fix}`,
  },
  ...(home === null ? {} : { helpUri: `${home}/blob/HEAD/docs/rules.md#${id}` }),
  defaultConfiguration: { level: 'warning' },
  properties: { tags: ['container-image', category] },
})

/** A rule that a saved report names and this catalogue does not have, or a kind of hazard. */
export const namedRow = ({ rule, title, reason }: Pick<Hazard, 'rule' | 'title' | 'reason'>): SarifRule => ({
  id: sarifText(rule, 100),
  name: pascal(rule),
  shortDescription: { text: sarifText(title, 400) },
  fullDescription: { text: sarifText(reason, 400) },
  help: { text: sarifText(reason, 400) },
  defaultConfiguration: { level: 'warning' },
  properties: { tags: ['container-image'] },
})

const BUDGETS: Readonly<Record<BudgetResult['name'], string>> = {
  'max-size': 'The image is larger than its budget',
  'max-increase': 'The image grew by more than its budget',
  'max-leftovers': 'The image holds more build leftovers than its budget',
  'max-layers': 'The image has more layers than its budget',
  'warn-increase': 'The image grew by more than the warning level',
}

export const budgetRow = ({ name }: Pick<BudgetResult, 'name'>): SarifRule => ({
  id: name,
  name: pascal(name),
  shortDescription: { text: BUDGETS[name] },
  fullDescription: { text: `${BUDGETS[name]}, which the option ${name} sets.` },
  help: { text: `Make the image smaller, or raise ${name} in the same pull request and say why.` },
  defaultConfiguration: { level: name === 'warn-increase' ? 'warning' : 'error' },
  properties: { tags: ['container-image', 'budget'] },
})

/** `apt-lists` to `AptLists`. */
const pascal = (id: string): string =>
  id
    .replace(/[^\w-]+/g, '')
    .split('-')
    .map(word => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('')
