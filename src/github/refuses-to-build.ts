import type { GitHubEvent } from './event.ts'

/**
 * Why this checkout must not be built, in two lines, or null. `pull_request_target` runs with the repository's rights
 * and secrets, and so does `workflow_run`; building executes the Dockerfile, so only a commit that is already on the
 * base branch may be built, and after a pull request's run only the default branch's.
 * @param headCommit HEAD of the repository that holds what is built from; null where it lies in none
 * @param what names that in the sentence
 */
export const refusesToBuild = (
  event: GitHubEvent,
  headCommit: string | null,
  what = 'the checkout',
): string | null => {
  const { name, sha, pullRequest, workflowRun } = event
  if (headCommit !== null && headCommit === sha) return null
  if (name === 'pull_request_target')
    return headCommit !== null && headCommit === pullRequest?.baseSha ? null : refusal(name, what, 'base')
  const isOwnRun = workflowRun !== null && !workflowRun.event.startsWith('pull_request')
  return name === 'workflow_run' && !isOwnRun ? refusal(name, what, 'default branch’s') : null
}

const refusal = (name: string, what: string, commit: string): string =>
  `${name}: not built, because ${what} is not the ${commit} commit and this event would run its Dockerfile with your token and secrets.\n${RECIPE}`

const RECIPE =
  'Start this workflow with "on: pull_request" instead: it needs no secrets, and a fork gets the same verdict, with the report in the job summary. For a comment as well, add the second workflow of the README, "Comments for forks", which publishes that report ("reports") and builds nothing.'
