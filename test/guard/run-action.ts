/** One run of the built action in a workshop, and all that came of it. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EngineFault } from '../support/fake-engine/faults.ts'
import { dist } from './dist.ts'
import type { Way, Workshop } from './workshop.ts'

export interface ActionRun {
  readonly way: Way
  readonly apiUrl: string
  readonly runId?: string
  readonly inputs?: Readonly<Record<string, string>>
  readonly environment?: Readonly<Record<string, string>>
  readonly engineFaults?: readonly EngineFault[]
  /** Killed after this: it hung. */
  readonly limitMs?: number
  readonly node?: string
  /** A program and its arguments that run the action: `strace …`. */
  readonly under?: readonly string[]
  readonly event?: unknown
  readonly eventName?: string
}

export interface ActionResult {
  /** Null when a signal ended it. */
  readonly status: number | null
  readonly hung: boolean
  readonly ms: number
  readonly stdout: string
  readonly stderr: string
  /** What the runner is given. */
  readonly outputFile: string
  readonly summary: string
  /** Files of the report folder; empty when there is none. */
  readonly files: ReadonlyMap<string, string>
  /** What is left in RUNNER_TEMP beside the report. */
  readonly litter: readonly string[]
  /** Processes of the run that are still there. */
  readonly orphans: readonly number[]
}

export const TOKEN = 'ghs_tokenOfTheWorkflow0123456789'

export const eventOf = ({ commits }: Workshop, more: object = {}): object => ({
  action: 'synchronize',
  number: 7,
  repository: { full_name: 'octo/app' },
  pull_request: {
    number: 7,
    head: { ref: 'feature', sha: commits.head, repo: { full_name: 'octo/app' } },
    base: { ref: 'main', sha: commits.base, repo: { full_name: 'octo/app' } },
  },
  ...more,
})

let count = 0

/** Runs `dist/action` to its end. The report is left in no folder: its files are in the result. */
export const runAction = async (workshop: Workshop, run: ActionRun): Promise<ActionResult> => {
  count += 1
  const id = `${process.pid}-${count}`
  const temp = join(workshop.folder, 'temp')
  rmSync(temp, { recursive: true, force: true })
  mkdirSync(temp)
  const at = (name: string): string => join(workshop.folder, name)
  writeFileSync(at('event.json'), JSON.stringify(run.event ?? eventOf(workshop)))
  for (const name of ['output', 'summary']) writeFileSync(at(name), '')
  const engine = run.way === 'tcp' ? workshop.tcp : workshop.engine
  engine.faults = run.engineFaults ?? []
  const started = performance.now()
  const [program, ...before] = [...(run.under ?? []), run.node ?? process.execPath]
  const child = spawn(program!, [...before, join(dist, 'action', 'index.js')], {
    cwd: workshop.repository.root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: `${at('bin')}:${process.env.PATH}`,
      HOME: at('home'),
      FAKE_FOLDER: workshop.folder,
      FAKE_DRIVER: DRIVERS[run.way],
      DOCKER_HOST: engine.host,
      GUARD_RUN: id,
      RUNNER_TEMP: temp,
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: workshop.repository.root,
      GITHUB_EVENT_NAME: run.eventName ?? 'pull_request',
      GITHUB_EVENT_PATH: at('event.json'),
      GITHUB_SHA: workshop.commits.merge,
      GITHUB_REPOSITORY: 'octo/app',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_RUN_ID: run.runId ?? '100',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_API_URL: run.apiUrl,
      GITHUB_OUTPUT: at('output'),
      GITHUB_STEP_SUMMARY: at('summary'),
      'INPUT_GITHUB-TOKEN': TOKEN,
      ...inputVariables({ timeout: '4s', 'max-increase': '10 MB', ...run.inputs }),
      ...run.environment,
    },
  })
  let hung = false
  const timer = setTimeout(() => {
    hung = true
    if (child.pid) process.kill(-child.pid, 'SIGKILL')
  }, run.limitMs ?? 90_000)
  const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk: Buffer) => void output[name].push(chunk))
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  }).finally(() => clearTimeout(timer))
  const ms = performance.now() - started
  const read = (name: string): string =>
    existsSync(at(name)) && !run.environment?.[name] ? readFileSync(at(name), 'utf8') : ''
  return {
    status,
    hung,
    ms,
    stdout: Buffer.concat(output.stdout).toString('utf8'),
    stderr: Buffer.concat(output.stderr).toString('utf8'),
    outputFile: read('output'),
    summary: read('summary'),
    files: filesIn(join(temp, 'plimsoll')),
    litter: readdirSync(temp).filter(name => name !== 'plimsoll'),
    orphans: processesWith(`GUARD_RUN=${id}`),
  }
}

const DRIVERS: Readonly<Record<Way, string>> = {
  buildx: 'docker',
  tcp: 'docker',
  layout: 'docker-container',
  engine: 'none',
}

const inputVariables = (inputs: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]))

const filesIn = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    existsSync(folder)
      ? readdirSync(folder)
          .sort()
          .map(name => [name, readFileSync(join(folder, name), 'utf8')])
      : [],
  )

/** Processes whose environment holds this; zombies have none. */
const processesWith = (variable: string): readonly number[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(variable)
      } catch {
        return false
      }
    })
    .map(Number)
