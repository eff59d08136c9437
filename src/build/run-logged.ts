/** Runs a program whose output is for a person: streamed line by line, bounded, and ended in time. */
import { type ChildProcess, spawn } from 'node:child_process'
import { messageOf, UserError } from '../errors.ts'
import type { BuildLog } from './build-log.ts'
import type { Environment } from './child-environment.ts'
import { splitLines } from './line-splitter.ts'
import { keepLog } from './log-keeper.ts'
import { killGroup } from './run-captured.ts'

export interface LoggedCommand {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly environment: Environment
}

export interface RunContext {
  readonly log: BuildLog
  /** Makes a line harmless before it reaches the log: `neutraliseLine`. */
  readonly neutralise: (line: string) => string
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
  /** Between asking a process to end and ending it. */
  readonly graceMs?: number
}

export interface LoggedResult {
  readonly exitCode: number | null
  readonly timedOut: boolean
  /** The last lines, neutralised, oldest first. */
  readonly tail: readonly string[]
}

const GRACE_MS = 3_000
/** How long a program that has ended may leave its output open, through something it started and left behind. */
const LINGER_MS = 2_000

/**
 * Runs to the end, the timeout or the abort; in each case nothing of the process group is left. An abort rejects with
 * the signal's reason.
 */
export const runLogged = async (command: LoggedCommand, context: RunContext): Promise<LoggedResult> => {
  context.signal?.throwIfAborted()
  const keeper = keepLog(context)
  const child = spawn(command.program, command.args, {
    cwd: command.cwd,
    env: { ...command.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  for (const stream of [child.stdout!, child.stderr!]) {
    const splitter = splitLines(keeper.line)
    stream.on('data', (chunk: Buffer) => splitter.push(chunk))
    stream.on('end', () => splitter.end())
  }
  let timedOut = false
  const stop = (): void => endGroup(child, context.graceMs ?? GRACE_MS)
  const timer = setTimeout(() => {
    timedOut = true
    stop()
  }, context.timeoutMs)
  context.signal?.addEventListener('abort', stop, { once: true })
  try {
    const exitCode = await ended(child, command.program)
    context.signal?.throwIfAborted()
    return { exitCode, timedOut, tail: keeper.tail() }
  } finally {
    clearTimeout(timer)
    context.signal?.removeEventListener('abort', stop)
    killGroup(child.pid)
  }
}

const endGroup = (child: ChildProcess, graceMs: number): void => {
  killGroup(child.pid, 'SIGTERM')
  const timer = setTimeout(() => killGroup(child.pid), graceMs)
  child.once('close', () => clearTimeout(timer))
}

const ended = (child: ChildProcess, program: string): Promise<number | null> =>
  new Promise((resolve, reject) => {
    child.once('error', error =>
      reject(new UserError(`"${program}" could not be started: ${messageOf(error)}`)),
    )
    child.once('exit', code => {
      const timer = setTimeout(() => {
        child.stdout?.destroy()
        child.stderr?.destroy()
        resolve(code)
      }, LINGER_MS)
      child.once('close', () => {
        clearTimeout(timer)
        resolve(code)
      })
    })
  })
