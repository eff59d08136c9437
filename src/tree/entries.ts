/**
 * What the tar headers of one layer say, in columns. A layer may hold a million entries: as objects they would
 * cost 283 MB before anything is done with them (measured, docs/decisions/0004-entries-in-columns.md).
 */

/** Kinds of entry. Hard links name another entry's content; `other` is a device, a FIFO or a socket. */
export const EntryType = { file: 0, directory: 1, symlink: 2, hardlink: 3, other: 4 } as const
export type EntryType = (typeof EntryType)[keyof typeof EntryType]

/** The id of `/` in every `Directories`. */
export const ROOT = 0

/** Directory paths as small numbers, shared by all layers that are read together. */
export class Directories {
  readonly #parents: number[] = [-1]
  readonly #names: string[] = ['']
  readonly #children: (Map<string, number> | null)[] = [null]
  #lastId = ROOT
  #lastPath = ''

  get length(): number {
    return this.#parents.length
  }

  /** The id of `name` below `parent`, made when there is none yet. */
  child(parent: number, name: string): number {
    let children = this.#children[parent]
    if (!children) {
      children = new Map()
      this.#children[parent] = children
    }
    let id = children.get(name)
    if (id === undefined) {
      id = this.#parents.length
      this.#parents.push(parent)
      this.#names.push(name)
      this.#children.push(null)
      children.set(name, id)
    }
    return id
  }

  /** The id of `name` below `parent`, or -1 when nobody has named that directory. */
  find(parent: number, name: string): number {
    return this.#children[parent]?.get(name) ?? -1
  }

  /** The id of an absolute path (`/` or `/usr/lib`), made when there is none yet. */
  intern(path: string): number {
    let id = ROOT
    for (const name of path.split('/')) if (name !== '') id = this.child(id, name)
    return id
  }

  /** The id of an absolute path, or -1. */
  lookup(path: string): number {
    let id = ROOT
    for (const name of path.split('/')) {
      if (name === '') continue
      id = this.find(id, name)
      if (id < 0) return -1
    }
    return id
  }

  parent(id: number): number {
    return this.#parents[id]!
  }

  name(id: number): string {
    return this.#names[id]!
  }

  /** `''` for the root and `/usr/lib` for the rest, so that `path(d) + '/' + name` is always right. */
  path(id: number): string {
    // files of one directory are asked for one after the other
    if (id === this.#lastId) return this.#lastPath
    let path = ''
    for (let at = id; at > ROOT; at = this.#parents[at]!) path = `/${this.#names[at]}${path}`
    this.#lastId = id
    this.#lastPath = path
    return path
  }
}

/** One entry on its way into a table. */
export interface NewEntry {
  readonly directory: number
  readonly name: string
  readonly type: EntryType
  /** Bytes of content a reader would get: 0 for everything but regular files. */
  readonly sizeBytes: number
  /** Permission bits, 0o7777 at most. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** The target of a symbolic link as written, or the absolute path of a hard link's target. */
  readonly link?: string
}

const HASH_BYTES = 32

/** The entries of one layer in tar order. Ids are indexes: 0 … length − 1. */
export class EntryTable {
  readonly directories: Directories
  #length = 0
  #capacity = 0
  #directory = new Uint32Array(0)
  #type = new Uint8Array(0)
  #mode = new Uint16Array(0)
  #uid = new Uint32Array(0)
  #gid = new Uint32Array(0)
  #size = new Float64Array(0)
  #hash = new Uint8Array(0)
  readonly #names: string[] = []
  readonly #links = new Map<number, string>()
  readonly #capabilities = new Map<number, string>()

  constructor(directories: Directories) {
    this.directories = directories
  }

  get length(): number {
    return this.#length
  }

  /** Appends an entry and returns its id. */
  add(entry: NewEntry): number {
    const id = this.#length
    if (id === this.#capacity) this.#grow()
    this.#directory[id] = entry.directory
    this.#type[id] = entry.type
    this.#mode[id] = entry.mode
    this.#uid[id] = entry.uid
    this.#gid[id] = entry.gid
    this.#size[id] = entry.sizeBytes
    this.#names.push(entry.name)
    if (entry.link !== undefined) this.#links.set(id, entry.link)
    this.#length = id + 1
    return id
  }

  /** Stores the SHA-256 of a regular file's content (32 bytes). */
  setHash(id: number, sha256: Uint8Array): void {
    this.#hash.set(sha256, id * HASH_BYTES)
  }

  /** Keeps what a file may do beyond its user (capabilities(7)): the attribute's value, hexadecimal. */
  setCapability(id: number, hex: string): void {
    this.#capabilities.set(id, hex)
  }

  /** By id. Few files of few images have any. */
  get capabilities(): ReadonlyMap<number, string> {
    return this.#capabilities
  }

  directory(id: number): number {
    return this.#directory[id]!
  }
  /** The last part of the path; `''` for the root itself. */
  name(id: number): string {
    return this.#names[id]!
  }
  path(id: number): string {
    const name = this.#names[id]!
    return name === '' ? '/' : `${this.directories.path(this.#directory[id]!)}/${name}`
  }
  type(id: number): EntryType {
    return this.#type[id] as EntryType
  }
  sizeBytes(id: number): number {
    return this.#size[id]!
  }
  mode(id: number): number {
    return this.#mode[id]!
  }
  uid(id: number): number {
    return this.#uid[id]!
  }
  gid(id: number): number {
    return this.#gid[id]!
  }
  link(id: number): string | null {
    return this.#links.get(id) ?? null
  }
  /** SHA-256 of a regular file's content, 32 bytes; a view, not a copy. */
  hash(id: number): Uint8Array {
    return this.#hash.subarray(id * HASH_BYTES, (id + 1) * HASH_BYTES)
  }
  hashHex(id: number): string {
    const { buffer, byteOffset } = this.#hash
    return Buffer.from(buffer, byteOffset + id * HASH_BYTES, HASH_BYTES).toString('hex')
  }

  #grow(): void {
    const capacity = Math.max(64, this.#capacity * 2)
    this.#directory = grown(this.#directory, new Uint32Array(capacity))
    this.#type = grown(this.#type, new Uint8Array(capacity))
    this.#mode = grown(this.#mode, new Uint16Array(capacity))
    this.#uid = grown(this.#uid, new Uint32Array(capacity))
    this.#gid = grown(this.#gid, new Uint32Array(capacity))
    this.#size = grown(this.#size, new Float64Array(capacity))
    this.#hash = grown(this.#hash, new Uint8Array(capacity * HASH_BYTES))
    this.#capacity = capacity
  }
}

const grown = <T extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(from: T, to: T): T => {
  to.set(from as never)
  return to
}
