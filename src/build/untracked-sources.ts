/** Finds what the base build will miss because an earlier step of the workflow made it in the head checkout only. */
import { join, normalize } from 'node:path/posix'
import { askGit, type Git } from './git-command.ts'

/**
 * The sources of `COPY` and `ADD` that have no file at all in the base worktree, and in the head checkout only files
 * that git does not track.
 * @param context relative to the root
 * @param sources as the Dockerfile writes them, relative to the context; without those of `--from` and without URLs
 */
export const untrackedSources = async (
  head: Git,
  baseRoot: string,
  context: string,
  sources: readonly string[],
): Promise<readonly string[]> => {
  const base: Git = { ...head, root: baseRoot }
  const missing: string[] = []
  for (const source of new Set(sources)) {
    const specs = pathspecs(context, source)
    if (specs === null || (await hasFiles(base, ['--cached', '--others'], specs))) continue
    if (await hasFiles(head, ['--cached'], specs)) continue
    if (await hasFiles(head, ['--others'], specs)) missing.push(source)
  }
  return missing
}

/** Null for the whole context, which is never missing, for what leads out of it, and for what holds a variable. */
const pathspecs = (context: string, source: string): readonly string[] | null => {
  if (source.includes('$') || source.includes('\0')) return null
  const within = normalize(source.replace(/^\/+/, '')).replace(/\/+$/, '')
  if (within === '' || within === '.' || within.startsWith('..')) return null
  const path = join(context, within)
  return /[*?[]/.test(within) ? [`:(glob)${path}`, `:(glob)${path}/**`] : [`:(literal)${path}`]
}

const hasFiles = async (git: Git, which: readonly string[], specs: readonly string[]): Promise<boolean> =>
  (await askGit(git, ['ls-files', '-z', ...which, '--', ...specs])).stdout !== ''

/** One line that says what is missing and what can be done. */
export const explainUntracked = (missing: readonly string[]): string => {
  const named = missing.slice(0, 3).map(source => `"${source.replace(/[^\x20-\x7e]/g, '?').slice(0, 80)}"`)
  const rest = missing.length > 3 ? ` and ${missing.length - 3} more` : ''
  return `the Dockerfile copies ${named.join(', ')}${rest}, which an earlier step made in the checkout and which the base commit does not have: set "base-image" to an image of the base, or "base-prepare" to the command that makes it`
}
