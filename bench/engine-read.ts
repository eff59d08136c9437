/**
 * What reading images costs, against the least that anybody can do: asking the engine for the same export and throwing
 * it away. One image is inspected, two are compared. With `--dive` also dive on each of them, one after the other. All
 * in turn, several times; ratios are taken round by round.
 *
 *   npm run bench -- IMAGE [IMAGE] [--host unix:///run/docker.sock] [--runs 5] [--dive] [--id ROW --bar 1.1] [--save]
 */
import * as http from 'node:http'
import { parseArgs } from 'node:util'
import {
  CLI,
  type Cost,
  cpuOf,
  interleave,
  medianOf,
  peakOf,
  ratio,
  run,
  runNode,
  wallOf,
} from './measure.ts'
import { report } from './results.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    host: { type: 'string', default: process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock' },
    runs: { type: 'string', default: '5' },
    dive: { type: 'boolean', default: false },
    id: { type: 'string', default: 'engine' },
    bar: { type: 'string', default: '1.3' },
    'max-ratio': { type: 'string' },
    'max-memory': { type: 'string' },
    save: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    why: { type: 'string' },
  },
})
if (positionals.length < 1 || positionals.length > 2)
  throw new Error('name one image or two: npm run bench -- IMAGE [IMAGE] [--host unix:///…] [--runs N]')
const images = positionals
const { host } = values

/** In a process of its own would be the same: nearly all of the work is the engine's. */
const bareExport = (): Promise<Cost> =>
  new Promise((resolve, reject) => {
    const from = process.hrtime.bigint()
    const before = process.cpuUsage()
    const names = images.map(image => `names=${encodeURIComponent(image)}`).join('&')
    const path = `/images/get?${names}`
    const request = http.get({ socketPath: host.replace(/^unix:\/\//, ''), path }, response => {
      if (response.statusCode !== 200) return reject(new Error(`the engine answered ${response.statusCode}`))
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      response.on('end', () => {
        const { user, system } = process.cpuUsage(before)
        const wallSeconds = Number(process.hrtime.bigint() - from) / 1e9
        resolve({ wallSeconds, cpuSeconds: (user + system) / 1e6, peakMB: null, output: String(bytes) })
      })
      response.on('error', reject)
    })
    request.on('error', reject)
  })

const plimsoll = (): Cost => {
  const command = images.length === 1 ? 'inspect' : 'compare'
  return runNode([CLI, command, ...images, '--json', '--quiet'], {
    env: { DOCKER_HOST: host },
    // a comparison over its budget is none here; there is no budget
    statuses: [0],
  })
}

/** What it thinks of an image does not matter here. */
const dive = (): Cost => {
  const costs = images.map(image =>
    run(['dive', '--ci', '--source', 'docker', image], { env: { DOCKER_HOST: host }, statuses: [0, 1] }),
  )
  const sum = (value: (cost: Cost) => number): number => costs.reduce((total, cost) => total + value(cost), 0)
  return { wallSeconds: sum(wallOf), cpuSeconds: sum(cpuOf), peakMB: null, output: '' }
}

const things: Readonly<Record<string, () => Cost | Promise<Cost>>> = {
  export: bareExport,
  plimsoll,
  ...(values.dive ? { dive } : {}),
}
const {
  export: exports = [],
  plimsoll: reads = [],
  dive: dives,
} = await interleave(things, Number(values.runs))
const toExport = ratio(reads, exports)
const peakMB = peakOf(reads)
const figures = {
  exportMB: Number(exports[0]!.output) / 1e6,
  exportWallSeconds: medianOf(exports, wallOf),
  plimsollWallSeconds: medianOf(reads, wallOf),
  plimsollCpuSeconds: medianOf(reads, cpuOf),
  plimsollPeakMB: peakMB,
  plimsollToExport: toExport,
}
const options = { save: values.save, check: values.check }
const kind = images.length === 1 ? 'One image' : 'Two images'
const command = `npm run bench -- ${images.join(' ')} --host ENGINE${values.dive ? ' --dive' : ''}`
report(
  {
    id: values.id,
    what: `${kind} of one engine (${values.id}: ${images.join(', ')}), against a bare export`,
    bar: `at most ${values.bar} × the time`,
    command,
    rounds: exports.length,
    figures,
    reached: toExport <= Number(values.bar),
    ...(values.why && toExport > Number(values.bar) ? { why: values.why } : {}),
  },
  options,
)
if (dives) {
  const faster = ratio(dives, reads)
  report(
    {
      id: `${values.id}-dive`,
      what: `The same (${values.id}) against dive on ${images.length === 1 ? 'it' : 'both, one after the other'}`,
      bar: 'at least 1.4 × faster',
      command,
      rounds: dives.length,
      figures: {
        diveWallSeconds: medianOf(dives, wallOf),
        plimsollWallSeconds: figures.plimsollWallSeconds,
        diveToPlimsoll: faster,
      },
      reached: faster >= 1.4,
    },
    options,
  )
}
const broken = [
  ...(values['max-ratio'] && toExport > Number(values['max-ratio'])
    ? [`ratio over ${values['max-ratio']}`]
    : []),
  ...(values['max-memory'] && peakMB > Number(values['max-memory'])
    ? [`memory over ${values['max-memory']} MB`]
    : []),
]
if (broken.length > 0) {
  console.error(broken.join(', '))
  process.exitCode = 1
}
