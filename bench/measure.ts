/** Runs a program and says what it cost. Wall time tells what a user waits; CPU time stays true on a busy machine. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Cost {
  readonly wallSeconds: number
  /** User and system time of the program, all its threads and the children it waited for. */
  readonly cpuSeconds: number
  /** Largest resident set in MB, or null where it was not measured. */
  readonly peakMB: number | null
  readonly output: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Exit statuses that are no failure. */
  readonly statuses?: readonly number[]
}

const OUTPUT_BYTES = 1 << 30

/** Runs `argv` to its end, through a shell that takes its times. */
export const run = (argv: readonly string[], { env = {}, statuses = [0] }: RunOptions = {}): Cost => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'))
  const times = join(folder, 'times')
  try {
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['-c', `TIMEFORMAT='%R %U %S'; { time "$@" 2>&3; } 3>&2 2>"$PLIMSOLL_TIMES"`, 'bash', ...argv],
      {
        encoding: 'utf8',
        maxBuffer: OUTPUT_BYTES,
        env: { ...process.env, ...env, PLIMSOLL_TIMES: times },
      },
    )
    if (status === null || !statuses.includes(status))
      throw new Error(`${argv.slice(0, 4).join(' ')} … ended with ${status}: ${stderr.slice(-500)}`)
    const [wall = 0, user = 0, system = 0] = readFileSync(times, 'utf8').trim().split(' ').map(Number)
    return { wallSeconds: wall, cpuSeconds: user + system, peakMB: null, output: stdout }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The same for a program of Node's, with its peak memory. */
export const runNode = (argv: readonly string[], options: RunOptions = {}): Cost => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'))
  const peak = join(folder, 'peak')
  try {
    const cost = run([process.execPath, '--require', join(import.meta.dirname, 'peak-memory.cjs'), ...argv], {
      ...options,
      env: { ...options.env, PLIMSOLL_PEAK: peak },
    })
    return { ...cost, peakMB: Number(readFileSync(peak, 'utf8')) / 1000 }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The program as users run it. */
export const CLI = join(import.meta.dirname, '..', 'dist', 'cli', 'index.js')

export const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/**
 * Runs several things in turn, as often as asked, after one round that warms the caches and is not counted. In turn,
 * because the speed of a shared machine drifts.
 */
export const interleave = async <K extends string>(
  things: Readonly<Record<K, () => Cost | Promise<Cost>>>,
  rounds: number,
): Promise<Record<K, Cost[]>> => {
  const names = Object.keys(things) as K[]
  const costs = Object.fromEntries(names.map(name => [name, [] as Cost[]])) as Record<K, Cost[]>
  for (const name of names) await things[name]()
  for (let round = 0; round < rounds; round += 1) {
    const line: string[] = []
    for (const name of names) {
      const cost = await things[name]()
      costs[name].push(cost)
      line.push(`${name} ${cost.wallSeconds.toFixed(2)} s (${cost.cpuSeconds.toFixed(2)} s of CPU)`)
    }
    console.log(`round ${round + 1}: ${line.join(', ')}`)
  }
  return costs
}

/** Median of the ratios of pairs. */
export const ratio = (
  of: readonly Cost[],
  to: readonly Cost[],
  value: (cost: Cost) => number = cost => cost.wallSeconds,
): number => median(of.map((cost, i) => value(cost) / value(to[i]!)))

export const medianOf = (costs: readonly Cost[], value: (cost: Cost) => number): number =>
  median(costs.map(value))

export const wallOf = (cost: Cost): number => cost.wallSeconds
export const cpuOf = (cost: Cost): number => cost.cpuSeconds
export const peakOf = (costs: readonly Cost[]): number => Math.max(...costs.map(cost => cost.peakMB ?? 0))
