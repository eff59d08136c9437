/** What the tar reader is given and what it gives. */
import { LIMITS } from '../limits.ts'

export type TarEntryType = 'file' | 'directory' | 'symlink' | 'hardlink' | 'other'

/** One entry. Its bytes are views that are valid during the call only. */
export interface TarHeader {
  /** Raw bytes of the name, PAX and GNU names applied, not normalised; may be empty. */
  readonly path: Uint8Array
  /** `other`: devices, FIFOs, volume labels, anything unknown. */
  readonly type: TarEntryType
  /** Content a reader would get: of a sparse file with its holes. 0 for all but regular files. */
  readonly sizeBytes: number
  /** Bytes that `body` will be given: of a sparse file only what is stored. */
  readonly storedBytes: number
  /** As written, at most 32 bits. */
  readonly mode: number
  /** 0 … 2^32 − 1. */
  readonly uid: number
  readonly gid: number
  /** Raw bytes of the target of a symbolic or hard link (may be empty), else null. */
  readonly link: Uint8Array | null
  readonly sparse: boolean
  /** The extended attribute `security.capability`, where the entry has one. */
  readonly capability?: Uint8Array
}

export interface TarHandler {
  entry(header: TarHeader): void
  /** Bytes of a regular file, in order; the chunk is a view that is valid during the call only. */
  body(chunk: Uint8Array): void
  /** After the last byte of each entry's body, and after each entry without one. */
  entryEnd(): void
}

/** What is too much. Passing a limit is a CorruptError that names it. */
export interface TarLimits {
  /** Entries of one archive. */
  readonly entries: number
  /** One name or link target. */
  readonly pathBytes: number
  /** One extended header. */
  readonly paxBytes: number
  /** Stored parts of one sparse file. */
  readonly sparseParts: number
  /** What one file may claim to be. */
  readonly fileBytes: number
  /** The archive itself, as its headers announce it and as it comes. */
  readonly archiveBytes: number
  /** What may follow the end marker. */
  readonly trailingBytes: number
}

export const TAR_LIMITS: TarLimits = {
  entries: LIMITS.entries,
  pathBytes: LIMITS.pathBytes,
  paxBytes: LIMITS.paxBytes,
  sparseParts: LIMITS.sparseParts,
  fileBytes: LIMITS.fileBytes,
  archiveBytes: LIMITS.layerBytes,
  trailingBytes: LIMITS.trailingBytes,
}

export interface TarEnd {
  /** At least one block of zeros followed the last entry, and nothing but zeros in the block after it. */
  readonly endMarker: boolean
  /** There was something other than zeros after the end marker. No reader of layers looks there, nor does this one. */
  readonly trailingData: boolean
}

export interface TarReader {
  /** Throws CorruptError, then and at every later call. */
  write(chunk: Uint8Array): void
  /** The end marker has come: whatever follows is padding. */
  readonly isComplete: boolean
  /** Throws CorruptError when the archive ended inside a header or a body. */
  end(): TarEnd
}
