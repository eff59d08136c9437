/**
 * What all rules and hazards together cost beside reading: an archive read alone; read, stacked and reported without a
 * rule; and with all of them. In turn, in processes of their own, loading of the program left out.
 *
 *   npm run bench:judging -- ARCHIVE.tar [--runs 7] [--save] [--check]
 */
import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { parseReference } from '../src/image/reference.ts'
import { readImages } from '../src/image/sources.ts'
import { inspectImages } from '../src/inspect.ts'
import { type Cost, cpuOf, interleave, median, medianOf, run, wallOf } from './measure.ts'
import { report } from './results.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '7' },
    mode: { type: 'string' },
    save: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
})
const archive = positionals[0]
if (archive === undefined) throw new Error('name an archive: npm run bench:judging -- ARCHIVE.tar')
const reference = parseReference(`archive://${archive}`)
const world = {
  platform: 'linux/amd64',
  engine: () => {
    throw new Error('an archive needs no engine')
  },
}

const measure = async (mode: string): Promise<void> => {
  const from = process.hrtime.bigint()
  const before = process.cpuUsage()
  if (mode === 'read') await readImages([reference], { ...world, keep: () => 'none', programs: false })
  else await inspectImages([{ reference, builtFrom: null }], { ...world, judges: mode === 'judged' })
  const { user, system } = process.cpuUsage(before)
  console.log(`${Number(process.hrtime.bigint() - from) / 1e9} ${(user + system) / 1e6}`)
}

const cost = (mode: string) => (): Cost => {
  const { output } = run([
    process.execPath,
    ...process.execArgv,
    import.meta.filename,
    archive,
    '--mode',
    mode,
  ])
  const [wallSeconds = 0, cpuSeconds = 0] = output.trim().split(' ').map(Number)
  return { wallSeconds, cpuSeconds, peakMB: null, output }
}

const compare = async (): Promise<void> => {
  const costs = await interleave(
    { read: cost('read'), reported: cost('reported'), judged: cost('judged') },
    Number(values.runs),
  )
  /** What the rules add, as a share of reading alone, round by round. */
  const share = (value: (each: Cost) => number): number =>
    median(costs.judged.map((each, i) => (value(each) - value(costs.reported[i]!)) / value(costs.read[i]!)))
  const figures = {
    readCpuSeconds: medianOf(costs.read, cpuOf),
    reportedCpuSeconds: medianOf(costs.reported, cpuOf),
    judgedCpuSeconds: medianOf(costs.judged, cpuOf),
    readWallSeconds: medianOf(costs.read, wallOf),
    reportedWallSeconds: medianOf(costs.reported, wallOf),
    judgedWallSeconds: medianOf(costs.judged, wallOf),
    rulesShareOfReadingCpu: share(cpuOf),
    rulesShareOfReadingWall: share(wallOf),
  }
  report(
    {
      id: 'rules',
      what: `All rules and hazards together, beside reading alone (${basename(archive)}, ${Math.round(statSync(archive).size / 1e6)} MB)`,
      bar: 'at most 15 % more time',
      command: 'npm run bench:judging -- ARCHIVE.tar',
      rounds: costs.read.length,
      figures,
      reached: figures.rulesShareOfReadingCpu <= 0.15,
    },
    values,
  )
}

if (values.mode) await measure(values.mode)
else await compare()
