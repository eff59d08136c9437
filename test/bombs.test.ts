/** Images made to exhaust their reader: one line that names the limit, within ten seconds and half a gigabyte. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { BOMBS, hardLinkChain } from './support/bombs.ts'

const TEMP = mkdtempSync(join(tmpdir(), 'plimsoll-bombs-'))
after(() => rmSync(TEMP, { recursive: true, force: true }))
const root = join(import.meta.dirname, '..')

const TIME_LIMIT_MS = 10_000
const MEMORY_LIMIT_BYTES = 512e6

interface Ended {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
  /** Of the processor, all threads: what another job on the machine does not change. */
  readonly cpuMs: number
  readonly ms: number
  readonly peakBytes: number
}

type Cost = Pick<Ended, 'cpuMs' | 'peakBytes'>

/** The command in a process of its own, whose memory is then all its own. */
const inspect = (reference: string, peak: string): Promise<Ended> =>
  new Promise(resolve => {
    const started = performance.now()
    const args = ['--require', join(root, 'test', 'support', 'cost.cjs'), join(root, 'src', 'cli.ts')]
    execFile(
      process.execPath,
      [...args, 'inspect', reference, '--json', '--quiet'],
      {
        env: { ...process.env, PLIMSOLL_COST: peak, NODE_NO_WARNINGS: '1' },
        maxBuffer: 2 ** 28,
        timeout: 300_000,
      },
      (error, stdout, stderr) => {
        const ms = performance.now() - started
        const status = error ? (typeof error.code === 'number' ? error.code : 255) : 0
        resolve({ status, stdout, stderr, ms, ...(JSON.parse(readFileSync(peak, 'utf8')) as Cost) })
      },
    )
  })

let count = 0
const run = async (make: (folder: string) => string): Promise<Ended> => {
  const folder = join(TEMP, String(++count))
  mkdirSync(folder)
  try {
    return await inspect(make(folder), join(TEMP, 'peak'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Other tests run beside this one: their time is not counted. */
const checkCost = ({ cpuMs, peakBytes }: Ended): void => {
  assert.ok(cpuMs < TIME_LIMIT_MS, `${Math.round(cpuMs)} ms`)
  assert.ok(peakBytes < MEMORY_LIMIT_BYTES, `${Math.round(peakBytes / 1e6)} MB`)
}

for (const { what, make, says } of BOMBS)
  test(`refused in one line, soon and in little memory: ${what}`, async t => {
    const ended = await run(make)
    const { status, stdout, stderr, ms, cpuMs, peakBytes } = ended
    t.diagnostic(
      `${Math.round(ms)} ms, ${Math.round(cpuMs)} of the processor, ${Math.round(peakBytes / 1e6)} MB: ${stderr.trim().slice(0, 300)}`,
    )
    assert.deepEqual({ status, stdout }, { status: 2, stdout: '' }, stderr)
    assert.match(stderr, /^plimsoll: [^\n]+\n$/)
    assert.match(stderr, says)
    checkCost(ended)
  })

test('a hundred thousand hard links to one file are so many names of it', async t => {
  const ended = await run(hardLinkChain)
  t.diagnostic(`${Math.round(ended.ms)} ms, ${Math.round(ended.peakBytes / 1e6)} MB`)
  assert.equal(ended.status, 0, ended.stderr)
  const { size } = JSON.parse(ended.stdout) as { size: { content: number; files: number } }
  assert.equal(size.content, 1)
  checkCost(ended)
})
