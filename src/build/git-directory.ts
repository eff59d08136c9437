/**
 * The `.git` of a build context that is the repository's root. The checkout's is a directory, which `COPY . .` copies
 * and `git describe` reads; a worktree's is a file that points elsewhere. A base built from that would be smaller
 * than it was, or not build at all.
 */
import {
  copyFile,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  rmdir,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseDockerignore } from './dockerignore.ts'
import { type Git, runGit, type Sha } from './git-command.ts'
import type { InputPaths } from './resolve-context.ts'

/** Whether a build in this tree is sent the tree's `.git`, or parts of it. */
export const sendsGitDirectory = async (root: string, inputs: InputPaths): Promise<boolean> => {
  const isRoot = async (path: string): Promise<boolean> =>
    (await realpath(join(root, path)).catch(() => null)) === (await realpath(root))
  const read = (path: string): Promise<string | null> => readFile(join(root, path), 'utf8').catch(() => null)
  const general = await read('.dockerignore')
  // BuildKit prefers the rules beside the Dockerfile; other contexts have their own alone
  const ofContext = (await read(`${inputs.dockerfile}.dockerignore`)) ?? general
  if ((await isRoot(inputs.context)) && letsGitThrough(ofContext)) return true
  for (const { local, value } of inputs.buildContexts)
    if (local && (await isRoot(value)) && letsGitThrough(general)) return true
  return false
}

const letsGitThrough = (ignoreText: string | null): boolean => {
  const rules = parseDockerignore(ignoreText ?? '')
  return rules.hasExceptions || !rules.ignores('.git')
}

/** A line that warns when a build can read the token that `actions/checkout` left in `.git/config`; else null. */
export const warnOfCredential = async (root: string, inputs: InputPaths): Promise<string | null> => {
  const config = await readFile(join(root, '.git/config'), 'utf8').catch(() => '')
  const holdsOne = /^\s*extraheader\s*=\s*\S/im.test(config) || /:\/\/[^/\s:@]*:[^/\s@]+@/.test(config)
  if (!holdsOne || !(await sendsGitDirectory(root, inputs))) return null
  return 'The build is sent .git, which holds a credential: add ".git" to .dockerignore, or check out with "persist-credentials: false".'
}

/**
 * Gives a worktree a `.git` directory like the checkout's: the same objects (as hard links), branches and
 * configuration, with its own commit and index; git's record of the worktree is no longer needed and goes.
 * @returns false when the checkout's own `.git` is no directory either
 */
export const ownGitDirectory = async (git: Git, worktree: string, sha: Sha): Promise<boolean> => {
  const from = join(git.root, '.git')
  if (!(await lstat(from)).isDirectory()) return false
  const record = (await runGit({ ...git, root: worktree }, ['rev-parse', '--absolute-git-dir'])).replace(
    /\n$/,
    '',
  )
  const made = join(worktree, '.git-of-its-own')
  await copyDirectory(from, made, '')
  await copyFile(join(record, 'index'), join(made, 'index'))
  await writeFile(join(made, 'HEAD'), `${sha}\n`)
  await rm(join(worktree, '.git'))
  await rename(made, join(worktree, '.git'))
  await rm(record, { recursive: true, force: true })
  await rmdir(dirname(record)).catch(() => {}) // others' worktrees stay
  return true
}

/** What belongs to the checkout alone: its index, what locks it, and git's records of worktrees. */
const isOfCheckout = (path: string): boolean =>
  path === 'index' || path.endsWith('.lock') || /^(?:modules\/.+\/)?worktrees$/.test(path)

const copyDirectory = async (from: string, to: string, path: string): Promise<void> => {
  await mkdir(join(to, path))
  for (const entry of await readdir(join(from, path), { withFileTypes: true })) {
    const inner = path === '' ? entry.name : `${path}/${entry.name}`
    if (isOfCheckout(inner)) continue
    const [source, target] = [join(from, inner), join(to, inner)]
    if (entry.isDirectory()) await copyDirectory(from, to, inner)
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target)
    else if (entry.isFile()) await (isObject(inner) ? linkOrCopy(source, target) : copyFile(source, target))
  }
}

/** Objects never change once they are written. */
const isObject = (path: string): boolean => /(?:^|\/)objects\/(?:[0-9a-f]{2}|pack)\//.test(path)

const linkOrCopy = (from: string, to: string): Promise<void> => link(from, to).catch(() => copyFile(from, to))
