/**
 * Every event that starts a run, on the built action: GitHub's own payloads (`@octokit/webhooks-examples`) with the
 * commits of a real repository in them, a real engine that builds, and a stand-in for the API. What each run did is the
 * table in docs/events.md.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Review } from '../../src/report/types.ts'
import { makeRepository, type Repository, temporaryDirectory } from '../build/support/git-repository.ts'
import type { Fault } from '../support/fake-github/faults.ts'
import { startFakeGitHub } from '../support/fake-github/start-fake-github.ts'
import { type ActionEnd, runAction } from '../support/run-action.ts'

export interface EventResult {
  /** As the table names it. */
  readonly event: string
  readonly head: string
  readonly baseline: string
  readonly comment: string
  readonly gate: string
  readonly end: ActionEnd
  readonly problems: readonly string[]
}

interface World {
  readonly host: string
  readonly temp: string
  readonly repository: Repository
  /** The branch before, the tip that the merge stands on, the pull request's own, and the merge. */
  readonly commits: {
    readonly first: string
    readonly tip: string
    readonly feature: string
    readonly merge: string
  }
}

interface EventCase {
  readonly event: string
  readonly name: string
  /** Changes GitHub's example; default: as it is, with the commits put in. */
  readonly payload?: (example: Json, world: World) => Json
  /** What is checked out; `merge` unless said. */
  readonly checkout?: keyof World['commits']
  readonly sha?: keyof World['commits']
  readonly inputs?: (world: World) => Readonly<Record<string, string>>
  readonly faults?: readonly Fault[]
}

type Json = Record<string, unknown>

const MB = 1_000_000
const BUDGETS = { 'max-size': '2 MB', 'max-increase': '1 MB', 'max-leftovers': '1 MB' }
const READ_ONLY: readonly Fault[] = (['create', 'update', 'delete'] as const).map(on => ({
  on,
  does: { answer: 403, message: 'Resource not accessible by integration' },
}))
const STRANGER = 'stranger/Hello-World'

const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as {
  name: string
  examples: Json[]
}[]

const exampleOf = (name: string): Json =>
  structuredClone(examples.find(each => each.name === name)?.examples[0] ?? {})

const at = (value: Json, ...path: readonly string[]): Json =>
  path.reduce((inner, key) => inner[key] as Json, value)

const pullRequest = (example: Json, { commits }: World, headRepository?: string): Json => {
  const pull = at(example, 'pull_request')
  Object.assign(at(pull, 'head'), { sha: commits.feature })
  Object.assign(at(pull, 'base'), { sha: commits.first })
  if (headRepository) Object.assign(at(pull, 'head', 'repo'), { full_name: headRepository })
  return example
}

const baselines = ({ temp }: World): Record<string, string> => ({ 'baseline-dir': join(temp, 'baselines') })

export const CASES: readonly EventCase[] = [
  { event: '`pull_request`, same repository', name: 'pull_request', payload: pullRequest },
  {
    event: '`pull_request`, from a fork',
    name: 'pull_request',
    payload: (example, world) => pullRequest(example, world, STRANGER),
    faults: READ_ONLY,
    inputs: ({ temp }) => ({ 'report-dir': join(temp, 'reports', 'image-report') }),
  },
  {
    event: '`pull_request`, from Dependabot',
    name: 'pull_request',
    payload: (example, world) => {
      Object.assign(at(example, 'sender'), { login: 'dependabot[bot]', type: 'Bot' })
      return pullRequest(example, world)
    },
    faults: READ_ONLY,
  },
  {
    event: '`workflow_run`, with `reports`',
    name: 'workflow_run',
    payload: (example, { commits }) => {
      const run = at(example, 'workflow_run')
      Object.assign(run, {
        event: 'pull_request',
        head_sha: commits.feature,
        head_branch: 'feature',
        pull_requests: [],
      })
      Object.assign(at(run, 'head_repository'), { full_name: STRANGER })
      return example
    },
    checkout: 'tip',
    inputs: ({ temp }) => ({ reports: join(temp, 'reports', '**', 'report.json') }),
  },
  {
    event: '`workflow_run`, with the pull request checked out',
    name: 'workflow_run',
    payload: (example, { commits }) => {
      Object.assign(at(example, 'workflow_run'), { event: 'pull_request', head_sha: commits.feature })
      return example
    },
    checkout: 'feature',
    sha: 'tip',
  },
  {
    event: '`pull_request_target`, with the pull request checked out',
    name: 'pull_request_target',
    payload: (_, world) => pullRequest(exampleOf('pull_request'), world, STRANGER),
    sha: 'tip',
  },
  {
    event: '`pull_request_target`, with the base checked out',
    name: 'pull_request_target',
    payload: (_, world) => pullRequest(exampleOf('pull_request'), world, STRANGER),
    checkout: 'tip',
    sha: 'tip',
  },
  { event: '`push`, nothing saved yet', name: 'push', checkout: 'first', inputs: baselines },
  { event: '`push`, after a saved one', name: 'push', checkout: 'tip', inputs: baselines },
  {
    event: '`pull_request`, `baseline: saved`',
    name: 'pull_request',
    payload: pullRequest,
    inputs: world => ({ ...baselines(world), baseline: 'saved' }),
  },
  {
    event: '`merge_group`',
    name: 'merge_group',
    payload: (example, { commits }) => {
      Object.assign(at(example, 'merge_group'), { head_sha: commits.merge, base_sha: commits.tip })
      return example
    },
  },
  { event: '`workflow_dispatch`', name: 'workflow_dispatch' },
  {
    event: '`workflow_dispatch`, with `base-ref`',
    name: 'workflow_dispatch',
    inputs: () => ({ 'base-ref': 'main' }),
  },
  // GitHub sends the timetable and the repository; there is no example of it
  { event: '`schedule`', name: 'schedule', payload: () => ({ schedule: '0 4 * * 1' }) },
  { event: '`release`', name: 'release' },
  ...['issue_comment', 'pull_request_review', 'repository_dispatch', 'deployment', 'create'].map(name => ({
    event: `\`${name}\``,
    name,
  })),
]

const makeWorld = (host: string): World => {
  const temp = temporaryDirectory('events')
  const repository = makeRepository(join(temp, 'repository'))
  const files = (bytes: number) => ({ data: 'x'.repeat(bytes) })
  const first = repository.commit('Begin', { Dockerfile: 'FROM scratch\nCOPY data /data\n', ...files(MB) })
  repository.run('switch', '-q', '-c', 'feature')
  const feature = repository.commit('Grow', files(3 * MB))
  repository.run('switch', '-q', 'main')
  const tip = repository.commit('Say what it is', { 'README.md': 'An image\n' })
  repository.run('switch', '-q', '--detach', tip)
  repository.run('merge', '-q', '--no-ff', '-m', 'Merge', 'feature')
  const merge = repository.run('rev-parse', 'HEAD').trim()
  return { host, temp, repository, commits: { first, tip, feature, merge } }
}

/** Runs every event, in order: some need what an earlier one left. */
export const runEvents = async (host: string): Promise<readonly EventResult[]> => {
  const world = makeWorld(host)
  try {
    const results: EventResult[] = []
    for (const each of CASES) results.push(await runEvent(each, world))
    return results
  } finally {
    rmSync(world.temp, { recursive: true, force: true })
  }
}

const runEvent = async (each: EventCase, world: World): Promise<EventResult> => {
  const { repository, commits, temp } = world
  const { checkout = 'merge', sha = checkout, name } = each
  repository.run('switch', '-q', '--detach', commits[checkout])
  const example = exampleOf(name)
  const payload = each.payload?.(example, world) ?? example
  const fullName = String((payload.repository as Json | undefined)?.full_name ?? 'octo/app')
  const number = Number((payload.pull_request as Json | undefined)?.number ?? 7)
  const fake = await startFakeGitHub({
    repository: fullName,
    number,
    headSha: commits.feature,
    headRepo: STRANGER,
    faults: each.faults ?? [],
  })
  const folder = join(temp, 'last')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  const inputs = { ...BUDGETS, network: 'host', 'report-dir': folder, ...each.inputs?.(world) }
  try {
    const end = await runAction({
      entry: 'dist',
      eventName: name,
      payload,
      apiUrl: fake.url,
      repository: fullName,
      workspace: repository.root,
      sha: commits[sha],
      inputs,
      environment: { DOCKER_HOST: world.host, GIT_CONFIG_GLOBAL: '/dev/null' },
    })
    const review = reviewIn(inputs['report-dir'])
    return { event: each.event, ...describe(end, review, world), end, problems: fake.problems }
  } finally {
    await fake.stop()
  }
}

const reviewIn = (folder: string): Review | null => {
  try {
    return JSON.parse(readFileSync(join(folder, 'review.json'), 'utf8')) as Review
  } catch {
    return null
  }
}

type Told = Pick<EventResult, 'head' | 'baseline' | 'comment' | 'gate'>

const describe = (end: ActionEnd, review: Review | null, { commits }: World): Told => {
  const errors = end.commands.filter(({ name }) => name === 'error')
  if (errors.some(({ message }) => /: not built, because/.test(message)))
    return { head: 'not built', baseline: '–', comment: '–', gate: 'fails, and names the recipe' }
  const comment = commentOf(end)
  if (!review)
    return { head: 'what the run measured', baseline: 'as measured', comment, gate: gateOf(end, null) }
  const names = new Map(Object.entries(commits).map(([name, sha]) => [sha, name]))
  const head =
    { first: 'HEAD', tip: 'HEAD', feature: 'HEAD', merge: 'HEAD' }[names.get(review.head.ref ?? '') ?? ''] ??
    '?'
  const saved = end.outputs.baseline === '' ? '' : ', saved as a baseline'
  return { head: `${head}${saved}`, baseline: baselineOf(review), comment, gate: gateOf(end, review) }
}

const baselineOf = ({ base, baseMissing }: Review): string =>
  base === null
    ? `none: ${(baseMissing ?? '').replace(/\b[0-9a-f]{7}\b/, 'the first parent')}`
    : (base.how ?? '?')

const commentOf = ({ outputs, commands }: ActionEnd): string => {
  if (outputs['comment-written'] === 'true') return 'written'
  const notice = commands.find(({ name }) => name === 'notice')
  return notice ? 'not written: one notice names the missing permission' : 'none'
}

const gateOf = ({ status }: ActionEnd, review: Review | null): string => {
  if (!review) return status === 0 ? 'none: the run that measured has its own' : 'fails'
  const judged = ['max-size', 'max-leftovers', 'max-increase'].filter(name =>
    review.budgets.some(budget => budget.name === name && budget.passed !== null),
  )
  const words = judged.map(name => name.replace('max-', ''))
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}
