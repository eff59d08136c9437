/** What can go wrong with an engine, one request at a time. */

export type EngineRoute = 'build' | 'inspect' | 'export' | 'remove'

export interface EngineFault {
  readonly on: EngineRoute
  /** Only requests for this side's image; both when absent. */
  readonly side?: 'head' | 'base'
  readonly does: EngineEffect
}

/** A place in an answer: a share of it, or so many bytes before its end. */
export type Place = { readonly share: number } | { readonly beforeEnd: number }

export type EngineEffect =
  | { readonly answer: number }
  /** The answer breaks off: as a connection that is lost, or as if nothing were missing. */
  | { readonly cut: Place; readonly as: 'lost' | 'whole' }
  /** A bit is turned over. */
  | { readonly flip: Place }
  /** The answer stops there for ever. */
  | { readonly stall: Place }
  /** In pieces of so many bytes, with a pause after each. */
  | { readonly slow: number; readonly pauseMs: number }
  /** The connection is closed instead of answered, before or after the request was carried out. */
  | { readonly reset: 'before' | 'after' }
  /** Something else than was asked for. */
  | { readonly instead: string }

export const placeIn = (bytes: Uint8Array, place: Place): number =>
  'share' in place
    ? Math.min(bytes.length - 1, Math.max(1, Math.floor(bytes.length * place.share)))
    : Math.max(0, bytes.length - place.beforeEnd)
