/** What was measured, kept in `bench/results.json` with the machine it was measured on: one row for each command. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { join } from 'node:path'

export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memoryGB: number
  readonly kernel: string
  readonly node: string
}

export interface Row {
  /** Names the row; the order of `results.json`. */
  readonly id: string
  readonly what: string
  /** The bar in words. */
  readonly bar: string
  readonly command: string
  readonly date: string
  readonly commit: string
  /** Of the machine, over the last minute, when it began: more than 1 means that others were at work. */
  readonly loadBefore: number
  readonly rounds: number
  /** Medians; the unit is the end of the name. */
  readonly figures: Readonly<Record<string, number>>
  readonly reached: boolean
  /** Where it is not reached: by how much, and why. */
  readonly why?: string
}

interface Results {
  readonly machine: Machine
  readonly rows: readonly Row[]
}

const FILE = join(import.meta.dirname, 'results.json')

export const readResults = (): Results | null =>
  existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Results) : null

const thisMachine = (): Machine => ({
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGB: Math.round(totalmem() / 1e9),
  kernel: release(),
  node: process.versions.node,
})

/** The load when the process began, before it made some itself. */
const loadBefore = loadavg()[0] ?? 0

/**
 * Prints a row and, with `--save` on the command line, writes it over the one of the same id.
 * The exit status says whether the bar was reached only where `--check` asks for it.
 */
export const report = (
  row: Omit<Row, 'date' | 'commit' | 'loadBefore'>,
  { save, check }: { readonly save: boolean; readonly check: boolean },
): void => {
  const round = (value: number): number => Number(value.toPrecision(value >= 100 ? 4 : 3))
  const figures = Object.fromEntries(Object.entries(row.figures).map(([name, value]) => [name, round(value)]))
  console.log(`${row.what}\n  bar: ${row.bar}; ${row.reached ? 'reached' : 'NOT reached'}`)
  for (const [name, value] of Object.entries(figures)) console.log(`  ${name}: ${value}`)
  if (row.why) console.log(`  ${row.why}`)
  if (save) {
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    }).trim()
    const full: Row = {
      ...row,
      figures,
      date: new Date().toISOString().slice(0, 10),
      commit,
      loadBefore: Math.round(loadBefore * 10) / 10,
    }
    const others = (readResults()?.rows ?? []).filter(each => each.id !== row.id)
    const rows = [...others, full].sort((a, b) => (a.id < b.id ? -1 : 1))
    writeFileSync(FILE, `${JSON.stringify({ machine: thisMachine(), rows }, null, 2)}\n`)
  }
  if (check && !row.reached) process.exitCode = 1
}
