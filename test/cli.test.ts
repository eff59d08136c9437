/** The terminal's entry as a process: what keeps it from answering is one line and exit status 2. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { temporaryDirectory } from './build/support/git-repository.ts'

const TEMP = temporaryDirectory('cli')
after(() => rmSync(TEMP, { recursive: true, force: true }))
const CLI = join(import.meta.dirname, '..', 'src', 'cli.ts')

const run = (stdout: number | 'pipe', preload = '') => {
  const file = join(TEMP, 'preload.cjs')
  writeFileSync(file, preload)
  return spawnSync(process.execPath, ['--require', file, CLI, 'rules'], {
    stdio: ['ignore', stdout, 'pipe'],
    encoding: 'utf8',
    timeout: 60_000,
  })
}

test('standard output without room is said in one line, and is no verdict', t => {
  if (!existsSync('/dev/full')) return t.skip('there is no /dev/full here')
  const full = openSync('/dev/full', 'w')
  const { status, stderr } = run(full)
  closeSync(full)
  assert.match(stderr, /^plimsoll: standard output cannot be written \(ENOSPC[^\n]*\n$/)
  assert.equal(status, 2)
})

for (const [what, code] of [
  ['an error that nobody catches', `setImmediate(() => { throw new Error('a\\nb') })`],
  ['a promise that nobody waits for', `setImmediate(() => { Promise.reject(new Error('a\\nb')) })`],
] as const)
  test(`${what} is said in one line, and is no verdict`, () => {
    const { status, stderr } = run('pipe', code)
    assert.equal(stderr, 'plimsoll: a fault of Plimsoll itself: a b\n')
    assert.equal(status, 2)
  })

test('a reader that went away is no error', () => {
  const line = `"${process.execPath}" "${CLI}" rules | true; exit \${PIPESTATUS[0]}`
  const { status, stderr } = spawnSync('bash', ['-c', line], { encoding: 'utf8', timeout: 60_000 })
  assert.deepEqual([status, stderr], [0, ''])
})
