import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { neutraliseLine } from '../../src/build/neutralise-log.ts'
import { prepareBase } from '../../src/build/prepare-base.ts'
import { recordLog } from './support/recorded-log.ts'

const TEMP = mkdtempSync(join(tmpdir(), 'prepare-base-'))
after(() => rmSync(TEMP, { recursive: true, force: true }))

const ENVIRONMENT = {
  PATH: process.env.PATH,
  MINE: 'mine',
  INPUT_SECRETS: 'canary',
  GITHUB_TOKEN: 'canary',
  GITHUB_ENV: 'canary',
  ACTIONS_RUNTIME_TOKEN: 'canary',
}

const prepare = async (command: string, timeoutMs = 20_000) => {
  const log = recordLog()
  const where = { directory: TEMP, environment: ENVIRONMENT }
  try {
    await prepareBase(command, where, { log, neutralise: neutraliseLine, timeoutMs })
  } finally {
    assert.equal(log.open, 0)
    assert.deepEqual(log.groups, ['Prepare the base'])
  }
  return log
}

test('the command runs in the base worktree by a shell, and its lines reach the log', async () => {
  const log = await prepare('mkdir -p dist && echo "$MINE" > dist/out\necho "::set-output"')
  assert.equal(readFileSync(join(TEMP, 'dist/out'), 'utf8'), 'mine\n')
  assert.deepEqual(log.lines, [': :set-output'])
})

test('it has what a run: step has of the environment, and no token or input of ours', async () => {
  assert.doesNotMatch((await prepare('env')).text(), /canary/)
})

test('the first command that fails ends it, with the exit code', async () => {
  await assert.rejects(prepare('false\nexit 0'), /^UserError: base-prepare: ended with exit code 1$/)
})

test('it has a time limit', async () => {
  await assert.rejects(prepare('sleep 60', 200), /^UserError: base-prepare: stopped after 0\.2 s$/)
})
