/**
 * From the start of the program to its first question for the export: what a user waits for nothing.
 *
 *   npm run bench:first-byte [-- --runs 15] [--save] [--check]
 */
import { parseArgs } from 'node:util'
import { CLI, median, runNode } from './measure.ts'
import { report } from './results.ts'
import { withEngine } from './with-engine.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '15' },
    save: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
})

await withEngine(0, ({ host, askedAt }) => {
  const waits: number[] = []
  const cpus: number[] = []
  for (let run = -1; run < Number(values.runs); run += 1) {
    const from = process.hrtime.bigint()
    const cost = runNode([CLI, 'inspect', 'bench:latest', '--json', '--quiet'], {
      env: { DOCKER_HOST: host },
    })
    if (run < 0) continue
    waits.push(Number(askedAt() - from) / 1e9)
    cpus.push(cost.cpuSeconds)
  }
  const seconds = median(waits)
  report(
    {
      id: 'first-byte',
      what: 'From the start of `dist/` to the first byte asked of the engine',
      bar: 'at most 0.35 s',
      command: 'npm run bench:first-byte',
      rounds: waits.length,
      figures: { waitSeconds: seconds, fastestSeconds: Math.min(...waits), wholeRunCpuSeconds: median(cpus) },
      reached: seconds <= 0.35,
    },
    values,
  )
})
