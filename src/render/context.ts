/** What a rendered review knows beyond the review itself. */
export interface CommentContext {
  /** Which comment this is: `comment-key`. */
  readonly key: string
  /** `<run id>.<attempt>`; null where there is no run. */
  readonly runId: string | null
  /** The image's name for people: the row's label. */
  readonly name: string
  /** The full SHA of the pull request's head; null where there is none. Then there is no marker and no link. */
  readonly headSha: string | null
  /** `https://github.com/owner/repository`, for links to Dockerfile lines; or null. */
  readonly repositoryUrl: string | null
  /** The page of this run; or null. */
  readonly runUrl: string | null
  /** The Dockerfile's path in the repository; null when no Dockerfile was built. */
  readonly dockerfile: string | null
  readonly target: string | null
  /** Plimsoll's version. */
  readonly version: string
  /** More sentences for the reader, with `code` in backticks. */
  readonly notes: readonly string[]
  /** `min-change`: a smaller difference counts as none. Default: 10 kB. */
  readonly minChangeBytes?: number
}

export const MIN_CHANGE_BYTES = 10_000

/** `min-change` in bytes. */
export const minChangeOf = (context: CommentContext): number => context.minChangeBytes ?? MIN_CHANGE_BYTES
