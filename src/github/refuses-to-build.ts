import type { GitHubEvent } from './event.ts'

/**
 * Why this checkout must not be built, in two lines, or null. `pull_request_target` runs with the repository's rights
 * and secrets, and building executes the Dockerfile; so only a commit that is already on the base branch may be built.
 * `headCommit` is HEAD of the repository that holds the build context.
 */
export const refusesToBuild = (event: GitHubEvent, headCommit: string): string | null => {
  if (event.name !== 'pull_request_target') return null
  const trusted = headCommit === event.sha || headCommit === event.pullRequest?.baseSha
  return trusted ? null : `${REFUSAL}\n${RECIPE}`
}

const REFUSAL =
  'pull_request_target: not built, because the checkout is not the base commit and this event would run its Dockerfile with your token and secrets.'
const RECIPE =
  'Start this workflow with "on: pull_request" instead: it needs no secrets, and a fork gets the same verdict, with the report in the job summary.'
