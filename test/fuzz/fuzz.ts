/**
 * `npm run fuzz -- TARGET|all [--cases N] [--seconds S] [--seed N] [--case N] [--record]`
 *
 * Gives a parser many broken inputs and watches: nothing may be thrown that is not an error for people, no case may take
 * five seconds, and the process may not pass 512 MB. Each target runs in a thread of its own, so that one that hangs is
 * seen and ended. `--record` writes the figures to results.generated.json beside this file, adding to what was run before with
 * other seeds. `--case N` runs one case again and writes its bytes to a file.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { caseOf } from './cases.ts'
import { TARGETS } from './targets/index.ts'

const HANG_MS = 5000
const MEMORY_LIMIT_BYTES = 512e6
const RESULTS = join(import.meta.dirname, 'results.generated.json')

export interface Progress {
  /** Of this run. */
  readonly cases: number
  readonly slowestMs: number
}

interface Figures {
  readonly target: string
  readonly about: string
  readonly seeds: readonly number[]
  readonly cases: number
  readonly crashes: number
  readonly hangs: number
  readonly slowestMs: number
  readonly peakMemoryMb: number
  readonly seconds: number
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cases: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '3600' },
    seed: { type: 'string', default: '1' },
    case: { type: 'string' },
    record: { type: 'boolean', default: false },
  },
})
const seed = Number(values.seed)
const chosen = TARGETS.filter(({ name }) => positionals.includes('all') || positionals.includes(name))
if (chosen.length === 0) {
  console.error(`name a target, or "all": ${TARGETS.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}

const runOne = (name: string, about: string): Promise<Figures & { readonly failure: string | null }> =>
  new Promise(resolve => {
    // the number of the case that is running, and of milliseconds at its start
    const shared = new SharedArrayBuffer(16)
    const [current, startedAt] = [new Int32Array(shared, 0, 1), new Float64Array(shared, 8, 1)]
    const started = Date.now()
    let progress: Progress = { cases: 0, slowestMs: 0 }
    let peakBytes = 0
    let done = false
    const worker = new Worker(join(import.meta.dirname, 'fuzz-thread.ts'), {
      workerData: { name, seed, shared, cases: Number(values.cases), seconds: Number(values.seconds) },
    })
    const end = (failure: string | null, kind: 'crash' | 'hang' | 'none'): void => {
      if (done) return
      done = true
      clearInterval(watch)
      void worker.terminate()
      resolve({
        target: name,
        about,
        seeds: [seed],
        cases: progress.cases,
        crashes: kind === 'crash' ? 1 : 0,
        hangs: kind === 'hang' ? 1 : 0,
        slowestMs: Math.round(progress.slowestMs),
        peakMemoryMb: Math.round(peakBytes / 1e6),
        seconds: Math.round((Date.now() - started) / 1000),
        failure,
      })
    }
    const here = (): string =>
      `case ${current[0]} (npm run fuzz -- ${name} --seed ${seed} --case ${current[0]})`
    const watch = setInterval(() => {
      peakBytes = Math.max(peakBytes, process.resourceUsage().maxRSS * 1024)
      if (startedAt[0]! > 0 && Date.now() - startedAt[0]! > HANG_MS) end(`${here()} does not end`, 'hang')
      else if (peakBytes > MEMORY_LIMIT_BYTES)
        end(`about ${here()}: ${Math.round(peakBytes / 1e6)} MB`, 'crash')
    }, 200)
    worker.on('message', (message: Progress & { readonly failure?: string; readonly ended?: boolean }) => {
      progress = message
      if (message.failure) end(`${here()}: ${message.failure}`, 'crash')
      else if (message.ended) end(null, 'none')
    })
    worker.on('error', error => end(`${here()}: ${String(error.stack)}`, 'crash'))
  })

const known = (): Figures[] => {
  try {
    return JSON.parse(readFileSync(RESULTS, 'utf8')) as Figures[]
  } catch {
    return []
  }
}

/** Cases of other seeds are other cases: they add up. A failure is not recorded, it is put right. */
const record = (figures: Figures): void => {
  const all = known()
  const before = all.find(({ target }) => target === figures.target)
  const isNew = before && !before.seeds.includes(seed)
  const sum: Figures = isNew
    ? {
        ...figures,
        seeds: [...before.seeds, seed],
        cases: before.cases + figures.cases,
        slowestMs: Math.max(before.slowestMs, figures.slowestMs),
        peakMemoryMb: Math.max(before.peakMemoryMb, figures.peakMemoryMb),
        seconds: before.seconds + figures.seconds,
      }
    : figures
  const rows = TARGETS.flatMap(({ name }) =>
    name === figures.target ? [sum] : all.filter(({ target }) => target === name),
  )
  writeFileSync(RESULTS, `[\n${rows.map(row => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`)
}

if (values.case !== undefined) {
  const [target] = chosen
  const bytes = caseOf(target!, seed, Number(values.case))
  const path = join(tmpdir(), `plimsoll-fuzz-${target!.name}-${seed}-${values.case}`)
  writeFileSync(path, bytes)
  console.log(`${bytes.length} bytes: ${path}`)
  await target!.run(bytes)
  console.log('It ends as it should.')
} else if (chosen.length > 1) {
  // each in a process of its own, so that its memory is its own
  const options = process.argv.slice(2).filter(argument => !positionals.includes(argument))
  for (const { name } of chosen) {
    const { status } = spawnSync(process.execPath, [import.meta.filename, name, ...options], {
      stdio: 'inherit',
    })
    if (status !== 0) process.exitCode = 1
  }
} else {
  const { name, about } = chosen[0]!
  const { failure, ...figures } = await runOne(name, about)
  const { cases, seconds, slowestMs, peakMemoryMb } = figures
  const memory = `${peakMemoryMb} MB`
  console.log(`${name}: ${cases} cases in ${seconds} s, the slowest ${slowestMs} ms, ${memory}`)
  if (failure) {
    console.log(`FAILED: ${failure}`)
    process.exitCode = 1
  } else if (values.record) record(figures)
}
