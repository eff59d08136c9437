/** What a proof is made of. */
import type { Evidence } from '../evidence.ts'
import type { ProgramFiles } from '../program.ts'
import type { Scene } from '../scene.ts'

export interface ProofStep {
  /** `builds`, `program-files` and so on: never renamed. */
  readonly step: string
  readonly passed: boolean
  /** One sentence. */
  readonly detail: string
}

/** What a failed step would need to pass. */
export interface Remedy {
  readonly copies?: readonly string[]
  readonly packages?: readonly string[]
  readonly after?: readonly string[]
  readonly keep?: readonly string[]
}

export interface Claimed {
  /** The image as the author's Dockerfile makes it. */
  readonly original: Scene
  /** The image as the rewritten one makes it. */
  readonly result: Scene
  readonly program: ProgramFiles
  readonly evidence: Evidence
  readonly minSavingBytes: number
  /** The instructions that make the program ran once more: what they write may differ in dates and temporary names. */
  readonly isRebuilt?: boolean
  /** Packages that a final stage of its own installs. */
  readonly install?: readonly string[]
  /** Only single instructions change: leftovers of other kinds are not its affair. */
  readonly keepsOthers?: boolean
}

export interface StepResult extends ProofStep {
  readonly remedy?: Remedy
}

/** A list for a sentence: the first few, and how many more. */
export const some = (names: readonly string[], shown = 3): string =>
  names.length <= shown
    ? names.join(', ')
    : `${names.slice(0, shown).join(', ')} and ${names.length - shown} more`

export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`
