/** From what the user wrote to paths: first relative to the checkout, then inside whichever tree is built from. */
import { realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, normalize, relative, resolve, sep } from 'node:path'
import { messageOf, UserError } from '../errors.ts'
import type { BuildOptions, Side } from './build-options.ts'

/** Where a build's inputs lie in any tree of the repository: relative to its root, `/` between names, `.` for the root. */
export interface InputPaths {
  readonly context: string
  readonly dockerfile: string
  readonly buildContexts: readonly BuildContext[]
}

export interface BuildContext {
  readonly name: string
  /** A path relative to the root when `local`, else what BuildKit is given as it is. */
  readonly value: string
  readonly local: boolean
}

/** The same, in one tree: absolute, without symbolic links. */
export interface ResolvedInputs {
  readonly context: string
  readonly dockerfile: string
  readonly buildContexts: readonly { readonly name: string; readonly value: string }[]
}

export interface Directories {
  /** The root of the checkout. */
  readonly checkout: string
  /** What relative paths start from: the workspace of a job, the current directory of a terminal. */
  readonly workingDirectory: string
}

type InputNames = Pick<BuildOptions, 'context' | 'file' | 'buildContexts'>

/** Reads `context`, `file` and `build-contexts`. A path outside the checkout, and a context that is not a directory of it, is refused. */
export const locateInputs = async (options: InputNames, directories: Directories): Promise<InputPaths> => {
  const roots = await withRealPaths(directories)
  const ofGit = /^\{\{defaultContext\}\}(?::(.*))?$/.exec(options.context)
  const context = ofGit
    ? inCheckout('context', join(directories.checkout, ofGit[1] ?? '.'), roots)
    : inCheckout('context', localPath('context', options.context), roots)
  // A file belongs to the context when that is the repository itself, to the working directory otherwise
  const fileRoot = ofGit ? join(directories.checkout, context) : '.'
  return {
    context,
    dockerfile: options.file
      ? inCheckout('file', inDirectory(fileRoot, localPath('file', options.file)), roots)
      : normalize(join(context, 'Dockerfile')),
    buildContexts: options.buildContexts.map(written => locateBuildContext(written, roots)),
  }
}

const locateBuildContext = (written: string, roots: Roots): BuildContext => {
  const at = written.indexOf('=')
  const name = written.slice(0, at)
  const value = written.slice(at + 1)
  if (at < 1 || value === '' || name.startsWith('-'))
    throw new UserError(
      `build-contexts: "${shown(written)}" is not "name=value": write one such as "assets=./assets"`,
    )
  if (value.startsWith('docker-image://')) return { name, value, local: false }
  const layout = /^oci-layout:\/\/(.*)$/s.exec(value)
  if (layout)
    return { name, value: `oci-layout://${resolve(roots[0]!.workingDirectory, layout[1]!)}`, local: false }
  const input = `build-contexts: ${name}`
  return { name, value: inCheckout(input, localPath(input, value), roots), local: true }
}

/** What `docker build` takes for a Git repository, an archive or its standard input. */
const REMOTE = /^(?:-$|[a-z][a-z0-9+.-]*:\/\/|git@|github\.com\/|[^/]+@[^/]+:)/i

const localPath = (input: string, path: string): string => {
  if (REMOTE.test(path))
    throw new UserError(
      `${input}: "${shown(path)}" is not a directory of the checkout: Plimsoll builds what is checked out, at two commits`,
    )
  if (path.startsWith('-'))
    throw new UserError(`${input}: "${shown(path)}" must not begin with "-": write "./${shown(path)}"`)
  if (path === '' || path.includes('\0')) throw new UserError(`${input}: "${shown(path)}" is not a path`)
  return path
}

/** The directories as they were given, then with their own symbolic links followed: a path may be written either way. */
type Roots = readonly Directories[]

const withRealPaths = async ({ checkout, workingDirectory }: Directories): Promise<Roots> => {
  const real = { checkout: await realpath(checkout), workingDirectory: await realpath(workingDirectory) }
  return [
    { checkout: resolve(checkout), workingDirectory: resolve(workingDirectory) },
    real,
    { ...real, workingDirectory: resolve(workingDirectory) },
  ]
}

const inDirectory = (directory: string, path: string): string =>
  isAbsolute(path) ? path : join(directory, path)

const inCheckout = (input: string, path: string, roots: Roots): string => {
  for (const { checkout, workingDirectory } of roots) {
    const within = relative(checkout, resolve(workingDirectory, path))
    if (!escapes(within)) return within === '' ? '.' : within.split(sep).join('/')
  }
  throw new UserError(`${input}: "${shown(path)}" is outside the checkout`)
}

const escapes = (path: string): boolean => path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path)

/**
 * Finds the inputs in one tree: the checkout for the head, a worktree for the base. Symbolic links are followed and
 * must end inside the tree.
 */
export const resolveInputs = async (paths: InputPaths, root: string, side: Side): Promise<ResolvedInputs> => {
  const realRoot = await realpath(root)
  const find = (input: string, path: string, kind: 'directory' | 'file') =>
    findInside({ input, path, kind, realRoot, side })
  const context = await find('context', paths.context, 'directory')
  const dockerfile = await find('file', paths.dockerfile, 'file')
  const buildContexts: { name: string; value: string }[] = []
  for (const { name, value, local } of paths.buildContexts)
    buildContexts.push({
      name,
      value: local ? await find(`build-contexts: ${name}`, value, 'directory') : value,
    })
  return { context, dockerfile, buildContexts }
}

interface Wanted {
  readonly input: string
  readonly path: string
  readonly kind: 'directory' | 'file'
  readonly realRoot: string
  readonly side: Side
}

const findInside = async ({ input, path, kind, realRoot, side }: Wanted): Promise<string> => {
  const tree = side === 'head' ? 'the checkout' : 'the base commit'
  const what = input === 'file' ? 'Dockerfile' : kind
  let real: string
  try {
    real = await realpath(join(realRoot, path))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new UserError(`${input}: ${tree} has no ${what} "${shown(path)}"`)
    throw new UserError(`${input}: "${shown(path)}" cannot be followed: ${messageOf(error)}`)
  }
  if (escapes(relative(realRoot, real)))
    throw new UserError(`${input}: "${shown(path)}" is a symbolic link that leads out of ${tree}`)
  const found = await stat(real)
  if (kind === 'directory' ? !found.isDirectory() : !found.isFile())
    throw new UserError(`${input}: "${shown(path)}" of ${tree} is not a ${kind}`)
  return real
}

const shown = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 120)
