import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ACTION, runAct } from './act.ts'
import { needProgram } from './need.ts'

const ACTION_YML = `name: Try
description: Says what it is given
inputs:
  max-size: { description: A limit, required: false }
  github-token: { description: A token, default: '\${{ github.token }}' }
runs: { using: node24, main: index.js }
`
const INDEX_JS = `const { appendFileSync } = require('node:fs')
const { execSync } = require('node:child_process')
appendFileSync(process.env.GITHUB_OUTPUT, 'size<<end\\n4\\n2\\nend\\n')
appendFileSync(process.env.GITHUB_STEP_SUMMARY, '## Summary\\n')
console.log('::error file=Dockerfile,line=3::too%0Alarge')
const names = ['GITHUB_SHA', 'GITHUB_API_URL', 'GITHUB_REPOSITORY', 'GITHUB_RUN_ID', 'GITHUB_REF', 'DOCKER_HOST', 'STRAY']
const seen = Object.fromEntries(names.map(name => [name, process.env[name] ?? null]))
const head = execSync('git rev-parse HEAD', { encoding: 'utf8' }).trim()
const token = process.env['INPUT_GITHUB-TOKEN'] === 'secret-' + 'one'
console.log(JSON.stringify({ ...seen, head, token, limit: process.env['INPUT_MAX-SIZE'], node: process.execPath }))
process.exitCode = 1
`
const WORKFLOW = `on: pull_request
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - uses: ${ACTION}
        id: image
        with: { max-size: 1 MB }
      - if: always()
        id: after
        env: { SIZE: '\${{ steps.image.outputs.size }}', OUTCOME: '\${{ steps.image.outcome }}' }
        run: echo "$OUTCOME $SIZE" | tr '\\n' ' '
`

const folderWith = (t: TestContext, files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

test('act runs an action of a folder on a checkout, and says what became of each step', async t => {
  if (!needProgram(t, 'act')) return
  const actionFolder = folderWith(t, { 'action.yml': ACTION_YML, 'index.js': INDEX_JS })
  const folder = folderWith(t, { '.github/workflows/image.yml': WORKFLOW, Dockerfile: 'FROM scratch\n' })
  const git = (...words: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...words], {
      cwd: folder,
      encoding: 'utf8',
    }).trim()
  git('init', '--quiet', '--initial-branch=main')
  git('add', '--all')
  git('commit', '--quiet', '--message=One')
  const head = git('rev-parse', 'HEAD')

  process.env.STRAY = 'not for the steps'
  const { status, steps, output } = await runAct({
    folder,
    actionFolder,
    event: { number: 7, pull_request: { number: 7, head: { ref: 'feature' }, base: { ref: 'main' } } },
    apiUrl: 'http://127.0.0.1:9',
    token: 'secret-one',
    runId: '77',
    environment: { DOCKER_HOST: 'unix:///nowhere' },
  })

  assert.equal(status, 1, output)
  const step = steps.find(({ id }) => id === 'image')
  assert.equal(step?.result, 'failure')
  assert.deepEqual(step.outputs, { size: '4\n2' })
  assert.equal(step.summary, '## Summary\n')
  assert.deepEqual(step.commands, [
    { name: 'error', properties: { file: 'Dockerfile', line: '3' }, message: 'too\nlarge' },
  ])
  assert.deepEqual(JSON.parse(step.output), {
    GITHUB_SHA: head,
    GITHUB_API_URL: 'http://127.0.0.1:9',
    GITHUB_REPOSITORY: 'octo/app',
    GITHUB_RUN_ID: '77',
    GITHUB_REF: 'refs/pull/7/merge',
    DOCKER_HOST: 'unix:///nowhere',
    STRAY: null,
    head,
    token: true,
    limit: '1 MB',
    node: process.execPath,
  })
  assert.equal(steps.find(({ id }) => id === 'after')?.output.trim(), 'failure 4 2')
  assert.doesNotMatch(output, /secret-one/)
  assert.equal(git('status', '--porcelain'), '')
})
