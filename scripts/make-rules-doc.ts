/** Writes docs/rules.md from the rules and the hazard rules. `--check`: writes nothing and fails when the page is out of date. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hazardsPage } from '../src/hazards/hazards-page.ts'
import { rulesPage } from '../src/rules/rules-page.ts'

const page = join(import.meta.dirname, '..', 'docs', 'rules.md')
const text = `${rulesPage()}\n${hazardsPage()}`

if (!process.argv.includes('--check')) writeFileSync(page, text)
else if (readFileSync(page, 'utf8') !== text) {
  console.error('docs/rules.md is out of date: run `node scripts/make-rules-doc.ts`')
  process.exitCode = 1
}
