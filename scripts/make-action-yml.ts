/** Writes the inputs of action.yml and the README's table from `src/inputs.ts`; `--check` compares. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OUTPUT_NAMES, type OutputName } from '../src/github/write-outputs.ts'
import { inputSpecs } from '../src/inputs.ts'

const root = join(import.meta.dirname, '..')

/** An expression of the workflow language, not of this one. */
const TOKEN = ['$', '{{ github.token }}'].join('')

const OUTPUTS: Readonly<Record<OutputName, string>> = {
  size: 'Size of the image in bytes (uncompressed content)',
  'base-size': 'Size of the base image; empty without a base',
  'size-diff': 'Difference in bytes; empty without a base',
  'size-diff-percent': 'Difference in percent, two decimals; empty without a base',
  'leftover-size': 'Bytes of build leftovers in the image',
  findings: 'Number of findings in the image',
  passed: '`true` unless the check fails',
  imageid: 'Id of the image that was built',
  'base-sha': 'Commit that was compared with',
  'report-json': 'Path of the image report',
  'report-markdown': 'Path of the review as Markdown',
  'report-html': 'Path of the map of both images, one file to open in a browser',
  'report-sarif': 'Path of the findings as SARIF, for code scanning',
  baseline: 'Path of the report that was saved as a baseline; empty where none was',
  'comment-id': 'Id of the comment',
  'comment-written': '`true` when the comment on the pull request is up to date',
  json: 'Small machine-readable summary',
}

/** A single-quoted YAML string. */
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

const actionInputs = inputSpecs().filter(([, spec]) => spec.where.includes('action'))

const actionYml = (): string => {
  const inputs = actionInputs.map(([name, spec]) => {
    const fallback = name === 'github-token' ? TOKEN : spec.where.includes('file') ? undefined : spec.fallback
    return [
      `  ${name}:`,
      `    description: ${quoted(spec.about)}`,
      '    required: false',
      ...(fallback === undefined ? [] : [`    default: ${quoted(fallback)}`]),
    ].join('\n')
  })
  const outputs = OUTPUT_NAMES.map(name => `  ${name}:\n    description: ${quoted(OUTPUTS[name])}`)
  return `# Inputs and outputs are written by "npm run action-yml" from src/inputs.ts
name: Plimsoll
description: ${quoted('The load line for container images: what a pull request adds, why, and what does not belong there')}
author: Plimsoll
branding:
  icon: minimize-2
  color: blue
inputs:
${inputs.join('\n')}
outputs:
${outputs.join('\n')}
runs:
  using: node24
  main: dist/action/index.js
`
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

const inputsPage = (): string => `# Inputs and outputs

Written by \`npm run action-yml\` from \`src/inputs.ts\`. No input is required. Names that
\`docker/build-push-action\` has mean the same here. The command's options have the same names (\`--max-size\`), and those marked
"file" may stand in \`.github/plimsoll.yml\`; what is given for a run wins over the file.

| Input | Default | | |
|:--|:--|:--|:--|
${inputSpecs()
  .map(([name, spec]) => {
    const where = spec.where.map(place => (place === 'action' ? 'action' : place)).join(', ')
    const fallback = name === 'github-token' ? `\`${TOKEN}\`` : spec.fallback ? `\`${spec.fallback}\`` : ''
    return `| \`${name}\` | ${fallback} | ${cell(spec.about)} | ${where} |`
  })
  .join('\n')}

Lists (\`build-args\`, \`secrets\`, \`ignore\` …) have one item a line, with CSV quoting; ${inputSpecs()
  .filter(([, spec]) => spec.kind === 'csv')
  .map(([name]) => `\`${name}\``)
  .join(', ')} are split at commas too. Sizes are \`20 MB\` (1000s) or \`20 MiB\` (1024s).

| Output | |
|:--|:--|
${OUTPUT_NAMES.map(name => `| \`${name}\` | ${cell(OUTPUTS[name])} |`).join('\n')}
`

const files: readonly (readonly [string, string])[] = [
  ['action.yml', actionYml()],
  [join('docs', 'inputs.md'), inputsPage()],
]
let stale = false
for (const [name, text] of files) {
  const path = join(root, name)
  if (process.argv.includes('--check')) {
    let before = ''
    try {
      before = readFileSync(path, 'utf8')
    } catch {
      // missing is stale too
    }
    if (before !== text) {
      stale = true
      console.error(`${name} is not what src/inputs.ts says: run "npm run action-yml"`)
    }
  } else writeFileSync(path, text)
}
process.exitCode = stale ? 1 : 0
