import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { neutraliseLine } from '../../src/build/neutralise-log.ts'
import { type RunContext, runLogged } from '../../src/build/run-logged.ts'
import { isAlive } from './support/fake-docker.ts'
import { type RecordedLog, recordLog } from './support/recorded-log.ts'

const TEMP = mkdtempSync(join(tmpdir(), 'run-logged-'))
after(() => rmSync(TEMP, { recursive: true, force: true }))

const shell = (script: string, context: Partial<RunContext> & { log: RecordedLog }) =>
  runLogged(
    { program: 'sh', args: ['-c', script], cwd: TEMP, environment: { PATH: process.env.PATH } },
    { neutralise: neutraliseLine, timeoutMs: 20_000, ...context },
  )

const pidsIn = async (name: string, count: number): Promise<number[]> => {
  const path = join(TEMP, name)
  for (let waited = 0; waited < 5000; waited += 20) {
    const pids = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').map(Number) : []
    if (pids.length >= count) return pids
    await sleep(20)
  }
  throw new Error(`${name} was not written`)
}

const assertGone = async (pids: readonly number[]): Promise<void> => {
  for (let waited = 0; waited < 2000 && pids.some(isAlive); waited += 20) await sleep(20)
  assert.deepEqual(pids.filter(isAlive), [])
}

test('both streams reach the log as lines, neutralised, and the exit code is told', async () => {
  const log = recordLog()
  const result = await shell(
    String.raw`printf '\033[31mone\033[0m\n##[error]two'; echo '::error::x' >&2; exit 7`,
    { log },
  )
  assert.equal(result.exitCode, 7)
  assert.deepEqual([...log.lines].sort(), ['## [error]two', ': :error::x', 'one'])
  assert.deepEqual([...result.tail].sort(), [...log.lines].sort())
})

test('the last hundred lines are kept', async () => {
  const result = await shell('seq 1 1000', { log: recordLog() })
  assert.equal(result.tail.length, 100)
  assert.equal(result.tail.at(-1), '1000')
})

test('a flood is cut in the log, and its end is kept all the same', async () => {
  const log = recordLog()
  const result = await shell(`yes "${'x'.repeat(1000)}" | head -c 30000000; echo; echo the end`, { log })
  assert.equal(result.tail.at(-1), 'the end')
  assert.match(log.lines.at(-1)!, /cut here: it is longer than 16 MiB/)
  assert.ok(log.lines.join('\n').length < 17 * 1024 * 1024)
})

test('at the timeout the whole process group is ended, also what ignores being asked', async () => {
  const script = `trap '' TERM; sh -c "trap '' TERM; echo \\$\\$ >> ${TEMP}/stubborn; sleep 60 & echo \\$! >> ${TEMP}/stubborn; wait; sleep 60" & echo $$ >> ${TEMP}/stubborn; wait; sleep 60`
  const started = performance.now()
  const running = shell(script, { log: recordLog(), timeoutMs: 400, graceMs: 300 })
  const pids = await pidsIn('stubborn', 3)
  const result = await running
  assert.equal(result.timedOut, true)
  assert.ok(performance.now() - started < 5000)
  await assertGone(pids)
})

test('an abort ends it the same way and gives the reason of the abort', async () => {
  const stop = new AbortController()
  const running = shell(`echo $$ >> ${TEMP}/aborted; sleep 60`, { log: recordLog(), signal: stop.signal })
  const pids = await pidsIn('aborted', 1)
  const reason = new Error('SIGINT')
  stop.abort(reason)
  await assert.rejects(running, (error: unknown) => error === reason)
  await assertGone(pids)
})

test('what was aborted before is not started', async () => {
  const stop = AbortSignal.abort(new Error('before'))
  await assert.rejects(shell(`touch ${TEMP}/started`, { log: recordLog(), signal: stop }), /before/)
  assert.equal(existsSync(join(TEMP, 'started')), false)
})

test('something left behind with the output open does not hold the run, and is ended', async () => {
  const log = recordLog()
  const result = await shell(`sleep 60 & echo $! >> ${TEMP}/left; echo done`, { log })
  assert.equal(result.exitCode, 0)
  assert.deepEqual(log.lines, ['done'])
  await assertGone(await pidsIn('left', 1))
})

test('a program that is not there is named', async () => {
  const run = runLogged(
    { program: '/nowhere/docker', args: [], cwd: TEMP, environment: {} },
    { log: recordLog(), neutralise: neutraliseLine, timeoutMs: 1000 },
  )
  await assert.rejects(run, /^UserError: "\/nowhere\/docker" could not be started/)
})
