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
  'diff.autoRefreshIndex=false',
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
