/** What `fix` says: a rewrite that was built, checked and measured, or why there is none. */
import type { ProofStep } from './proof/step.ts'

export interface FixOutcome {
  readonly schemaVersion: 1
  readonly tool: { readonly name: 'plimsoll'; readonly version: string }
  /** True only when every step of the proof passed. */
  readonly shown: boolean
  /** The id of the rewrite, or null. */
  readonly rewrite: string | null
  /** A unified diff of the Dockerfile, and of `.dockerignore` where that changes. Empty where nothing is shown. */
  readonly diff: string
  /** Where the Dockerfile is in the checkout. */
  readonly file: string
  /** The whole new Dockerfile, or null. */
  readonly dockerfile: string | null
  /** Where the `.dockerignore` that counts is, or would be, in the checkout. */
  readonly ignoreFile: string
  /** The whole new `.dockerignore`, or null where it stays. */
  readonly dockerignore: string | null
  /** Bytes of content. */
  readonly saves: number | null
  readonly size: { readonly before: number; readonly after: number | null } | null
  readonly proof: readonly ProofStep[]
  /** One sentence for each rewrite that was tried and not shown, or why none was tried. */
  readonly reasons: readonly string[]
}
