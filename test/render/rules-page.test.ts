import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderRuleList, renderRulePage } from '../../src/render/rules-page.ts'
import type { Rule } from '../../src/rules/rule.ts'

const style = { color: false, width: 80 }

const rule = (overrides: Partial<Rule> = {}): Rule => ({
  id: 'apt-lists',
  category: 'package-cache',
  title: 'APT package lists',
  why: 'They are fetched again by the next `apt-get update` and no program reads them when the image runs.',
  fix: 'End the `RUN` that updates with `&& rm -rf /var/lib/apt/lists/*`.',
  examples: {
    finds: [{ path: '/var/lib/apt/lists/x_Packages' }],
    ignores: [{ path: '/var/lib/apt/lists/lock' }],
  },
  ...overrides,
})

test('the catalogue lists rules by category', () => {
  const rules = [
    rule(),
    rule({ id: 'go-toolchain', category: 'compiler', title: 'Go toolchain' }),
    rule({ id: 'pip-cache', title: 'pip cache' }),
  ]
  assert.equal(
    renderRuleList(rules, style),
    `package-cache
  apt-lists     APT package lists
  pip-cache     pip cache

compiler
  go-toolchain  Go toolchain

plimsoll rules ID shows one of them
`,
  )
})

test('a rule has a page that says why, what to change and what it finds', () => {
  assert.equal(
    renderRulePage(rule(), style),
    `APT package lists
apt-lists · package-cache

Why
  They are fetched again by the next \`apt-get update\` and no program reads them
  when the image runs.

What to change
  End the \`RUN\` that updates with \`&& rm -rf /var/lib/apt/lists/*\`.

Finds
  /var/lib/apt/lists/x_Packages

Leaves alone
  /var/lib/apt/lists/lock

To silence it, add apt-lists to ignore.
`,
  )
})
