import type { BaseQuestion } from './base-commit.ts'
import type { BuildLog } from './build/build-log.ts'
import type { Git } from './build/git.ts'
import type { InspectWorld } from './inspect.ts'
import type { Budgets } from './report/budgets.ts'
import type { ImageReport } from './report/types.ts'

/** Everything from outside that a review asks for. */
export interface ReviewWorld extends InspectWorld {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What relative paths of the options start from. */
  readonly workingDirectory: string
  /** The checkout, or null outside of git. */
  readonly git: Git | null
  readonly event: BaseQuestion['event']
  readonly askApi: BaseQuestion['askApi']
  readonly log: BuildLog
  /** Private to this run, and gone after it. */
  readonly tempDir: string
  /** Reads a report that was saved earlier. */
  readonly readReport: (path: string, source: string) => Promise<ImageReport>
  /** The report of a commit, where an earlier run saved one. */
  readonly savedBaseline?: (sha: string) => Promise<ImageReport | null>
  /** The budgets as a commit has them; null where that cannot be told. */
  readonly budgetsAt?: (sha: string) => Promise<Budgets | null>
  /** Throws where one of these files and folders must not be built from; absent where everything may be. */
  readonly checkSources?: ((paths: readonly string[]) => Promise<void>) | undefined
  /** Whether the pull request has a label now. */
  readonly hasLabel?: (label: string) => Promise<boolean>
  /** `YYYY-MM-DD`, for `ignore … until`. */
  readonly today: string
}
