/** Whether a build has the same inputs at the base commit and in the working tree, so that one build says it for both. */
import { dirname } from 'node:path/posix'
import { headCommit } from './git.ts'
import { askGit, checkedSha, type Git, type Sha } from './git-command.ts'
import { sendsGitDirectory } from './git-directory.ts'
import type { InputPaths } from './resolve-context.ts'

/**
 * True only if nothing can differ: no changed, untracked or ignored file, no empty directory, no submodule, no input
 * that is itself a symbolic link, and no other rule of checking out. In doubt false, and the base is built.
 */
export const sameInputs = async (git: Git, base: Sha, inputs: InputPaths): Promise<boolean> => {
  const paths = inputPaths(inputs)
  const all = [...paths, ...attributeFiles(paths)]
  const ask = (args: readonly string[], given: readonly string[]) =>
    askGit(git, ['--literal-pathspecs', '-c', 'core.fileMode=true', ...args, '--', ...given])
  const isEmpty = async (...args: readonly string[]): Promise<boolean> => {
    const listed = await ask(['ls-files', '-z', ...args], all)
    return listed.exitCode === 0 && listed.stdout === ''
  }
  const tracked = await ask(['ls-files', '-z', '--stage', '-v'], paths)
  if (tracked.exitCode !== 0 || hasUncertainEntry(tracked.stdout, paths)) return false
  const lineEnds = await ask(['ls-files', '-z', '--eol'], paths)
  if (lineEnds.exitCode !== 0 || hasForeignLineEnds(lineEnds.stdout)) return false
  // Tree to index and index to files, each by a command that does not write the index as "git diff" would
  if (!(await isEmpty('--modified', '--deleted')) || !(await isEmpty('--others', '--directory'))) return false
  const staged = ['--cached', '--quiet', '--no-ext-diff', '--no-renames', '--ignore-submodules=none']
  if ((await ask(['diff', ...staged, checkedSha(base)], all)).exitCode !== 0) return false
  if (!(await isInCommit(git, base, inputs))) return false
  // A build that is sent ".git" may read the commit's name
  return (await headCommit(git)) === base || !(await sendsGitDirectory(git.root, inputs))
}

/** Inputs, and what lies beside the Dockerfile and belongs to it. */
const inputPaths = ({ context, dockerfile, buildContexts }: InputPaths): readonly string[] => [
  ...new Set([
    context,
    dockerfile,
    `${dockerfile}.dockerignore`,
    ...buildContexts.filter(({ local }) => local).map(({ value }) => value),
  ]),
]

/** What decides how files are checked out, from the root down to each input. */
const attributeFiles = (paths: readonly string[]): readonly string[] => {
  const directories = new Set<string>(['.'])
  for (const path of paths)
    for (let at = path; at !== '.' && at !== '/'; at = dirname(at)) directories.add(at)
  return [...directories].map(directory =>
    directory === '.' ? '.gitattributes' : `${directory}/.gitattributes`,
  )
}

/**
 * `H 100644 … 0\tpath`: in lower case "assume unchanged", `S` not checked out, a stage above 0 a conflict, 160000 a
 * submodule. A link (120000) is sent as a link, unless it is what the user named.
 */
const hasUncertainEntry = (listed: string, paths: readonly string[]): boolean =>
  listed.split('\0').some(entry => {
    if (entry === '') return false
    const match = /^H (100644|100755|120000) [0-9a-f]+ 0\t(.*)$/s.exec(entry)
    return !match || (match[1] === '120000' && paths.includes(match[2]!))
  })

/** Line ends that `git diff` overlooks because git would convert them: `i/lf w/crlf attr/text=auto`. */
const hasForeignLineEnds = (listed: string): boolean =>
  listed.split('\0').some(entry => {
    const match = /^i\/(\S*)\s+w\/(crlf|mixed)\s+attr\/(.*?)\t/.exec(entry)
    return match !== null && match[1] !== match[2] && !match[3]!.includes('eol=crlf')
  })

/** A path that neither side has is no difference for `git diff`. */
const isInCommit = async (git: Git, base: Sha, { context, dockerfile }: InputPaths): Promise<boolean> => {
  for (const path of [context === '.' ? '' : context, dockerfile])
    if ((await askGit(git, ['cat-file', '-e', `${base}:${path}`])).exitCode !== 0) return false
  return true
}
