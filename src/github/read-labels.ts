import type { GitHubApi } from './api.ts'
import { field, labelsOf, type Repository } from './event.ts'
import { type Clock, isFailure, openSession, persist } from './persist.ts'
import { realClock } from './real-clock.ts'

const BUDGET_MS = 12_000

/**
 * The labels that a pull request has now: a run that is repeated has the event of its first attempt, and with it the
 * labels of that time. Null where GitHub does not say.
 */
export const readLabels = async (
  api: GitHubApi,
  repository: Repository,
  number: number,
  clock: Clock = realClock,
): Promise<readonly string[] | null> => {
  const session = openSession(api, clock, BUDGET_MS)
  const parameters = { ...repository, pull_number: number }
  try {
    return await persist(session, 'GET /repos/{owner}/{repo}/pulls/{pull_number}', parameters, ({ data }) => {
      const labels = field(data, 'labels')
      return Array.isArray(labels) ? labelsOf(labels) : null
    })
  } catch (error) {
    if (isFailure(error)) return null
    throw error
  }
}
