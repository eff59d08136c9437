/** Which commit a pull request is compared with, and why that one. */
import type { GitHubEvent, PullRequest } from './event.ts'

/** `how` is part of a sentence: "… a91be07 (first parent of the merge commit)". */
export type Base =
  | { readonly kind: 'commit'; readonly sha: string; readonly how: string }
  | { readonly kind: 'merge-base'; readonly with: string; readonly how: string }
  /** One of these, the first one that a report was saved of; none is worth a build. */
  | { readonly kind: 'saved'; readonly commits: readonly { readonly sha: string; readonly how: string }[] }
  | { readonly kind: 'none'; readonly why: string }

export interface Checkout {
  /** Null where no event started the run: at a desk. */
  readonly event: GitHubEvent | null
  readonly headCommit: string
  /** In order; readable from the commit itself in a shallow clone. */
  readonly headParents: readonly string[]
  /** The input `base-ref`: a branch, tag or commit. */
  readonly baseRefOption: string | null
}

/** Decides without looking anything up. A merge base is left to git or to the compare API. */
export const chooseBase = ({ event, headCommit, headParents, baseRefOption }: Checkout): Base => {
  if (baseRefOption)
    return { kind: 'merge-base', with: baseRefOption, how: `merge base with ${baseRefOption}` }
  if (!event) return { kind: 'none', why: 'no base-ref is given' }
  if (event.mergeGroup) {
    return { kind: 'commit', sha: event.mergeGroup.baseSha, how: 'base of the merge group' }
  }
  if (event.name === 'pull_request_target') {
    return { kind: 'none', why: 'on pull_request_target only the base commit itself is built' }
  }
  const [onto, merged] = headParents
  if (event.name === 'push') return beforePush(event, onto)
  const { pullRequest } = event
  if (event.name !== 'pull_request' || !pullRequest) return { kind: 'none', why: whyNone(event.name) }
  if (onto && merged && isMergeForPullRequest(event.sha, pullRequest, headCommit, merged)) {
    return { kind: 'commit', sha: onto, how: 'first parent of the merge commit' }
  }
  return { kind: 'merge-base', with: pullRequest.baseSha, how: `merge base with ${pullRequest.baseRef}` }
}

/** A push of several commits was measured at its last one only, so the parent may be unknown where the branch's tip is not. */
const beforePush = ({ beforeSha }: GitHubEvent, parent: string | undefined): Base => {
  const commits = [
    ...(parent ? [{ sha: parent, how: 'first parent of the pushed commit' }] : []),
    ...(beforeSha && beforeSha !== parent ? [{ sha: beforeSha, how: 'the branch before the push' }] : []),
  ]
  return commits.length > 0 ? { kind: 'saved', commits } : { kind: 'none', why: 'this is the first commit' }
}

/**
 * Whether HEAD is the merge commit GitHub made for the pull request. Two parents do not say so: a head that merged the
 * base branch into itself has two as well, and its first parent is the wrong side.
 */
const isMergeForPullRequest = (
  eventSha: string | null,
  pullRequest: PullRequest,
  headCommit: string,
  mergedParent: string,
): boolean =>
  headCommit !== pullRequest.headSha && (headCommit === eventSha || mergedParent === pullRequest.headSha)

const whyNone = (eventName: string): string =>
  eventName === 'pull_request'
    ? 'the event does not say which pull request this is'
    : `${/^\w+$/.test(eventName) ? `the event ${eventName}` : 'this event'} has no base to compare with`
