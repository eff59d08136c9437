/** Runs the cases of one target in a thread, and says now and then how far it is. */
import { parentPort, workerData } from 'node:worker_threads'
import { runCases } from './run-cases.ts'
import { TARGETS } from './targets/index.ts'

const { name, seed, shared, cases, seconds } = workerData as {
  readonly name: string
  readonly seed: number
  readonly shared: SharedArrayBuffer
  readonly cases: number
  readonly seconds: number
}
const [current, startedAt] = [new Int32Array(shared, 0, 1), new Float64Array(shared, 8, 1)]
const target = TARGETS.find(each => each.name === name)!
const result = await runCases(target, {
  seed,
  cases,
  seconds,
  before: number => {
    current[0] = number
    startedAt[0] = Date.now()
  },
  afterBlock: progress => parentPort!.postMessage(progress),
})
startedAt[0] = 0
parentPort!.postMessage({ ...result, ended: true })
