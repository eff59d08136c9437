/** What the images of one run may still ask for, together: a limit for each layer alone would be no limit for 4,096 of them. */
import { LimitError, UserError } from '../errors.ts'
import { LIMITS, type Limits } from '../limits.ts'

const SHARED = {
  allJsonBytes: 'bytes of JSON in an archive',
  unpackedBytes: 'bytes of layers without their compression',
  contentBytes: 'bytes of files in all layers, holes of sparse ones counted',
  entries: 'entries in all layers',
  directories: 'directories in all layers',
  allPathBytes: 'bytes of names in all layers',
  allBodyBytes: 'bytes of package databases and the like in all layers',
} as const satisfies Partial<Record<keyof Limits, string>>

export type SharedLimit = keyof typeof SHARED

export interface ReadBudget {
  readonly limits: Limits
  /** Throws a LimitError that names the limit when it is passed; a negative amount gives back. */
  take(what: SharedLimit, amount: number): void
  /** Takes what need not be had, and says whether it did: half of the limit is left for what must be. */
  takeIfRoom(what: SharedLimit, amount: number): boolean
  /** Throws when reading has taken too long. */
  checkTime(): void
}

/** @param limits other than the usual ones, for tests */
export const createReadBudget = (limits: Limits = LIMITS): ReadBudget => {
  const left: Record<SharedLimit, number> = {
    allJsonBytes: limits.allJsonBytes,
    unpackedBytes: limits.unpackedBytes,
    contentBytes: limits.contentBytes,
    entries: limits.entries,
    directories: limits.directories,
    allPathBytes: limits.allPathBytes,
    allBodyBytes: limits.allBodyBytes,
  }
  const until = performance.now() + limits.readMs
  return {
    limits,
    take: (what, amount) => {
      if (amount > left[what]) throw tooMuch(limits, what, SHARED[what])
      left[what] -= amount
    },
    takeIfRoom: (what, amount) => {
      if (amount > left[what] - limits[what] / 2) return false
      left[what] -= amount
      return true
    },
    checkTime: () => {
      if (performance.now() > until) throw tookTooLong(limits.readMs)
    },
  }
}

/** The one wording of a passed limit: what there is too much of, the limit, and its name in docs/limits.md. */
export const tooMuch = (limits: Limits, limit: keyof Limits, what: string): LimitError =>
  new LimitError(`more than ${limits[limit]} ${what}, which is the limit (${limit})`)

export const tookTooLong = (readMs: number): UserError =>
  new UserError(
    `the images were not read within ${Math.round(readMs / 60_000)} minutes, which is the limit (readMs): nothing is reported of half an image`,
  )
