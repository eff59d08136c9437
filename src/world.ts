/** What both entries need of the machine they run on: a private folder, a checkout, an engine, a clock, an end. */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findCheckout, type Git, openGit } from './build/git.ts'
import { UserError } from './errors.ts'
import { connectEngine, type Engine } from './image/engine.ts'
import { readReport } from './report/read-report.ts'
import type { ImageReport } from './report/types.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** A folder that only this run uses; gone when `use` ends, however it ends. */
export const withTempDir = async <T>(
  parent: string | null,
  use: (path: string) => Promise<T>,
): Promise<T> => {
  const path = await mkdtemp(join(parent ?? tmpdir(), 'plimsoll-'))
  try {
    return await use(path)
  } finally {
    await rm(path, { recursive: true, force: true })
  }
}

/** The engine, connected when it is first asked for. */
export const lazyEngine = (environment: Environment): (() => Engine) => {
  let engine: Engine | null = null
  return () => {
    engine ??= connectEngine(environment)
    return engine
  }
}

export const openCheckout = async (
  folder: string,
  environment: Environment,
  signal?: AbortSignal,
): Promise<Git | null> => {
  const root = await findCheckout(folder, environment)
  return root === null ? null : openGit(root, environment, signal)
}

const REPORT_LIMIT_BYTES = 256e6

export const readReportFile = async (path: string, source: string): Promise<ImageReport> => {
  const size = await stat(path).then(
    found => found.size,
    () => null,
  )
  if (size === null) throw new UserError(`${source}: there is no such file`)
  if (size > REPORT_LIMIT_BYTES) throw new UserError(`${source}: larger than ${REPORT_LIMIT_BYTES} bytes`)
  return readReport(await readFile(path, 'utf8'), source)
}

/** The platform to prefer in an image of several: this machine's, on Linux. */
export const ownPlatform = (): string => `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`

/** `YYYY-MM-DD` in UTC. */
export const today = (): string => new Date().toISOString().slice(0, 10)

/** Aborted by SIGINT or SIGTERM; `status` is then what the shell expects, 130 or 143. */
export interface Stop {
  readonly signal: AbortSignal
  readonly status: () => number | null
}

export const stopOnSignals = (): Stop => {
  const controller = new AbortController()
  let status: number | null = null
  const stop = (code: number) => () => {
    // a second signal does not wait for anybody
    if (status !== null) process.exit(status)
    status = code
    controller.abort(new UserError('stopped'))
  }
  process.on('SIGINT', stop(130))
  process.on('SIGTERM', stop(143))
  return { signal: controller.signal, status: () => status }
}
