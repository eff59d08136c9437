/** Git, asked safely: no shell, no hooks, no prompts, no names from outside where a commit's hash will do. */
import { UserError } from '../errors.ts'
import { childEnvironment, type Environment } from './child-environment.ts'
import { oneLine } from './redact.ts'
import { type Captured, runCaptured } from './run-captured.ts'

/** A repository's working tree, and how git is run there. */
export interface Git {
  /** The root of the working tree. */
  readonly root: string
  readonly environment: Environment
  readonly signal?: AbortSignal | undefined
}

/** 40 hex digits, or 64 in a SHA-256 repository. */
export type Sha = string

const LOCAL_TIMEOUT_MS = 120_000
/** For what talks to a remote, or checks out files that an LFS filter may fetch. */
export const REMOTE_TIMEOUT_MS = 900_000

/** Nothing that a repository's configuration names is run, and nothing is done behind the user's back. */
const SAFE = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'protocol.ext.allow=never',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'advice.detachedHead=false',
].flatMap(setting => ['-c', setting])

/** Variables by which a caller (a hook, for instance) points git at a repository or index of its own. */
const LOCATIONS = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_PREFIX',
  'GIT_COMMON_DIR',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_NAMESPACE',
  'GIT_SHALLOW_FILE',
  'GIT_LITERAL_PATHSPECS',
  'GIT_GLOB_PATHSPECS',
  'GIT_NOGLOB_PATHSPECS',
  'GIT_ICASE_PATHSPECS',
]

/** Git for the tree at `root`, with the user's environment less what no child gets. */
export const openGit = (root: string, environment: Environment, signal?: AbortSignal): Git => {
  const clean: Record<string, string> = { ...childEnvironment(environment) }
  for (const name of LOCATIONS) delete clean[name]
  // Optional locks are what lets "git status" rewrite the user's index
  return {
    root,
    signal,
    environment: { ...clean, GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' },
  }
}

export interface GitOptions {
  readonly input?: string
  readonly timeoutMs?: number
  /** More variables for this call. */
  readonly variables?: Readonly<Record<string, string>>
}

/** Runs git and gives all that came of it. No git at all is an error that says so. */
export const askGit = async (
  git: Git,
  args: readonly string[],
  options: GitOptions = {},
): Promise<Captured> => {
  const { input, timeoutMs = LOCAL_TIMEOUT_MS, variables } = options
  const captured = await runCaptured('git', ['-C', git.root, ...SAFE, ...args], {
    environment: { ...git.environment, ...variables },
    timeoutMs,
    signal: git.signal,
    ...(input !== undefined && { input }),
  })
  if (captured.notFound) throw new UserError('git is not installed: it is needed to build the base commit')
  return captured
}

/** Runs git and gives its output; a failure is an error with git's own words. */
export const runGit = async (
  git: Git,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> => {
  const captured = await askGit(git, args, options)
  if (captured.exitCode === 0) return captured.stdout
  const words = captured.stderr.split('\n').find(line => /^(?:fatal|error): /.test(line)) ?? captured.stderr
  throw new UserError(
    `git ${args[0]}: ${oneLine(words.replace(/^(?:fatal|error): /, '')) || `exit status ${captured.exitCode}`}`,
  )
}

/** Refuses what is not a commit's full hash. */
export const checkedSha = (sha: string): Sha => {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(sha)) return sha
  throw new UserError(`"${oneLine(sha, 80)}" is not the full hash of a commit`)
}

/** The root of the working tree that a directory lies in, or null when it lies in none. */
export const findCheckout = async (directory: string, environment: Environment): Promise<string | null> => {
  const found = await askGit(openGit(directory, environment), ['rev-parse', '--show-toplevel'])
  return found.exitCode === 0 ? found.stdout.replace(/\n$/, '') : null
}

/** The checked-out commit. */
export const headCommit = async (git: Git): Promise<Sha> =>
  (await runGit(git, ['rev-parse', '--verify', 'HEAD^{commit}'])).trim()

/** A commit's parents, first one first, as the commit itself names them: right in a shallow clone too, where they are absent. */
export const commitParents = async (git: Git, sha: Sha): Promise<readonly Sha[]> => {
  const commit = await runGit(git, ['cat-file', 'commit', checkedSha(sha)])
  const head = commit.split('\n\n')[0]!
  return [...head.matchAll(/^parent ([0-9a-f]+)$/gm)].map(match => match[1]!)
}

export const hasCommit = async (git: Git, sha: Sha): Promise<boolean> =>
  (await askGit(git, ['cat-file', '-e', `${checkedSha(sha)}^{commit}`])).exitCode === 0

/** The best common ancestor that this clone can see, or null: there is none, or the clone is too shallow. */
export const mergeBase = async (git: Git, a: Sha, b: Sha): Promise<Sha | null> => {
  const found = await askGit(git, ['merge-base', checkedSha(a), checkedSha(b)])
  return found.exitCode === 0 ? found.stdout.trim().split('\n')[0]! : null
}

export const isShallow = async (git: Git): Promise<boolean> =>
  (await runGit(git, ['rev-parse', '--is-shallow-repository'])).trim() === 'true'

/** Whether the working tree differs from its commit, untracked files included. */
export const isDirty = async (git: Git): Promise<boolean> =>
  (await runGit(git, ['status', '--porcelain', '-z', '--untracked-files=normal'])) !== ''

/**
 * The commit that a branch, tag or hash names here, or null. A plain name is looked for as it is and under the remote.
 * @param name what the user wrote for `base-ref`
 */
export const resolveRef = async (git: Git, name: string): Promise<Sha | null> => {
  if (name === '' || name.startsWith('-') || /[\0-\x20\x7f]/.test(name))
    throw new UserError(`base-ref: "${oneLine(name, 80)}" is not the name of a branch, tag or commit`)
  const remote = await remoteName(git)
  for (const candidate of remote ? [name, `refs/remotes/${remote}/${name}`] : [name]) {
    const found = await askGit(git, [
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `${candidate}^{commit}`,
    ])
    const sha = found.stdout.trim().split('\n').at(-1)!
    if (found.exitCode === 0 && /^[0-9a-f]{40,64}$/.test(sha)) return sha
  }
  return null
}

/** `origin`, else the checked-out branch's remote, else the only one, else null. */
export const remoteName = async (git: Git): Promise<string | null> => {
  const remotes = (await runGit(git, ['remote']))
    .split('\n')
    .filter(name => name !== '' && !name.startsWith('-'))
  if (remotes.includes('origin')) return 'origin'
  const branch = await askGit(git, ['symbolic-ref', '--quiet', '--short', 'HEAD'])
  const configured = await askGit(git, ['config', '--get', `branch.${branch.stdout.trim()}.remote`])
  const upstream = configured.stdout.trim()
  return remotes.includes(upstream) ? upstream : remotes.length === 1 ? remotes[0]! : null
}

/** The branch that a pull request would be merged into: the remote's HEAD, else the upstream, else main or master. */
export const defaultBranch = async (git: Git): Promise<string | null> => {
  const remote = await remoteName(git)
  if (remote) {
    const head = await askGit(git, ['symbolic-ref', '--quiet', '--short', `refs/remotes/${remote}/HEAD`])
    if (head.exitCode === 0) return head.stdout.trim()
  }
  const upstream = await askGit(git, ['rev-parse', '--abbrev-ref', '--verify', '--quiet', '@{upstream}'])
  if (upstream.exitCode === 0 && upstream.stdout.trim() !== '') return upstream.stdout.trim()
  for (const name of [...(remote ? [`${remote}/main`, `${remote}/master`] : []), 'main', 'master'])
    if (await resolveRef(git, name)) return name
  return null
}
