/**
 * A second, tiny process that outlives this one where this one dies without a word: out of memory, killed, crashed. It
 * waits at the other end of a pipe; when the pipe closes and nobody said goodbye, it ends every process that this run
 * started and deletes this run's temporary folders.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import type { Environment } from './world.ts'

export interface Watchdog {
  /** The environment for everything that this run starts: its mark is how they are found again. */
  readonly environment: Environment
  /** Deletes this folder, too. */
  readonly watchFolder: (path: string) => void
  /** The run ended by itself and has cleaned up. */
  readonly dismiss: () => void
}

const MARK = 'PLIMSOLL_RUN'

export const startWatchdog = (environment: Environment): Watchdog => {
  const mark = randomBytes(16).toString('hex')
  const dog = spawn(process.execPath, ['-e', SCRIPT, `${MARK}=${mark}`], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  })
  // where it cannot be started, this run goes on without
  dog.on('error', () => undefined)
  dog.stdin.on('error', () => undefined)
  dog.unref()
  ;(dog.stdin as unknown as { unref?: () => void }).unref?.()
  const say = (line: string): void => void dog.stdin.write(`${line}\n`)
  return {
    environment: { ...environment, [MARK]: mark },
    watchFolder: path => say(`folder ${Buffer.from(path).toString('base64')}`),
    dismiss: () => say('dismissed'),
  }
}

/**
 * What it runs; plain JavaScript of Node 20, as nothing of the bundle can be loaded here. Processes are looked for in
 * `/proc`, by the mark in their environment, until none is left or 4 s have passed; elsewhere only folders are deleted.
 */
const SCRIPT = `
const { readFileSync, readdirSync, rmSync } = require('node:fs')
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})
const mark = process.argv[1]
let text = ''
process.stdin.on('data', chunk => { text += chunk })
process.stdin.on('error', () => end())
process.stdin.on('end', () => end())
const marked = () => {
  let names = []
  try { names = readdirSync('/proc').filter(name => /^[0-9]+$/.test(name)) } catch {}
  return names.filter(name => {
    try { return readFileSync('/proc/' + name + '/environ').includes(mark) } catch { return false }
  }).map(Number).filter(pid => pid !== process.pid)
}
const send = signal => {
  const pids = marked()
  for (const pid of pids) try { process.kill(pid, signal) } catch {}
  return pids.length
}
const wait = ms => new Promise(resolve => setTimeout(resolve, ms))
let ended = false
const end = async () => {
  if (ended) return
  ended = true
  if (text.endsWith('dismissed\\n')) return
  send('SIGTERM')
  for (let i = 0; i < 40; i += 1) {
    await wait(100)
    if (send(i < 8 ? 0 : 'SIGKILL') === 0) break
  }
  for (const [, path] of text.matchAll(/^folder (.+)$/gm))
    try { rmSync(Buffer.from(path, 'base64').toString(), { recursive: true, force: true, maxRetries: 3 }) } catch {}
}
`
