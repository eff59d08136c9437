/**
 * `npm run lint:workflows`: actionlint and zizmor on every workflow of the repository, every example and every workflow that
 * the documentation shows. Both programs must be on the PATH: CONTRIBUTING.md says where they come from.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { parse } from 'yaml'

const root = join(import.meta.dirname, '..')

/** Labels of runners that are not GitHub's, in the examples. */
const ACTIONLINT_CONFIG = 'self-hosted-runner:\n  labels: [cluster]\n'

const filesBelow = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith(ending))
    .map(name => join(folder, name))

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...filesBelow('docs', '.md'),
  ...filesBelow('examples', '.md'),
]

/** The workflows among a page's blocks of YAML: what has jobs, or steps that a reader puts into a job. */
const workflowsOf = (page: string): string[] =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/^( *)```ya?ml\n([\s\S]*?)^ *```/gm)]
    .map(([, indent = '', block = '']) => block.replace(new RegExp(`^${indent}`, 'gm'), ''))
    .map(asWorkflow)
    .filter(text => text !== null)

const asWorkflow = (block: string): string | null => {
  const value: unknown = parse(block)
  if (Array.isArray(value) && value.some(step => step?.uses !== undefined || step?.run !== undefined))
    return `on: pull_request\npermissions: {}\nname: example\nconcurrency: example-\${{ github.ref }}\njobs:\n  example:\n    name: example\n    runs-on: ubuntu-latest\n    permissions:\n      contents: read # to check out\n      pull-requests: write # to comment\n    steps:\n${block.replace(/^(?=.)/gm, '      ')}`
  return typeof value === 'object' && value !== null && 'jobs' in value ? block : null
}

const run = (program: string, args: readonly string[], cwd: string): boolean => {
  const { status, error, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' })
  if (error) {
    console.error(`${program} cannot be run (${error.message}): CONTRIBUTING.md says how to install it`)
    return false
  }
  console.log(`${program}: ${status === 0 ? 'clean' : `exit status ${status}\n${stdout}${stderr}`}`)
  return status === 0
}

const place = mkdtempSync(join(tmpdir(), 'plimsoll-workflows-'))
try {
  const folder = join(place, '.github', 'workflows')
  mkdirSync(folder, { recursive: true })
  spawnSync('git', ['init', '-q', place])
  const files = [...filesBelow('.github/workflows', '.yml'), ...filesBelow('examples/workflows', '.yml')]
  for (const file of files) cpSync(join(root, file), join(folder, file.replaceAll('/', '-')))
  const shown = pages.flatMap(page => workflowsOf(page).map((text, i) => [page, i + 1, text] as const))
  for (const [page, number, text] of shown)
    writeFileSync(join(folder, `${basename(page, '.md')}-${number}.yml`), text)
  writeFileSync(join(place, '.github', 'actionlint.yaml'), ACTIONLINT_CONFIG)
  for (const name of ['action.yml', 'dist/action/index.js']) cpSync(join(root, name), join(place, name))
  console.log(`${files.length} workflows and examples, ${shown.length} in the documentation`)
  const names = readdirSync(folder).map(name => join('.github', 'workflows', name))
  const actionlint = run('actionlint', ['-no-color', ...names], place)
  const zizmor = run(
    'zizmor',
    ['--offline', '--no-progress', '--color=never', '.github/workflows', 'action.yml'],
    place,
  )
  if (!actionlint || !zizmor) process.exitCode = 1
} finally {
  rmSync(place, { recursive: true, force: true })
}
