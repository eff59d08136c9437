/** What the command has around it, and what reading and building are told of it. */
import { resolve } from 'node:path'
import type { CommandLine } from './arguments.ts'
import type { BuildLog } from './build/build-log.ts'
import type { InspectWorld } from './inspect.ts'
import type { Options } from './options.ts'
import { formatBytes } from './units.ts'
import { type Environment, lazyEngine, ownPlatform, type Stop } from './world.ts'

/** What a terminal is, as far as the command cares. */
export interface Terminal {
  readonly write: (text: string) => void
  readonly isTTY: boolean
  readonly columns: number | undefined
}

export interface CommandWorld {
  readonly argv: readonly string[]
  readonly environment: Environment
  readonly cwd: string
  readonly stdout: Terminal
  readonly stderr: Terminal
  readonly stop: Stop
}

export const inspectWorld = (options: Options, line: CommandLine, world: CommandWorld): InspectWorld => ({
  engine: lazyEngine(world.environment),
  platform: options.build.platform ?? ownPlatform(),
  environment: world.environment,
  signal: world.stop.signal,
  silenceMs: options.build.timeoutMs,
  onProgress: progress(line, world.stderr),
  cacheDir: options.cacheDir && resolve(world.cwd, options.cacheDir),
})

const PROGRESS_BYTES = 10e6

/** A moving line on a terminal, nothing elsewhere. */
const progress = (line: CommandLine, stderr: Terminal): ((bytes: number) => void) => {
  if (line.quiet || !stderr.isTTY) return () => undefined
  let shown = 0
  process.once('exit', () => {
    if (shown > 0) stderr.write('\r\u001b[K')
  })
  return bytes => {
    if (Math.abs(bytes - shown) < PROGRESS_BYTES) return
    shown = bytes
    stderr.write(`\rreading ${formatBytes(bytes)}\u001b[K`)
  }
}

export const terminalLog = (line: CommandLine, { stderr }: CommandWorld): BuildLog => ({
  group: title => {
    if (!line.quiet) stderr.write(`${title}\n`)
  },
  line: text => {
    if (!line.quiet) stderr.write(`  ${text}\n`)
  },
  endGroup: () => undefined,
})
