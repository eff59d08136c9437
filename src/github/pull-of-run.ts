/**
 * The pull request that a finished run measured, from what GitHub says of the run and never from what the run wrote: a
 * fork's run can write any number. `workflow_run` names the pull request only where the head is in the same repository;
 * for a fork the open pull requests of its branch are asked for, and the one at just this commit is taken.
 */
import type { GitHubApi } from './api.ts'
import { field, labelsOf, type Repository, shaOf, type WorkflowRun } from './event.ts'
import { type Clock, isFailure, openSession, persist } from './persist.ts'
import { realClock } from './real-clock.ts'
import { reasonOf } from './skip-reason.ts'

export interface RunQuestion {
  readonly api: GitHubApi
  readonly repository: Repository
  readonly run: WorkflowRun
  readonly clock?: Clock
}

export type PullOfRun =
  /** `labels`: null where nobody was asked. */
  | { readonly kind: 'found'; readonly number: number; readonly labels: readonly string[] | null }
  /** `notice`: somebody should hear of it. */
  | { readonly kind: 'none'; readonly reason: string; readonly notice: boolean }

const BUDGET_MS = 12_000

const MOVED = 'no open pull request is at the commit that was measured: it was closed or has a newer one'
const SEVERAL =
  'several open pull requests are at the commit that was measured, and GitHub does not say which'

export const pullOfRun = async (question: RunQuestion): Promise<PullOfRun> => {
  const { run } = question
  try {
    if (
      run.pullNumbers.length === 1 ||
      run.headOwner === null ||
      run.headBranch === null ||
      run.headRepo === null
    )
      return fromEvent(run)
    const pulls = await openPulls(question, run.headOwner, run.headBranch)
    const [found, ...others] = pulls.filter(
      pull => pull.headSha === run.headSha && pull.headRepo === run.headRepo,
    )
    if (!found) return { kind: 'none', reason: MOVED, notice: false }
    if (others.length > 0) return { kind: 'none', reason: SEVERAL, notice: true }
    return { kind: 'found', number: found.number, labels: found.labels }
  } catch (error) {
    if (!isFailure(error)) throw error
    return { kind: 'none', reason: reasonOf(error), notice: true }
  }
}

/** Where GitHub names one there is nothing to ask; where the head's repository is gone there is nobody to. */
const fromEvent = ({ pullNumbers: [number, ...others] }: WorkflowRun): PullOfRun => {
  if (number === undefined) return { kind: 'none', reason: MOVED, notice: false }
  return others.length > 0
    ? { kind: 'none', reason: SEVERAL, notice: true }
    : { kind: 'found', number, labels: null }
}

interface Pull {
  readonly number: number
  readonly headSha: string | null
  readonly headRepo: unknown
  readonly labels: readonly string[]
}

const openPulls = async (
  { api, repository, clock = realClock }: RunQuestion,
  owner: string,
  branch: string,
): Promise<readonly Pull[]> => {
  const session = openSession(api, clock, BUDGET_MS)
  const parameters = { ...repository, state: 'open', head: `${owner}:${branch}`, per_page: 100 }
  const found = await persist(session, 'GET /repos/{owner}/{repo}/pulls', parameters, ({ data }) =>
    Array.isArray(data) ? (data as readonly unknown[]) : null,
  )
  return found.flatMap(pull => {
    const number = field(pull, 'number')
    if (!Number.isSafeInteger(number) || (number as number) < 1) return []
    return [
      {
        number: number as number,
        headSha: shaOf(field(pull, 'head', 'sha')),
        headRepo: field(pull, 'head', 'repo', 'full_name'),
        labels: labelsOf(field(pull, 'labels')),
      },
    ]
  })
}
