/**
 * Runs a workflow with `act` in host mode: every step is a process of this machine, the checkout is a copy.
 *
 * What act does there, as tried with 0.2.89: `actions/checkout` is replaced by a copy of the folder with its `.git`
 * (files that `.gitignore` names stay behind); `GITHUB_SHA` is the folder's HEAD; a JavaScript action runs with the first
 * `node` of PATH, whatever `using` says; `github.token` is the secret GITHUB_TOKEN; steps inherit
 * act's own variables, so it is given PATH and HOME alone; those given by `--env` win over what act sets; an action that
 * is used as `owner/name@ref` can be a local folder; with `--json` each line is an object, and outputs, summaries, workflow commands
 * and the result of each step can be told apart.
 */
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'

/** How a workflow under test names this checkout's action. */
export const ACTION = 'plimsoll/plimsoll@v1'

export interface ActRun {
  /** A git repository with `.github/workflows`; HEAD is what the event is about. Never written to. */
  readonly folder: string
  readonly eventName?: string
  /** The payload. `number` beside `pull_request` makes GITHUB_REF. */
  readonly event: unknown
  readonly apiUrl: string
  readonly token?: string
  readonly repository?: string
  readonly runId?: string
  /** More variables for the steps, such as DOCKER_HOST. */
  readonly environment?: Readonly<Record<string, string>>
  /** More actions by name, `owner/name@ref`, and the folders that stand for them; `ACTION`'s own too, under other names. */
  readonly actions?: Readonly<Record<string, string | 'plimsoll'>>
  /** What `ACTION` stands for: holds `action.yml` and what it names. Default: this checkout's, with its `dist`. */
  readonly actionFolder?: string
  /** The folder of the `node` that runs actions. Default: the one that runs the tests. */
  readonly nodeFolder?: string
  readonly timeoutMs?: number
}

export interface ActCommand {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly message: string
}

export interface ActStep {
  /** The step's `id`, or its place from 0. */
  readonly id: string
  readonly result: 'success' | 'failure' | 'skipped' | null
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  /** `error`, `warning`, `notice`, `group` …, in order. */
  readonly commands: readonly ActCommand[]
  /** What it printed, commands apart. */
  readonly output: string
}

export interface ActResult {
  /** 0 when every job succeeded. */
  readonly status: number | null
  readonly steps: readonly ActStep[]
  /** All that act printed, for a message when a test fails. */
  readonly output: string
}

const ROOT = join(import.meta.dirname, '..', '..')

/** Runs the workflows of a folder. Rejects only if act cannot be started; a job that fails is a status. */
export const runAct = async (run: ActRun): Promise<ActResult> => {
  const temp = mkdtempSync(join(tmpdir(), 'plimsoll-act-'))
  try {
    const action = join(temp, 'action')
    const from = run.actionFolder ?? ROOT
    for (const name of run.actionFolder ? ['.'] : ['action.yml', 'dist']) {
      cpSync(join(from, name), join(action, name), { recursive: true })
    }
    writeFileSync(join(temp, 'event.json'), JSON.stringify(run.event))
    writeFileSync(join(temp, 'empty'), '')
    const { nodeFolder = dirname(process.execPath), timeoutMs = 300_000 } = run
    const child = spawn('act', argumentsOf(run, temp, action), {
      cwd: run.folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: `${nodeFolder}${delimiter}${process.env.PATH}`, HOME: process.env.HOME ?? temp },
    })
    const timer = setTimeout(() => child.pid && process.kill(-child.pid, 'SIGKILL'), timeoutMs)
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve)
    })
    const [status, stdout, stderr] = await Promise.all([
      ended,
      text(child.stdout),
      text(child.stderr),
    ]).finally(() => clearTimeout(timer))
    return { status, steps: stepsOf(stdout), output: `${stdout}${stderr}` }
  } finally {
    rmSync(temp, { recursive: true, force: true })
  }
}

const argumentsOf = (run: ActRun, temp: string, action: string): readonly string[] => {
  const {
    eventName = 'pull_request',
    token = 'token-of-the-workflow',
    repository = 'octo/app',
    runId = '1',
  } = run
  const variables = {
    GITHUB_API_URL: run.apiUrl,
    GITHUB_REPOSITORY: repository,
    GITHUB_RUN_ID: runId,
    ...run.environment,
  }
  const empty = join(temp, 'empty')
  return [
    eventName,
    '--json',
    ...['--platform', 'ubuntu-latest=-self-hosted'],
    ...['--local-repository', `${ACTION}=${action}`],
    ...Object.entries(run.actions ?? {}).flatMap(([name, folder]) => [
      '--local-repository',
      `${name}=${folder === 'plimsoll' ? action : folder}`,
    ]),
    ...['--eventpath', join(temp, 'event.json')],
    ...['--action-cache-path', join(temp, 'cache')],
    '--no-cache-server',
    ...['--env-file', empty, '--secret-file', empty, '--var-file', empty, '--input-file', empty],
    ...['--secret', `GITHUB_TOKEN=${token}`],
    ...Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
  ]
}

interface Line {
  readonly stepID?: readonly string[]
  readonly stepResult?: ActStep['result']
  readonly command?: string
  readonly name?: string
  readonly arg?: string
  readonly content?: string
  readonly kvPairs?: Readonly<Record<string, string>>
  readonly raw_output?: boolean
  readonly msg?: string
}

const stepsOf = (stdout: string): readonly ActStep[] => {
  const lines = stdout.split('\n').flatMap(line => (line.startsWith('{') ? [JSON.parse(line) as Line] : []))
  const groups = new Map<string, Line[]>()
  for (const line of lines) {
    const id = line.stepID?.join('/')
    if (id !== undefined) groups.set(id, [...(groups.get(id) ?? []), line])
  }
  return [...groups].map(([id, group]) => stepOf(id, group))
}

const stepOf = (id: string, lines: readonly Line[]): ActStep => ({
  id,
  result: lines.findLast(({ stepResult }) => stepResult)?.stepResult ?? null,
  outputs: Object.fromEntries(
    lines.flatMap(({ command, name, arg }) =>
      command === 'set-output' && name !== undefined ? [[name, arg ?? '']] : [],
    ),
  ),
  summary: lines.flatMap(({ command, content }) => (command === 'summary' ? [content ?? ''] : [])).join(''),
  commands: lines.flatMap(({ command, kvPairs, arg }) =>
    command !== undefined && kvPairs ? [{ name: command, properties: kvPairs, message: arg ?? '' }] : [],
  ),
  output: lines.flatMap(({ raw_output, msg }) => (raw_output ? [msg ?? ''] : [])).join(''),
})
