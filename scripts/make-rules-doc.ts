/**
 * Writes docs/rules.md from the rules and the hazard rules, and docs/rewrites.md from the rewrites. `--check`: writes
 * nothing and fails when a page is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rewritesPage } from '../src/fix/rewrites/rewrites-page.ts'
import { hazardsPage } from '../src/hazards/hazards-page.ts'
import { rulesPage } from '../src/rules/rules-page.ts'

const pages = { 'rules.md': `${rulesPage()}\n${hazardsPage()}`, 'rewrites.md': rewritesPage() }

for (const [name, text] of Object.entries(pages)) {
  const page = join(import.meta.dirname, '..', 'docs', name)
  if (!process.argv.includes('--check')) writeFileSync(page, text)
  else if (readFileSync(page, 'utf8') !== text) {
    console.error(`docs/${name} is out of date: run \`node scripts/make-rules-doc.ts\``)
    process.exitCode = 1
  }
}
