/** Real programs in images: how each is started, what it must answer, and what a started image did. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'

/** One request to a started server. `status` is 200 where nothing is said; a body that `varies` is not compared. */
export interface Request {
  readonly path: string
  readonly status?: number
  readonly contains?: string
  readonly varies?: boolean
}

/** A command that ends: it must succeed and print these texts. */
interface Prints {
  readonly prints: readonly string[]
}

/** A server: the port inside the container, what it answers, and whether its health check must say so. */
interface Answers {
  readonly port: number
  readonly answers: readonly Request[]
  readonly healthy?: boolean
}

/** What `NAME.json` beside a program's folder says: in the folder it would be part of the images. */
export interface Program {
  readonly about: string
  /** Options of the build, for docker and Plimsoll alike. */
  readonly build?: readonly string[]
  readonly start?: { readonly args?: readonly string[]; readonly command?: readonly string[] }
  readonly expect: Prints | Answers
  /** More commands that a user gives to the image. */
  readonly also?: readonly { readonly run: readonly string[]; readonly prints: readonly string[] }[]
  /** `shown`: there is a good rewrite to find. `may`: showing one is right only if it works. `never`: there is none. */
  readonly rewrite: 'shown' | 'may' | 'never'
}

/** One thing that an image was asked, and what came of it. */
export interface Observed {
  readonly what: string
  readonly status: number | string
  readonly text: string
  readonly errors: string
  readonly varies: boolean
  readonly complaint: string | null
}

interface Finished {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

export const readProgram = (folder: string): Program =>
  JSON.parse(readFileSync(`${folder}.json`, 'utf8')) as Program

const docker = (host: string, args: readonly string[], timeoutMs = 240_000): Promise<Finished> =>
  new Promise(resolve => {
    const env = { ...process.env, DOCKER_HOST: host }
    execFile('docker', [...args], { env, timeout: timeoutMs }, (error, stdout, stderr) => {
      const status = error ? (typeof error.code === 'number' ? error.code : 255) : 0
      resolve({ status, stdout, stderr })
    })
  })

/** Starts an image as its users would, asks everything that the program's file names, and stops it again. */
export const observe = async (
  host: string,
  image: string,
  program: Program,
): Promise<readonly Observed[]> => {
  const args = program.start?.args ?? []
  const observed =
    'prints' in program.expect
      ? [await runOnce(host, image, args, program.start?.command ?? [], program.expect.prints)]
      : await askServer(host, image, program, program.expect)
  for (const { run, prints } of program.also ?? [])
    observed.push(await runOnce(host, image, args, run, prints))
  return observed
}

const runOnce = async (
  host: string,
  image: string,
  args: readonly string[],
  command: readonly string[],
  prints: readonly string[],
): Promise<Observed> => {
  const ran = await docker(host, ['run', '--rm', '--network', 'none', ...args, image, ...command])
  const missing = prints.filter(text => !ran.stdout.includes(text))
  const complaint =
    ran.status !== 0
      ? `ended with ${ran.status}: ${lastLine(ran.stderr)}`
      : missing.length > 0
        ? `did not print ${JSON.stringify(missing)}`
        : null
  const what = `run ${command.join(' ')}`.trim()
  return { what, status: ran.status, text: ran.stdout, errors: ran.stderr, varies: false, complaint }
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? ''

const askServer = async (
  host: string,
  image: string,
  program: Program,
  expected: Answers,
): Promise<Observed[]> => {
  const health = expected.healthy ? ['--health-interval', '1s', '--health-retries', '30'] : []
  const args = [...health, ...(program.start?.args ?? []), image, ...(program.start?.command ?? [])]
  const started = await docker(host, ['run', '-d', ...args])
  const container = started.stdout.trim()
  if (started.status !== 0) {
    if (container) await docker(host, ['rm', '-f', container])
    return [failed('start', lastLine(started.stderr))]
  }
  try {
    const address = await findAddress(host, container, expected.port)
    if (!address) return [failed('start', await whyDown(host, container))]
    const observed: Observed[] = []
    for (const request of expected.answers) observed.push(await ask(address, request))
    if (expected.healthy) observed.push(await waitForHealth(host, container))
    return observed
  } finally {
    await docker(host, ['rm', '-f', '-v', container])
  }
}

const failed = (what: string, complaint: string): Observed => ({
  what,
  status: 'failed',
  text: '',
  errors: '',
  varies: false,
  complaint,
})

const whyDown = async (host: string, container: string): Promise<string> => {
  const { stdout, stderr } = await docker(host, ['logs', '--tail', '5', container])
  return `does not listen: ${`${stdout}${stderr}`.trim()}`
}

const inspect = async (host: string, container: string, format: string): Promise<string> =>
  (await docker(host, ['inspect', '-f', format, container])).stdout.trim()

/** Waits until the server answers anything; null when it ended or thirty seconds went by. */
const findAddress = async (host: string, container: string, port: number): Promise<string | null> => {
  const format = '{{.State.Running}} {{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}'
  for (let attempt = 0; attempt < 120; attempt++) {
    const [running, address] = (await inspect(host, container, format)).split(' ')
    if (running !== 'true') return null
    const url = `http://${address}:${port}`
    try {
      await fetch(url, { signal: AbortSignal.timeout(2000) })
      return url
    } catch {
      await sleep(250)
    }
  }
  return null
}

const ask = async (address: string, request: Request): Promise<Observed> => {
  const { path, status = 200, contains = '', varies = false } = request
  const what = `GET ${path}`
  try {
    const response = await fetch(`${address}${path}`, { signal: AbortSignal.timeout(10_000) })
    const text = await response.text()
    const complaint =
      response.status !== status
        ? `answered ${response.status}, not ${status}: ${text.slice(0, 200)}`
        : text.includes(contains)
          ? null
          : `answered without ${JSON.stringify(contains)}: ${text.slice(0, 200)}`
    return { what, status: response.status, text, errors: '', varies, complaint }
  } catch (error) {
    return failed(what, String(error))
  }
}

const waitForHealth = async (host: string, container: string): Promise<Observed> => {
  let health = ''
  for (let attempt = 0; attempt < 60; attempt++) {
    health = await inspect(host, container, '{{if .State.Health}}{{.State.Health.Status}}{{end}}')
    if (health !== 'starting') break
    await sleep(500)
  }
  const log = '{{range .State.Health.Log}}{{.Output}}{{end}}'
  const complaint = health === 'healthy' ? null : `is ${health}: ${await inspect(host, container, log)}`
  return { what: 'health', status: health, text: '', errors: '', varies: false, complaint }
}

/** What an image did not do as its file says. */
export const complaints = (observed: readonly Observed[]): readonly string[] =>
  observed.flatMap(({ what, complaint }) => (complaint ? [`${what}: ${complaint}`] : []))

/** Every way in which a second image behaves otherwise than the first, or not as its file says. */
export const differences = (first: readonly Observed[], second: readonly Observed[]): readonly string[] => {
  const wrong = complaints(second)
  if (wrong.length > 0) return wrong
  if (first.length !== second.length) return [`${second.length} answers instead of ${first.length}`]
  return first.flatMap((one, index) => {
    const other = second[index]!
    if (one.status !== other.status) return [`${one.what}: ${other.status} instead of ${one.status}`]
    if (one.varies || isDeepStrictEqual(one.text, other.text)) return []
    return [`${one.what}: ${JSON.stringify(other.text)} instead of ${JSON.stringify(one.text)}`]
  })
}
