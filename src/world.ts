/** What both entries need of the machine they run on: a private folder, a checkout, an engine, a clock, an end. */
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { findCheckout, type Git, openGit } from './build/git.ts'
import { DEFAULT_CONFIG_FILE, parseConfigFile } from './config-file.ts'
import { messageOf, UserError } from './errors.ts'
import { connectEngine, type Engine } from './image/engine.ts'
import type { RawValues } from './options.ts'
import { readReport } from './report/read-report.ts'
import type { ImageReport } from './report/types.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Makes a folder and those above it. Node's own way of that goes round in circles below /proc (measured on Node 24.21). */
export const makeFolder = async (path: string): Promise<void> => {
  const code = await codeOf(mkdir(path))
  if (code === null || code === 'EEXIST') return
  const parent = dirname(path)
  if (code !== 'ENOENT' || parent === path)
    throw new UserError(`${path}: no folder can be made there (${code})`)
  await makeFolder(parent)
  const again = await codeOf(mkdir(path))
  if (again !== null && again !== 'EEXIST')
    throw new UserError(`${path}: no folder can be made there (${again})`)
}

const codeOf = (work: Promise<unknown>): Promise<string | null> =>
  work.then(
    () => null,
    (error: NodeJS.ErrnoException) => error.code ?? messageOf(error),
  )

/** Does what writes; what keeps it from that becomes a sentence for the user. */
export const writing = async <T>(what: string, write: () => T | Promise<T>): Promise<T> => {
  try {
    return await write()
  } catch (error) {
    if (error instanceof UserError || typeof (error as NodeJS.ErrnoException).code !== 'string') throw error
    throw new UserError(
      `${what} cannot be written (${messageOf(error)}): see whether there is room and right`,
    )
  }
}

/** A folder that only this run uses; gone when `use` ends, however it ends. */
export const withTempDir = async <T>(
  parent: string | null,
  use: (path: string) => Promise<T>,
  /** Told of the folder before anything is in it. */
  watch: (path: string) => void = () => undefined,
): Promise<T> => {
  const path = await writing('the temporary folder', () => mkdtemp(join(parent ?? tmpdir(), 'plimsoll-')))
  watch(path)
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

/**
 * A file's text; null where there is no such file. Whatever else keeps it from being read is an error.
 * @param what names the file in that error
 */
export const readText = async (path: string, what: string): Promise<string | null> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    const why = code === 'EISDIR' ? 'is a folder' : `cannot be read (${messageOf(error)})`
    throw new UserError(`${what} ${why}: name a file of text`)
  }
}

/** The configuration file that the inputs name, else the default one if it is there. */
export const readConfigFile = async (given: RawValues, folder: string): Promise<RawValues> => {
  const name = given.get('config-file')
  const path = name?.text.trim() || DEFAULT_CONFIG_FILE
  const text = await readText(resolve(folder, path), name ? `${name.where}: ${path}` : path)
  if (text === null && name) throw new UserError(`${name.where}: there is no file at ${path}`)
  return text === null ? new Map() : parseConfigFile(text, path)
}

const REPORT_LIMIT_BYTES = 256e6

export const readReportFile = async (path: string, source: string): Promise<ImageReport> => {
  const found = await stat(path).catch(() => null)
  if (!found) throw new UserError(`${source}: there is no such file`)
  if (found.size > REPORT_LIMIT_BYTES)
    throw new UserError(`${source}: larger than ${REPORT_LIMIT_BYTES} bytes: it is no report of Plimsoll`)
  return readReport((await readText(path, `${source}:`)) ?? '', source)
}

/** The platform to prefer in an image of several: this machine's, on Linux. */
export const ownPlatform = (): string => `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`

/** `YYYY-MM-DD` in UTC. */
export const today = (): string => new Date().toISOString().slice(0, 10)

/** Aborted by SIGINT or SIGTERM; `status` is then what the shell expects, 130 or 143. */
export interface Stop {
  readonly signal: AbortSignal
  readonly status: () => number | null
  /** Stops as a signal would, with this exit status, because going on makes no sense. */
  readonly fail: (status: number) => void
}

/** Cleaning up is given this long; then the process ends whatever is left of it. */
const LAST_MS = 4_500

export const stopOnSignals = (): Stop => {
  const controller = new AbortController()
  let status: number | null = null
  const stop = (code: number): void => {
    // a second signal does not wait for anybody
    if (status !== null) process.exit(status)
    status = code
    process.exitCode = code
    setTimeout(() => process.exit(code), LAST_MS).unref()
    controller.abort(new UserError('stopped'))
  }
  process.on('SIGINT', () => stop(130))
  process.on('SIGTERM', () => stop(143))
  const fail = (code: number): void => {
    if (status === null) stop(code)
  }
  return { signal: controller.signal, status: () => status, fail }
}
