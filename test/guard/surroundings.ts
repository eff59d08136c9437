/**
 * `npm run guard:surroundings`: under strace the built action writes to its temp folder, its report folder, the runner's two
 * files and git's record of the worktree, and to nothing else; it speaks with the engine, GitHub's API and, for one commit,
 * the git remote. Exits 1 for anything more.
 */
import { mkdtempSync, readFileSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { snapshot } from '../build/support/git-repository.ts'
import { startFakeGitHub } from '../support/fake-github/start-fake-github.ts'
import { writeResults } from './results.ts'
import { type ActionRun, runAction } from './run-action.ts'
import { type Doings, readTrace, STRACE } from './trace.ts'
import { makeShallow, openWorkshop, type Way, type Workshop } from './workshop.ts'

interface Scenario {
  readonly name: string
  readonly way: Way
  readonly inputs?: Readonly<Record<string, string>>
  readonly environment?: Readonly<Record<string, string>>
  readonly shallow?: true
}

const SCENARIOS: readonly Scenario[] = [
  { name: 'buildx', way: 'buildx' },
  { name: 'an OCI layout', way: 'layout' },
  { name: 'the engine’s own builder', way: 'engine' },
  { name: 'an engine over TCP', way: 'tcp' },
  { name: 'reports in a folder of the checkout', way: 'buildx', inputs: { 'report-dir': 'reports' } },
  { name: 'secrets', way: 'buildx', inputs: { secrets: 'id=a secret', 'secret-files': 'f=app/main' } },
  { name: 'a base commit from the remote', way: 'buildx', shallow: true },
  { name: 'a build that fails', way: 'layout', environment: { FAKE_HEAD: 'exit 1' } },
  { name: 'a base that fails', way: 'buildx', environment: { FAKE_BASE: 'exit 1' } },
]

export interface SurroundingsFigures {
  readonly runs: number
  readonly writes: number
  readonly connections: number
  readonly writesElsewhere: number
  readonly otherHosts: number
  readonly otherPrograms: number
  readonly checkoutsChanged: number
}

/** `docker` is the builder: what it does is not Plimsoll's doing. */
const isOfBuilder = (program: string): boolean => !/\/(?:node|git|git-[\w-]+)$/.test(program)

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)

const mayWrite = ({ folder, repository }: Workshop, { inputs = {}, shallow }: Scenario) => {
  const git = join(repository.root, '.git')
  const folders = [
    join(folder, 'temp'),
    join(git, 'worktrees'),
    ...(inputs['report-dir'] ? [join(repository.root, inputs['report-dir'])] : []),
    // one commit's objects arrive, and git notes that they are all that it has of the history
    ...(shallow ? [join(git, 'objects'), join(git, 'shallow'), join(git, 'shallow.lock')] : []),
  ]
  const files = [join(folder, 'output'), join(folder, 'summary'), '/dev/null']
  return (path: string): boolean => files.includes(path) || folders.some(each => isWithin(path, each))
}

const mayConnect = (workshop: Workshop, apiUrl: string) => {
  const places = [
    `unix:${join(workshop.folder, 'engine.sock')}`,
    ...[apiUrl, workshop.tcp.host].map(url => new URL(url).host),
  ]
  // glibc asks the cache of names on this machine who the user is
  return (to: string): boolean => places.includes(to) || to === 'unix:/var/run/nscd/socket'
}

/** git gets commits by their hash; nothing of an image is ever a program. */
const isProgram = (args: readonly string[], workshop: Workshop): boolean => {
  const [program = '', ...rest] = args
  if (program === join(workshop.folder, 'bin', 'docker') || program === process.execPath) return true
  if (!/\/git(?:-[\w-]+)?$/.test(program)) return false
  const fetches = rest.includes('fetch') && program.endsWith('/git') && !rest.includes('rev-list')
  return !fetches || /^[0-9a-f]{40}$/.test(rest.at(-1) ?? '')
}

/** @param most so many scenarios, the first ones */
export const runSurroundings = async (
  tell: (sentence: string) => void,
  most = SCENARIOS.length,
): Promise<SurroundingsFigures> => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'plimsoll-surroundings-')))
  const workshop = await openWorkshop(folder, { files: { '.gitignore': 'reports/\n' } })
  const shallow = makeShallow(workshop)
  const figures = {
    runs: 0,
    writes: 0,
    connections: 0,
    writesElsewhere: 0,
    otherHosts: 0,
    otherPrograms: 0,
    checkoutsChanged: 0,
  }
  try {
    for (const scenario of SCENARIOS.slice(0, most)) {
      const place = scenario.shallow ? shallow : workshop
      const { commits, repository } = place
      const fake = await startFakeGitHub({ headSha: commits.head, mergeBaseSha: commits.base })
      const before = withoutReports(snapshot(repository))
      const { name, way, inputs, environment } = scenario
      const doings = await traced(place, {
        way,
        apiUrl: fake.url,
        ...(inputs && { inputs }),
        ...(environment && { environment }),
      })
      const after = withoutReports(snapshot(repository))
      await fake.stop()
      figures.runs += 1
      const own = doings.writes.filter(({ program }) => !isOfBuilder(program))
      const met = doings.connections.filter(({ program }) => !isOfBuilder(program))
      figures.writes += own.length
      figures.connections += met.length
      const [allowed, known] = [mayWrite(place, scenario), mayConnect(place, fake.url)]
      for (const { path, call } of own)
        if (!allowed(path)) {
          figures.writesElsewhere += 1
          tell(`${name}: ${call} ${path}`)
        }
      for (const { to } of met)
        if (!known(to)) {
          figures.otherHosts += 1
          tell(`${name}: connects to ${to}`)
        }
      const fromDocker = join(place.folder, 'bin', 'docker')
      for (const args of programsOfPlimsoll(doings, fromDocker))
        if (!isProgram(args, place)) {
          figures.otherPrograms += 1
          tell(`${name}: starts ${args.join(' ')}`)
        }
      if (JSON.stringify(before) !== JSON.stringify(after)) {
        figures.checkoutsChanged += 1
        tell(`${name}: the checkout changed`)
      }
    }
  } finally {
    await workshop.stop()
  }
  return figures
}

/** The programs of the stand-in for `docker` are a shell's: `cat`, `cp`, `mkdir`, `sleep`. */
const programsOfPlimsoll = ({ programs }: Doings, docker: string): Doings['programs'] =>
  programs.filter(
    args => !(/\/(?:cat|cp|mkdir|sleep|rm|sh|strace)$/.test(args[0] ?? '') && args[0] !== docker),
  )

const withoutReports = (files: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(files).filter(([path]) => !path.startsWith('/reports/')))

const traced = async (place: Workshop, run: ActionRun): Promise<Doings> => {
  const record = join(place.folder, 'trace')
  await runAction(place, { ...run, under: [...STRACE, '-o', record] })
  return readTrace(readFileSync(record, 'utf8'), place.repository.root)
}

if (process.argv[1] === import.meta.filename) {
  const figures = await runSurroundings(sentence => console.error(sentence))
  console.log(JSON.stringify(figures, null, 2))
  writeResults('surroundings', figures)
  const { runs, writesElsewhere, otherHosts, otherPrograms, checkoutsChanged } = figures
  if (runs === 0 || writesElsewhere + otherHosts + otherPrograms + checkoutsChanged > 0) process.exitCode = 1
}
