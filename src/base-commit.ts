/** The commit to compare with, once `chooseBase` has said how to find it: asked of git, and of the API for shallow clones. */
import { commitParents, defaultBranch, type Git, resolveRef, type Sha } from './build/git.ts'
import { fetchCommit, mergeBaseDeepening, remoteRef } from './build/git-fetch.ts'
import { messageOf, UserError } from './errors.ts'
import { type Base, chooseBase } from './github/base-rule.ts'
import type { GitHubEvent } from './github/event.ts'

export type BaseCommit =
  | { readonly kind: 'commit'; readonly sha: Sha; readonly how: string }
  /** To be compared with if a report of one was saved; the first of them otherwise only on request. */
  | Extract<Base, { kind: 'saved' }>
  | { readonly kind: 'none'; readonly why: string }

export interface BaseQuestion {
  readonly git: Git
  readonly headCommit: Sha
  /** Null at a desk. */
  readonly event: GitHubEvent | null
  readonly baseRef: string | null
  /** The merge base as GitHub's API knows it; null where there is no API to ask. */
  readonly askApi: ((base: string, head: string) => Promise<string | null>) | null
}

export const findBaseCommit = async (question: BaseQuestion): Promise<BaseCommit> => {
  const { git, headCommit, event } = question
  const baseRef = question.baseRef ?? (event ? null : await defaultBranch(git))
  if (!event && baseRef === null)
    return { kind: 'none', why: 'no default branch to compare with was found: name a commit with --base-ref' }
  const headParents = await commitParents(git, headCommit)
  const base = chooseBase({ event, headCommit, headParents, baseRefOption: baseRef })
  if (base.kind === 'none' || base.kind === 'saved') return base
  if (base.kind === 'commit') return fetched(git, base.sha, base.how)
  return mergeBaseCommit(question, base)
}

const mergeBaseCommit = async (
  { git, headCommit, askApi }: BaseQuestion,
  base: Extract<Base, { kind: 'merge-base' }>,
): Promise<BaseCommit> => {
  const tip = /^[0-9a-f]{40}$/.test(base.with)
    ? base.with
    : ((await resolveRef(git, base.with)) ?? (await remoteRef(git, base.with)))
  if (!tip)
    throw new UserError(
      `base-ref: "${base.with}" is neither a branch, a tag nor a commit here or on the remote`,
    )
  const known = await fetchCommit(git, tip).then(
    () => mergeBaseDeepening(git, tip, headCommit),
    () => null,
  )
  const found = known ?? (askApi && (await askApi(tip, headCommit)))
  if (found) return fetched(git, found, base.how)
  return { kind: 'none', why: `there is no common ancestor with ${base.with} in this clone` }
}

const fetched = async (git: Git, sha: Sha, how: string): Promise<BaseCommit> => {
  try {
    await fetchCommit(git, sha)
    return { kind: 'commit', sha, how }
  } catch (error) {
    return { kind: 'none', why: messageOf(error) }
  }
}
