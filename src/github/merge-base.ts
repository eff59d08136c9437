import type { GitHubApi } from './api.ts'
import { field, type Repository, shaOf } from './event.ts'
import { type Clock, isFailure, openSession, persist } from './persist.ts'
import { realClock } from './real-clock.ts'

export interface MergeBaseQuestion {
  readonly api: GitHubApi
  readonly repository: Repository
  /** Commits, or refs of the same repository. */
  readonly base: string
  readonly head: string
  readonly clock?: Clock
}

const BUDGET_MS = 30_000

/** The merge base as GitHub knows it, for clones too shallow to tell; null when it does not answer. Needs `contents: read`. */
export const mergeBaseFromApi = async (question: MergeBaseQuestion): Promise<string | null> => {
  const { api, repository, base, head, clock = realClock } = question
  const session = openSession(api, clock, BUDGET_MS)
  const parameters = { ...repository, basehead: `${base}...${head}`, per_page: 1 }
  try {
    return await persist(session, 'GET /repos/{owner}/{repo}/compare/{basehead}', parameters, ({ data }) =>
      shaOf(field(data, 'merge_base_commit', 'sha')),
    )
  } catch (error) {
    if (isFailure(error)) return null
    throw error
  }
}
