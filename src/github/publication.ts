/** What a comment's publication needs, and what can become of it. */
import type { GitHubApi } from './api.ts'
import type { Repository } from './event.ts'
import type { Clock } from './persist.ts'

/** Governs creation only: a comment that exists is always kept up to date. */
export type CommentMode = 'always' | 'on-change' | 'on-failure' | 'never'

export interface Publication {
  readonly api: GitHubApi
  readonly repository: Repository
  readonly issueNumber: number
  readonly key: string
  /** `<run id>.<attempt>` of the run that measured. */
  readonly runId: string
  /** The pull request's head that was measured, not the merge commit. */
  readonly headSha: string
  /** Begins with the marker of this key, run and head. */
  readonly body: string
  readonly mode: CommentMode
  /** For `on-change`: there is something to say. */
  readonly worthCreating: boolean
  /** For `on-failure`. */
  readonly failed: boolean
  /** Whether two bodies say the same to a reader. */
  readonly same: (a: string, b: string) => boolean
  readonly clock?: Clock
}

export type PublishOutcome =
  | { readonly kind: 'created' | 'updated' | 'unchanged'; readonly id: number; readonly url: string }
  /** `notice`: somebody should hear of it. Otherwise all is as it should be. */
  | { readonly kind: 'skipped'; readonly reason: string; readonly notice: boolean }

/** Whether a comment that is not there yet may be written. */
export const mayCreate = ({ mode, worthCreating, failed }: Publication): boolean =>
  mode === 'always' || (mode === 'on-change' && worthCreating) || (mode === 'on-failure' && failed)
