/**
 * A very large image, made while it is sent: is the memory flat, and how fast is it read? Every byte is hashed twice,
 * once for its file and once for its layer.
 *
 *   npm run bench:flat [-- --gigabytes 20] [--save] [--check]
 */
import { parseArgs } from 'node:util'
import { CLI, runNode } from './measure.ts'
import { report } from './results.ts'
import { withEngine } from './with-engine.ts'

const { values } = parseArgs({
  options: {
    gigabytes: { type: 'string', default: '20' },
    save: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
})
const gigabytes = Number(values.gigabytes)

await withEngine(gigabytes, ({ host }) => {
  const cost = runNode([CLI, 'inspect', 'bench:latest', '--json', '--quiet'], { env: { DOCKER_HOST: host } })
  const rate = (gigabytes * 1000) / cost.wallSeconds
  report(
    {
      id: 'flat',
      what: `${gigabytes} GB of plain layers, made while they are sent, never on disk`,
      bar: 'at least 400 MB/s; at most 256 MB of memory',
      command: 'npm run bench:flat',
      rounds: 1,
      figures: {
        gigabytes,
        wallSeconds: cost.wallSeconds,
        cpuSeconds: cost.cpuSeconds,
        megabytesPerSecond: rate,
        megabytesPerSecondOfCpu: (gigabytes * 1000) / cost.cpuSeconds,
        peakMB: cost.peakMB ?? 0,
      },
      reached: rate >= 400 && (cost.peakMB ?? 0) <= 256,
    },
    values,
  )
})
