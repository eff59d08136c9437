/** From blocks to entries: which headers describe, which are entries, how long their bodies are. */
import { type DescribedHeader, ExtendedHeaders } from './extended-headers.ts'
import { corruptAt, limitAt } from './fields.ts'
import { type HeaderBlock, readHeader } from './header.ts'
import {
  addOldBlock,
  addOldHeader,
  addPaxMap,
  createSparseMap,
  createSparseText,
  isMapInBody,
  oldRealSize,
  type SparseMap,
  type SparseText,
} from './sparse.ts'
import type { TarEntryType, TarHeader, TarLimits } from './tar-types.ts'

/** What is needed next: a block, the long body of an extended header, or the body of an entry. */
export type Next = 'block' | 'long' | 'entry'

const flag = (letter: string): number => letter.charCodeAt(0)
/** The regular file of v7, which writes a directory as such a file with a slash at the end. */
const OLD_FILE = 0
const GNU_SPARSE = flag('S')
const SLASH = 0x2f

const TYPES = new Map<number, TarEntryType>([
  [OLD_FILE, 'file'],
  [flag('0'), 'file'],
  [flag('7'), 'file'],
  [GNU_SPARSE, 'file'],
  [flag('1'), 'hardlink'],
  [flag('2'), 'symlink'],
  [flag('5'), 'directory'],
  // a directory with the list of its names as a body (GNU incremental)
  [flag('D'), 'directory'],
])

/** These never have a body, whatever size they state: some writers state the target's (as Go reads them). */
const isWithoutBody = (typeFlag: number): boolean => typeFlag >= flag('1') && typeFlag <= flag('6')

type Entry = { -readonly [K in keyof TarHeader]: TarHeader[K] }

export class EntryParser {
  /** The entry, once `entry` was said. */
  header: TarHeader | null = null
  /** Bytes of that entry still to come, without padding. */
  bodyBytes = 0
  /** Bytes of the extended header to come, once `long` was said, without padding. */
  longBytes = 0

  readonly #limits: TarLimits
  readonly #extended: ExtendedHeaders
  #longFlag = 0
  #entries = 0
  /** The map of a sparse entry that is being read, as blocks after the header or as text at the head of the body. */
  #map: SparseMap | null = null
  #text: SparseText | null = null
  #entry: Entry | null = null

  constructor(limits: TarLimits) {
    this.#limits = limits
    this.#extended = new ExtendedHeaders(limits)
  }

  /** The next block belongs to a sparse map: it is no header and no end marker. */
  get isInMap(): boolean {
    return this.#map !== null
  }

  /** Throws when something was announced that did not come. */
  end(at: number): void {
    this.#extended.end(at)
  }

  /** @param at where the block is in the tar */
  takeBlock(block: Uint8Array, at: number): Next {
    if (this.#map) return this.#takeMapBlock(this.#map, block, at)
    const header = readHeader(block, at)
    if (!this.#extended.announces(header, at)) return this.#takeEntry(header, block, at)
    this.#longFlag = header.typeFlag
    this.longBytes = header.sizeBytes
    return header.sizeBytes === 0 ? this.takeLong(new Uint8Array(0), at) : 'long'
  }

  /** @param padded the body of an extended header in its blocks; must not change afterwards */
  takeLong(padded: Uint8Array, at: number): Next {
    this.#extended.add(this.#longFlag, padded.subarray(0, this.longBytes), at)
    return 'block'
  }

  #takeEntry(header: HeaderBlock, block: Uint8Array, at: number): Next {
    this.#entries += 1
    if (this.#entries > this.#limits.entries)
      throw limitAt(at, `more than ${this.#limits.entries} entries, which is the limit`)
    const { typeFlag } = header
    const said = this.#extended.apply(header, at)
    const isOldDirectory = typeFlag === OLD_FILE && said.path.at(-1) === SLASH
    const type = isOldDirectory ? 'directory' : (TYPES.get(typeFlag) ?? 'other')
    const isFile = type === 'file'
    this.bodyBytes = isOldDirectory || isWithoutBody(typeFlag) ? 0 : said.sizeBytes
    const entry: Entry = {
      path: said.path,
      type,
      sizeBytes: isFile ? said.sizeBytes : 0,
      storedBytes: isFile ? said.sizeBytes : 0,
      mode: header.mode,
      uid: said.uid,
      gid: said.gid,
      link: type === 'symlink' || type === 'hardlink' ? said.link : null,
      sparse: false,
    }
    if (said.capability) entry.capability = said.capability
    this.header = entry
    return typeFlag === GNU_SPARSE || said.sparse ? this.#takeSparse(entry, header, said, block, at) : 'entry'
  }

  #takeSparse(entry: Entry, header: HeaderBlock, said: DescribedHeader, block: Uint8Array, at: number): Next {
    const sparse = said.sparse ?? null
    const isOld = header.typeFlag === GNU_SPARSE
    if (entry.type !== 'file' || (isOld && (sparse !== null || header.format !== 'gnu')))
      throw corruptAt(at, 'a sparse map for an entry that cannot have one')
    entry.sparse = true
    entry.sizeBytes = isOld ? oldRealSize(block, at) : (sparse?.realSizeBytes ?? said.sizeBytes)
    const { fileBytes } = this.#limits
    if (entry.sizeBytes > fileBytes)
      throw limitAt(at, `a sparse file of ${entry.sizeBytes} bytes: the limit is ${fileBytes}`)
    const map = createSparseMap(entry.sizeBytes, this.#limits.sparseParts, at)
    let isMore = false
    if (sparse === null) isMore = addOldHeader(map, block)
    else if (isMapInBody(sparse, at)) {
      this.#text = createSparseText(map, this.#limits.sparseParts, at)
      isMore = true
    } else addPaxMap(map, sparse, at)
    if (!isMore) return this.#finishMap(map, entry)
    this.#map = map
    this.#entry = keptEntry(entry)
    return 'block'
  }

  #takeMapBlock(map: SparseMap, block: Uint8Array, at: number): Next {
    if (this.#text) {
      if (this.bodyBytes < block.length)
        throw corruptAt(at, 'a sparse map that is longer than the body it is in')
      this.bodyBytes -= block.length
      if (!this.#text(block)) return 'block'
    } else if (addOldBlock(map, block)) return 'block'
    return this.#finishMap(map, this.#entry!)
  }

  #finishMap(map: SparseMap, entry: Entry): Next {
    map.finish(this.bodyBytes)
    entry.storedBytes = this.bodyBytes
    this.header = entry
    this.#map = null
    this.#text = null
    this.#entry = null
    return 'entry'
  }
}

/** Names may be views of a block that the map's blocks will overwrite. */
const keptEntry = (entry: Entry): Entry => ({ ...entry, path: Uint8Array.from(entry.path) })
