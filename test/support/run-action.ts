/** Runs the action as the runner would: a process of its own, with the runner's files, variables and event. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const ROOT = join(import.meta.dirname, '..', '..')

/** `src`: what is written here. `dist`: the bundle that users run, which may be older. */
export type Entry = 'src' | 'dist'

const ENTRIES: Readonly<Record<Entry, string>> = {
  src: join(ROOT, 'src', 'index.ts'),
  dist: join(ROOT, 'dist', 'action', 'index.js'),
}

export interface ActionStart {
  readonly entry?: Entry
  readonly inputs: Readonly<Record<string, string>>
  readonly eventName: string
  readonly payload: unknown
  readonly apiUrl: string
  /** A checkout; default: an empty folder. */
  readonly workspace?: string
  readonly sha?: string
  readonly runId?: string
  readonly runAttempt?: string
  readonly repository?: string
  /** Kept after the run; default: one that is made and deleted. */
  readonly temp?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly nodeOptions?: readonly string[]
  readonly timeoutMs?: number
}

export interface ActionEnd {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  /** Workflow commands in order. */
  readonly commands: readonly { readonly name: string; readonly message: string }[]
  readonly stdout: string
  readonly stderr: string
}

export interface StartedAction {
  readonly pid: number
  readonly temp: string
  readonly ended: Promise<ActionEnd>
}

/** Starts it and gives it back at once, for tests that end it early. */
export const startAction = (start: ActionStart): StartedAction => {
  const place = mkdtempSync(join(tmpdir(), 'plimsoll-run-'))
  const temp = start.temp ?? join(place, 'temp')
  const workspace = start.workspace ?? join(place, 'workspace')
  for (const folder of [temp, workspace]) mkdirSync(folder, { recursive: true })
  const file = (name: string, content: string): string => {
    writeFileSync(join(place, name), content)
    return join(place, name)
  }
  const files = {
    GITHUB_OUTPUT: file('output', ''),
    GITHUB_STEP_SUMMARY: file('summary', ''),
    GITHUB_EVENT_PATH: file('event.json', JSON.stringify(start.payload)),
  }
  const { entry = 'src', nodeOptions = [] } = start
  const child = spawn(process.execPath, [...nodeOptions, ENTRIES[entry]], {
    cwd: workspace,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...environmentOf(start),
      ...files,
      RUNNER_TEMP: temp,
      GITHUB_WORKSPACE: workspace,
      ...start.environment,
    },
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), start.timeoutMs ?? 120_000)
  const closed = new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject).once('close', (status, signal) => resolve([status, signal]))
  })
  const ended = Promise.all([closed, text(child.stdout), text(child.stderr)]).then(
    ([[status, signal], stdout, stderr]) => {
      clearTimeout(timer)
      const outputs = outputsOf(readFileSync(files.GITHUB_OUTPUT, 'utf8'))
      const summary = existsSync(files.GITHUB_STEP_SUMMARY)
        ? readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8')
        : ''
      rmSync(place, { recursive: true, force: true })
      return { status, signal, outputs, summary, commands: commandsOf(stdout), stdout, stderr }
    },
  )
  return { pid: child.pid ?? 0, temp, ended }
}

export const runAction = (start: ActionStart): Promise<ActionEnd> => startAction(start).ended

const environmentOf = (start: ActionStart): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '/',
  GITHUB_ACTIONS: 'true',
  GITHUB_EVENT_NAME: start.eventName,
  GITHUB_REPOSITORY: start.repository ?? 'octo/app',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_API_URL: start.apiUrl,
  GITHUB_RUN_ID: start.runId ?? '100',
  GITHUB_RUN_ATTEMPT: start.runAttempt ?? '1',
  ...(start.sha === undefined ? {} : { GITHUB_SHA: start.sha }),
  'INPUT_GITHUB-TOKEN': 'ghs_token0123456789',
  // what action.yml gives where nothing is said
  INPUT_CONTEXT: '.',
  INPUT_BASELINE: 'auto',
  INPUT_MODE: 'auto',
  INPUT_SUMMARY: 'true',
  INPUT_ANNOTATIONS: 'true',
  'INPUT_COMMENT-KEY': 'default',
  'INPUT_NO-CACHE': 'false',
  INPUT_PULL: 'false',
  ...Object.fromEntries(
    Object.entries(start.inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  ),
})

/** `name<<delimiter`, lines, `delimiter`: as the runner reads it. */
const outputsOf = (content: string): Record<string, string> => {
  const lines = content.split('\n')
  const outputs: Record<string, string> = {}
  for (let i = 0; i < lines.length; i += 1) {
    const [, name, delimiter] = /^([^=<]+)<<(.+)$/.exec(lines[i]!) ?? []
    if (name === undefined) continue
    const end = lines.indexOf(delimiter!, i + 1)
    outputs[name] = lines.slice(i + 1, end).join('\n')
    i = end
  }
  return outputs
}

const commandsOf = (stdout: string): ActionEnd['commands'] =>
  [...stdout.matchAll(/^::([a-z-]+)(?: [^:]*)?::(.*)$/gm)].map(([, name, message]) => ({
    name: name!,
    message: message!.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%'),
  }))
