/**
 * What reading an image costs, against the least that anybody can do: asking the engine for the same export and throwing
 * it away. Both in turn, several times; the ratio is taken pair by pair, so that a machine whose speed drifts does not
 * matter much.
 *
 *   npm run bench -- IMAGE [--host unix:///run/docker.sock] [--runs 5] [--against BARS.json]
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import * as http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    host: { type: 'string', default: process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock' },
    runs: { type: 'string', default: '5' },
    'max-ratio': { type: 'string' },
    'max-memory': { type: 'string' },
  },
})
const image = positionals[0]
if (image === undefined)
  throw new Error('name an image: npm run bench -- IMAGE [--host unix:///…] [--runs N]')
const host = values.host
const runs = Number(values.runs)
const cli = join(import.meta.dirname, '..', 'dist', 'cli', 'index.js')

interface Measured {
  readonly seconds: number
  readonly bytes: number
  readonly peakMB: number
}

const seconds = (from: bigint): number => Number(process.hrtime.bigint() - from) / 1e9

const bareExport = (): Promise<Measured> =>
  new Promise((resolve, reject) => {
    const from = process.hrtime.bigint()
    const path = `/images/get?names=${encodeURIComponent(image)}`
    const request = http.get({ socketPath: host.replace(/^unix:\/\//, ''), path }, response => {
      if (response.statusCode !== 200) return reject(new Error(`the engine answered ${response.statusCode}`))
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      response.on('end', () => resolve({ seconds: seconds(from), bytes, peakMB: 0 }))
      response.on('error', reject)
    })
    request.on('error', reject)
  })

const inspect = (): Promise<Measured> =>
  new Promise((resolve, reject) => {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'))
    const peak = join(folder, 'peak')
    const from = process.hrtime.bigint()
    const child = spawn(
      process.execPath,
      ['--require', join(import.meta.dirname, 'peak-memory.cjs'), cli, 'inspect', image, '--json', '--quiet'],
      {
        env: { ...process.env, DOCKER_HOST: host, PLIMSOLL_PEAK: peak },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    let bytes = 0
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length
    })
    child.on('exit', status => {
      const took = seconds(from)
      const peakMB = status === 0 ? Number(readFileSync(peak, 'utf8')) / 1000 : 0
      rmSync(folder, { recursive: true })
      if (status === 0) resolve({ seconds: took, bytes, peakMB })
      else reject(new Error(`plimsoll ended with ${status}`))
    })
  })

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!

const bare: Measured[] = []
const read: Measured[] = []
await bareExport() // the engine's caches are warm for both
for (let run = 0; run < runs; run += 1) {
  bare.push(await bareExport())
  read.push(await inspect())
  const [a, b] = [bare.at(-1)!, read.at(-1)!]
  console.log(
    `run ${run + 1}: export ${a.seconds.toFixed(2)} s (${(a.bytes / 1e6).toFixed(0)} MB), plimsoll ${b.seconds.toFixed(2)} s, ratio ${(b.seconds / a.seconds).toFixed(2)}, peak ${b.peakMB.toFixed(0)} MB`,
  )
}
const ratio = median(read.map((measured, i) => measured.seconds / bare[i]!.seconds))
const peakMB = Math.max(...read.map(measured => measured.peakMB))
console.log(
  `${image} on ${host}: median ratio ${ratio.toFixed(2)}, peak memory ${peakMB.toFixed(0)} MB, Node ${process.versions.node}`,
)
const broken = [
  ...(values['max-ratio'] && ratio > Number(values['max-ratio'])
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
