/** Runs a program to its end and keeps what it wrote: for questions, not for builds. */
import { spawn } from 'node:child_process'
import { UserError } from '../errors.ts'
import type { Environment } from './child-environment.ts'

export interface Captured {
  /** Null when a signal ended it. */
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  /** Whether there is no such program. */
  readonly notFound: boolean
}

export interface CaptureOptions {
  readonly environment: Environment
  readonly cwd?: string
  readonly input?: string
  readonly timeoutMs?: number
  readonly signal?: AbortSignal | undefined
}

const OUTPUT_CAP_BYTES = 128 * 1024 * 1024

/** Never a shell. A non-zero exit is a result; too much output, too long a wait and an abort are errors. */
export const runCaptured = (
  program: string,
  args: readonly string[],
  { environment, cwd, input = '', timeoutMs = 60_000, signal }: CaptureOptions,
): Promise<Captured> =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const child = spawn(program, args, {
      cwd,
      env: { ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    })
    let failure: { readonly reason: unknown } | null = null
    const stop = (reason: unknown): void => {
      failure ??= { reason }
      killGroup(child.pid) // "close" follows, when nothing of it runs any more
    }
    const timer = setTimeout(
      () => stop(new UserError(`"${program} ${args[0] ?? ''}" gave no answer within ${timeoutMs / 1000} s`)),
      timeoutMs,
    )
    const onAbort = (): void => stop(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
    let bytes = 0
    for (const name of ['stdout', 'stderr'] as const)
      child[name].on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > OUTPUT_CAP_BYTES)
          return stop(new UserError(`"${program} ${args[0] ?? ''}" wrote too much`))
        output[name].push(chunk)
      })
    const settle = (finish: () => void): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      finish()
    }
    const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8')
    const captured = (exitCode: number | null, notFound: boolean): Captured => ({
      exitCode,
      stdout: text(output.stdout),
      stderr: text(output.stderr),
      notFound,
    })
    child.on('error', (error: NodeJS.ErrnoException) =>
      settle(() =>
        error.code === 'ENOENT'
          ? resolve(captured(null, true))
          : reject(new UserError(`"${program}" could not be started: ${error.message}`)),
      ),
    )
    child.on('close', code =>
      settle(() => (failure ? reject(failure.reason) : resolve(captured(code, false)))),
    )
    child.stdin.on('error', () => {}) // it need not read what it is given
    child.stdin.end(input)
  })

/** Ends a process that was started with `detached`, and all that it started. */
export const killGroup = (pid: number | undefined, signal: NodeJS.Signals = 'SIGKILL'): void => {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // it has ended already
  }
}
