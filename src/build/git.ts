/** What Plimsoll asks of a repository: commits, and the names they go by. */
import { realpath } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import { UserError } from '../errors.ts'
import type { Environment } from './child-environment.ts'
import { askGit, checkedSha, type Git, openGit, runGit, type Sha } from './git-command.ts'
import { oneLine } from './redact.ts'

export { type Git, openGit, type Sha } from './git-command.ts'

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

/**
 * The working tree that has this one as a submodule, and the commit that its own commit records for it; null where there
 * is no such tree.
 */
export const outerCheckout = async (
  git: Git,
): Promise<{ readonly root: string; readonly recorded: Sha | null } | null> => {
  const found = await askGit(git, ['rev-parse', '--show-superproject-working-tree'])
  const root = found.stdout.replace(/\n$/, '')
  if (found.exitCode !== 0 || root === '') return null
  const path = relative(await realpath(root), await realpath(git.root))
    .split(sep)
    .join('/')
  const recorded = await askGit({ ...git, root }, ['rev-parse', '--verify', '--quiet', `HEAD:${path}`])
  return { root, recorded: recorded.exitCode === 0 ? recorded.stdout.trim() : null }
}

const FILE_LIMIT_CHARACTERS = 1_000_000

/**
 * A file's text as a commit has it; null where it has no such file, or the commit is not here.
 * @param path from the root of the repository, with slashes
 */
export const fileAt = async (git: Git, sha: Sha, path: string): Promise<string | null> => {
  const found = await askGit(git, ['cat-file', 'blob', `${checkedSha(sha)}:${path}`])
  return found.exitCode === 0 && found.stdout.length <= FILE_LIMIT_CHARACTERS ? found.stdout : null
}

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
