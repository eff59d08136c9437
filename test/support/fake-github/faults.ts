/** What can go wrong on the way to GitHub and back. */

export type RouteName =
  | 'user'
  | 'graphql'
  | 'list'
  | 'create'
  | 'read'
  | 'update'
  | 'delete'
  | 'pull'
  | 'pulls'
  | 'files'
  | 'remarks'
  | 'review'
  | 'compare'

/** Strikes requests of one route: the first `times` (all, if absent) after the first `skip`. */
export interface Fault {
  readonly on: RouteName
  readonly skip?: number
  readonly times?: number
  readonly does: Effect
}

export type Effect =
  /** Answers with a status; with `applied` the request is carried out all the same. */
  | {
      readonly answer: number
      readonly message?: string
      readonly headers?: Readonly<Record<string, string>>
      readonly applied?: true
    }
  /** Closes the connection instead of answering, before or after the request was carried out. */
  | { readonly reset: 'before' | 'after' }
  /** Carries the request out and breaks off, or stops for ever, in the middle of the answer; or answers drop by drop. */
  | { readonly body: 'cut' | 'stalled' | 'slow' }
  /** Something else happens just before the request is carried out. */
  | { readonly meanwhile: () => void }

/** Picks the fault for each request in turn. */
export const faultPicker = (faults: readonly Fault[]): ((route: RouteName) => Effect | null) => {
  const seen = new Map<Fault, number>()
  return route => {
    for (const fault of faults) {
      if (fault.on !== route) continue
      const count = seen.get(fault) ?? 0
      seen.set(fault, count + 1)
      const { skip = 0, times = Number.POSITIVE_INFINITY } = fault
      if (count >= skip && count < skip + times) return fault.does
    }
    return null
  }
}
