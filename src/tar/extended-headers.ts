/** Headers that describe the next entry: PAX `x` and `g`, GNU long names `L` and `K`. */
import { corruptAt, limitAt, readText } from './fields.ts'
import type { HeaderBlock } from './header.ts'
import { type PaxHeader, type PaxSparse, readPax } from './pax.ts'
import type { TarLimits } from './tar-types.ts'

/** A header with everything applied that was said about it before. */
export interface DescribedHeader {
  readonly path: Uint8Array
  readonly link: Uint8Array
  readonly sizeBytes: number
  readonly uid: number
  readonly gid: number
  readonly capability?: Uint8Array | null
  readonly sparse?: PaxSparse | null
}

const flag = (letter: string): number => letter.charCodeAt(0)
const LONG_NAME = flag('L')
const LONG_LINK = flag('K')
const GLOBAL = flag('g')
/** Solaris calls its extended header `X`. */
const DESCRIBING = new Set([LONG_NAME, LONG_LINK, GLOBAL, flag('x'), flag('X')])

/**
 * What is known about the next entry. Several of one kind in a row: the last one alone counts (as in GNU tar and Go).
 * An empty PAX value takes the name away, and so leaves none (POSIX; GNU tar and Python). Global records count, as for
 * both of them.
 */
export class ExtendedHeaders {
  readonly #limits: TarLimits
  #longName: Uint8Array | null = null
  #longLink: Uint8Array | null = null
  #pax: PaxHeader | null = null
  #globals: PaxHeader | null = null
  #waiting = false

  constructor(limits: TarLimits) {
    this.#limits = limits
  }

  /** Does this header describe the next one? Throws when its body is larger than the limit. */
  announces(header: HeaderBlock, at: number): boolean {
    const { typeFlag, sizeBytes } = header
    if (!DESCRIBING.has(typeFlag)) return false
    const isName = typeFlag === LONG_NAME || typeFlag === LONG_LINK
    const limit = isName ? this.#limits.pathBytes : this.#limits.paxBytes
    if (sizeBytes <= limit) return true
    throw limitAt(
      at,
      `${isName ? 'a name' : 'an extended header'} of ${sizeBytes} bytes: the limit is ${limit}`,
    )
  }

  /** @param at where the body is in the tar */
  add(typeFlag: number, body: Uint8Array, at: number): void {
    if (typeFlag === GLOBAL) {
      this.#globals = mergeGlobals(this.#globals, readPax(body, at), at)
      return
    }
    this.#waiting = true
    if (typeFlag === LONG_NAME) this.#longName = readText(body, 0, body.length)
    else if (typeFlag === LONG_LINK) this.#longLink = readText(body, 0, body.length)
    else this.#pax = readPax(body, at)
  }

  /** Applies what was said to the header it was said about. */
  apply(header: HeaderBlock, at: number): DescribedHeader {
    if (!this.#waiting && this.#globals === null) return header
    const pax = this.#pax
    const globals = this.#globals
    const described: DescribedHeader = {
      path: oneName(pax?.sparse?.name ?? pax?.path ?? globals?.path, this.#longName, header.path, at),
      link: oneName(pax?.link ?? globals?.link, this.#longLink, header.link, at),
      sizeBytes: pax?.sizeBytes ?? header.sizeBytes,
      uid: pax?.uid ?? globals?.uid ?? header.uid,
      gid: pax?.gid ?? globals?.gid ?? header.gid,
      capability: pax?.capability ?? null,
      sparse: pax?.sparse ?? null,
    }
    const limit = this.#limits.pathBytes
    if (described.path.length > limit || described.link.length > limit)
      throw limitAt(at, `a name of more than ${limit} bytes, which is the limit`)
    this.#longName = null
    this.#longLink = null
    this.#pax = null
    this.#waiting = false
    return described
  }

  /** Throws when a header described an entry that never came. */
  end(at: number): void {
    if (this.#waiting) throw corruptAt(at, 'an extended header is not followed by the entry it describes')
  }
}

/** A name given by both PAX and GNU headers: readers differ in which one counts, so they must say the same. */
const oneName = (
  pax: Uint8Array | null | undefined,
  gnu: Uint8Array | null,
  own: Uint8Array,
  at: number,
): Uint8Array => {
  if (pax && gnu && Buffer.compare(pax, gnu) !== 0)
    throw corruptAt(at, 'PAX and GNU headers give different names')
  // GNU tar and Go take an empty long name for none
  return pax ?? (gnu && gnu.length > 0 ? gnu : own)
}

/** A later global record replaces an earlier one. A size for all files, or a sparse map, can only be meant to mislead. */
const mergeGlobals = (before: PaxHeader | null, added: PaxHeader, at: number): PaxHeader => {
  if (added.sizeBytes !== null || added.sparse)
    throw corruptAt(at, 'a global extended header that gives a size to all entries')
  return {
    path: added.path ?? before?.path ?? null,
    link: added.link ?? before?.link ?? null,
    uid: added.uid ?? before?.uid ?? null,
    gid: added.gid ?? before?.gid ?? null,
    sizeBytes: null,
    capability: null,
    sparse: null,
  }
}
