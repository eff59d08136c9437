/** `--format sarif` and `report.sarif`: SARIF 2.1.0 for code scanning and editors. */
import type { BudgetResult, Finding, Hazard, ImageReport, Review } from '../report/types.ts'
import type { Rule } from '../rules/rule.ts'
import { sarifText } from './escape/sarif.ts'
import { renderJson } from './json.ts'
import { isBroken } from './model/budgets.ts'
import { type RankedResult, resultsOf, SOURCE_ROOT } from './sarif/results.ts'
import { budgetRow, namedRow, ruleRow } from './sarif/rules.ts'
import type { SarifResult, SarifRule } from './sarif/types.ts'

export interface SarifContext {
  readonly rules: readonly Rule[]
  /** The image's name for people; results of another name are another set. */
  readonly name: string
  /** Plimsoll's version. */
  readonly version: string
  /** The Dockerfile's path in the repository, for results that no line is known of; or null. */
  readonly dockerfile: string | null
  /** The web address of Plimsoll's own repository, for help links; or null. */
  readonly home: string | null
  /** Results that are gone (`absent`) are left out: code scanning would open an alert for each. */
  readonly forUpload?: boolean
}

/** Code scanning shows this many results of a run and drops the rest. */
const MAX_RESULTS = 5000

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

export const renderSarif = (subject: Review | ImageReport, context: SarifContext): string => {
  const rules = ruleTable(subject, context)
  const indexes = new Map(rules.map(({ id }, index) => [id, index]))
  const all = resultsOf(subject, context.dockerfile)
    .filter(({ result }) => !context.forUpload || result.baselineState !== 'absent')
    .sort(byImportance)
    .map(({ result }) => indexed(result, indexes))
  const left = all.length - MAX_RESULTS
  return renderJson({
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Plimsoll',
            semanticVersion: context.version,
            ...(context.home === null ? {} : { informationUri: context.home }),
            rules,
          },
        },
        // code scanning reads what is before the last slash as the category
        automationDetails: { id: `plimsoll/${sarifText(context.name, 100).replaceAll('/', '_')}/` },
        originalUriBaseIds: { [SOURCE_ROOT]: { description: { text: 'The root of the repository.' } } },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true, ...(left > 0 ? leftOut(left) : {}) }],
        results: all.slice(0, MAX_RESULTS),
      },
    ],
  })
}

const leftOut = (left: number): object => ({
  toolExecutionNotifications: [
    { level: 'warning', message: { text: `${left} more results are not in this file: the smallest ones.` } },
  ],
})

const RANKS: Readonly<Record<SarifResult['level'], number>> = { error: 0, warning: 1, note: 2, none: 3 }

const byImportance = (a: RankedResult, b: RankedResult): number =>
  RANKS[a.result.level] - RANKS[b.result.level] ||
  Number(b.result.baselineState === 'new') - Number(a.result.baselineState === 'new') ||
  b.weight - a.weight

const indexed = (result: SarifResult, indexes: ReadonlyMap<string, number>): SarifResult => {
  const { ruleId, ...rest } = result
  const ruleIndex = indexes.get(ruleId)
  return { ruleId, ...(ruleIndex === undefined ? {} : { ruleIndex }), ...rest }
}

const ruleTable = (subject: Review | ImageReport, { rules, home }: SarifContext): SarifRule[] => {
  const table = new Map(rules.map(rule => [rule.id, ruleRow(rule, home)]))
  for (const named of [...valuesOf<Finding>(subject.findings), ...valuesOf<Hazard>(subject.hazards)]) {
    const row = namedRow(named)
    if (!table.has(row.id)) table.set(row.id, row)
  }
  for (const budget of budgetsOf(subject)) table.set(budget.name, budgetRow(budget))
  return [...table.values()]
}

const valuesOf = <T>(found: readonly T[] | object): readonly T[] =>
  Array.isArray(found) ? found : (Object.values(found).flat() as T[])

const budgetsOf = (subject: Review | ImageReport): readonly BudgetResult[] =>
  'verdict' in subject ? subject.budgets.filter(isBroken) : []
