/**
 * Where an event brings the repository's token and secrets, whatever a build reads must come from a commit that may be
 * built: the context, the Dockerfile, other contexts and a bake file may each lie in a checkout of their own.
 */
import { realpath, stat } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import { headCommit, outerCheckout } from './build/git.ts'
import { UserError } from './errors.ts'
import type { GitHubEvent } from './github/event.ts'
import { refusesToBuild } from './github/refuses-to-build.ts'
import type { ReviewWorld } from './review-world.ts'
import { type Environment, openCheckout } from './world.ts'

export interface SourceQuestion {
  readonly event: GitHubEvent
  readonly environment: Environment
  /** What paths are shown relative to. */
  readonly workspace: string
  readonly signal: AbortSignal
}

/** A check that throws for the first path that must not be built from; undefined where everything may be. */
export const sourceCheck = (question: SourceQuestion): ReviewWorld['checkSources'] => {
  if (refusesToBuild(question.event, null) === null) return undefined
  return async paths => {
    for (const folder of new Set(await Promise.all(paths.map(realFolder)))) {
      const refusal = folder === null ? null : await refusalOf(folder, question)
      if (refusal !== null) throw new UserError(refusal)
    }
  }
}

/** The folder that a path is or lies in, links followed; null for one that is not there, which cannot be built from. */
const realFolder = async (path: string): Promise<string | null> => {
  try {
    const real = await realpath(path)
    return (await stat(real)).isDirectory() ? real : dirname(real)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw error
  }
}

/** A submodule is as good as the commit that names its own commit. */
const refusalOf = async (folder: string, question: SourceQuestion): Promise<string | null> => {
  const { event, environment, workspace, signal } = question
  const git = await openCheckout(folder, environment, signal)
  const head = git && (await headCommit(git))
  const shown = shownPath(relative(await realpath(workspace), folder))
  const refusal = refusesToBuild(
    event,
    head,
    git ? `the checkout of ${shown}` : `${shown}, in no git repository,`,
  )
  if (refusal === null || !git) return refusal
  const outer = await outerCheckout(git)
  return outer !== null && outer.recorded === head ? refusalOf(outer.root, question) : refusal
}

const shownPath = (path: string): string => `"${(path || '.').replace(/[^\x20-\x7e]/g, '?').slice(0, 120)}"`
