/** What Plimsoll asks of a git remote: single commits by hash, and where a branch stands. */
import { UserError } from '../errors.ts'
import { hasCommit, isShallow, mergeBase, remoteName } from './git.ts'
import { askGit, checkedSha, type Git, REMOTE_TIMEOUT_MS, type Sha } from './git-command.ts'

/** No tag, no remote-tracking branch and no FETCH_HEAD is written: only objects arrive. */
const QUIET = ['fetch', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', '--refmap=']

const requireRemote = async (git: Git, sha: Sha): Promise<string> => {
  const remote = await remoteName(git)
  if (remote) return remote
  throw new UserError(
    `commit ${sha.slice(0, 12)} is not in this clone, and there is no remote to fetch it from`,
  )
}

/**
 * Makes sure that a commit and its files are here. A shallow clone gets the one commit; a full clone stays full, since
 * a depth would turn it into a shallow one.
 */
export const fetchCommit = async (git: Git, sha: Sha): Promise<void> => {
  if (await hasCommit(git, sha)) return
  const remote = await requireRemote(git, checkedSha(sha))
  const depth = (await isShallow(git)) ? ['--depth=1'] : []
  const fetched = await askGit(git, [...QUIET, ...depth, remote, sha], { timeoutMs: REMOTE_TIMEOUT_MS })
  if (fetched.exitCode === 0 && (await hasCommit(git, sha))) return
  throw new UserError(`commit ${sha.slice(0, 12)} could not be fetched from "${remote}"`)
}

/**
 * The best common ancestor; a shallow clone is deepened, step by step, until there is one or nothing more comes. Null
 * also when the remote does not know the commits. Deepening adds history and moves no branch.
 */
export const mergeBaseDeepening = async (git: Git, a: Sha, b: Sha): Promise<Sha | null> => {
  for (const commits of [0, 50, 500, 5_000]) {
    if (commits > 0 && !(await deepen(git, commits, [checkedSha(a), checkedSha(b)]))) return null
    const found = await mergeBase(git, a, b)
    if (found) return found
  }
  return null
}

const deepen = async (git: Git, commits: number, shas: readonly Sha[]): Promise<boolean> => {
  const remote = (await isShallow(git)) ? await remoteName(git) : null
  if (!remote) return false
  const args = [...QUIET, `--deepen=${commits}`, remote, ...shas]
  return (await askGit(git, args, { timeoutMs: REMOTE_TIMEOUT_MS })).exitCode === 0
}

/** The commit that a branch or tag names on the remote, or null: for a clone that has only the pull request. */
export const remoteRef = async (git: Git, name: string): Promise<Sha | null> => {
  const remote = await remoteName(git)
  const plain = remote ? name.replace(new RegExp(`^${remote}/`), '') : name
  const valid = await askGit(git, ['check-ref-format', `refs/heads/${plain}`])
  if (!remote || valid.exitCode !== 0) return null
  const wanted = [`refs/heads/${plain}`, `refs/tags/${plain}^{}`, `refs/tags/${plain}`]
  const listed = await askGit(git, ['ls-remote', remote, ...wanted], { timeoutMs: REMOTE_TIMEOUT_MS })
  const found = new Map(
    listed.stdout.split('\n').map(line => [line.split('\t')[1] ?? '', line.split('\t')[0]!]),
  )
  for (const ref of wanted) if (found.has(ref)) return checkedSha(found.get(ref)!)
  return null
}
