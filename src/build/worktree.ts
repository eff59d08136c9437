/** The base commit's files, in a worktree of their own beside the user's checkout, which stays as it is. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../errors.ts'
import { askGit, checkedSha, type Git, REMOTE_TIMEOUT_MS, runGit, type Sha } from './git-command.ts'
import { ownGitDirectory, sendsGitDirectory } from './git-directory.ts'
import { fetchCommit } from './git-fetch.ts'
import { hasLfsFiles } from './lfs.ts'
import type { InputPaths } from './resolve-context.ts'

export interface Worktree {
  /** The root of the base commit's files. */
  readonly path: string
  /** Takes away the files and git's record of them. May be called twice; does not throw. */
  remove(): Promise<void>
}

const NAME = 'plimsoll-base-'

/**
 * Checks out a commit, detached, in a new directory under `tempDir`, with submodules and LFS files as the checkout has
 * them: a submodule that is initialised there, from its own clone there; LFS files if theirs are there, else pointers.
 * @param inputs what will be built: if that is sent `.git`, the worktree gets one like the checkout's
 */
export const addWorktree = async (
  git: Git,
  sha: Sha,
  tempDir: string,
  inputs: InputPaths | null = null,
): Promise<Worktree> => {
  const path = join(tempDir, `${NAME}${randomBytes(8).toString('hex')}`)
  await forgetLostWorktrees(git)
  // The order they were added in; they are taken away the other way round
  const added: { readonly git: Git; readonly path: string }[] = []
  const remove = async (): Promise<void> => {
    for (const one of added.splice(0).reverse()) await removeOne(one.git, one.path)
    await rm(path, { recursive: true, force: true }).catch(() => {})
  }
  try {
    await populate(git, sha, path, added)
    if (inputs && (await sendsGitDirectory(path, inputs)) && (await ownGitDirectory(git, path, sha)))
      added.shift()
    return { path, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

const populate = async (
  git: Git,
  sha: Sha,
  path: string,
  added: { git: Git; path: string }[],
): Promise<void> => {
  await fetchCommit(git, checkedSha(sha))
  const variables = (await hasLfsFiles(git)) ? { GIT_LFS_SKIP_SMUDGE: '0' } : { GIT_LFS_SKIP_SMUDGE: '1' }
  added.push({ git, path })
  await runGit(git, ['worktree', 'add', '--detach', '--force', path, sha], {
    variables,
    timeoutMs: REMOTE_TIMEOUT_MS,
  })
  for (const submodule of await submodulesOf(git, sha)) {
    const checkedOut = { ...git, root: join(git.root, submodule.path) }
    // A submodule's own ".git" is what "initialised" means; without it git would answer for the repository around it
    if (!existsSync(join(checkedOut.root, '.git'))) continue
    await populate(checkedOut, submodule.sha, join(path, submodule.path), added)
  }
}

/** The gitlinks of a commit. */
const submodulesOf = async (
  git: Git,
  sha: Sha,
): Promise<readonly { readonly path: string; readonly sha: Sha }[]> => {
  const listed = await runGit(git, ['ls-tree', '-r', '-z', sha])
  return [...listed.matchAll(/160000 commit ([0-9a-f]+)\t([^\0]+)/g)].map(match => ({
    sha: match[1]!,
    path: match[2]!,
  }))
}

const removeOne = async (git: Git, path: string): Promise<void> => {
  const still: Git = { root: git.root, environment: git.environment } // an abort must not stop this
  const args = ['worktree', 'remove', '--force', '--force', path]
  try {
    const removed = await askGit(still, args)
    if (removed.exitCode === 0) return
    // Files that git could not delete: away with them, then with the record of a directory that is gone
    await rm(path, { recursive: true, force: true })
    await askGit(still, args)
  } catch (error) {
    process.emitWarning(`a worktree could not be removed: ${messageOf(error)}`)
  }
}

/** A run that was killed leaves a record of a worktree whose directory is gone with its temp directory: only ours go. */
const forgetLostWorktrees = async (git: Git): Promise<void> => {
  const listed = await askGit(git, ['worktree', 'list', '--porcelain'])
  for (const [, path] of listed.stdout.matchAll(/^worktree (.*)$/gm))
    if (path && new RegExp(`/${NAME}[0-9a-f]{16}$`).test(path) && !existsSync(path))
      await askGit(git, ['worktree', 'remove', '--force', path])
}
