/** What every source of images gives: one image, read once and to its end. */
import type { ElfFacts } from '../elf/elf-types.ts'
import type { EntryTable } from '../tree/entries.ts'

/**
 * What a reader does with a file's content besides hashing it: `all` must be kept or the reading fails, `maybe` is kept
 * as long as there is room for it.
 */
export type KeepDecision = 'none' | 'maybe' | 'all'

/**
 * Asked once for each regular file while the layers stream by.
 * @param path absolute, as in the report
 * @param sizeBytes bytes of content
 */
export type Keep = (path: string, sizeBytes: number) => KeepDecision

/** A file that the kernel starts or loads: an ELF file of any mode, or an executable that begins with `#!`. */
export type Program =
  | { readonly kind: 'elf'; readonly elf: ElfFacts }
  | { readonly kind: 'script'; readonly interpreter: string; readonly argument: string | null }

export interface LeftOut {
  /** The first path in the order of the archive. */
  readonly path: string
  readonly files: number
}

/** One layer, read whole: its digest agreed and its archive ended where it should. */
export interface LayerContent {
  /** `sha256:…` of the uncompressed tar. */
  readonly diffId: string
  readonly entries: EntryTable
  /** Contents that `keep` asked for, by path. A path twice in one layer: the last wins. */
  readonly bodies: ReadonlyMap<string, Buffer>
  /** Contents that `keep` asked for with `maybe` and for which there was no room; left out where there are none. */
  readonly leftOut?: LeftOut
  /** By entry id. */
  readonly programs: ReadonlyMap<number, Program>
  /** Bytes of the blob as the source holds it, whether it is compressed there, and `sha256:…` of it. */
  readonly blob: {
    readonly sizeBytes: number
    readonly compressed: boolean
    readonly digest?: string
    /** Of a plain blob: about how many bytes it has as gzip; absent where nobody asked. */
    readonly estimateBytes?: number
  }
  /** The tar ended at an entry boundary without an end marker; its digest vouches for it. */
  readonly endMarkerMissing: boolean
}

/** The parts of an image configuration that Plimsoll reads (OCI image-spec, config.md). */
export interface ImageConfig {
  readonly architecture: string | null
  readonly os: string | null
  readonly variant: string | null
  readonly created: string | null
  readonly env: readonly string[]
  readonly entrypoint: readonly string[]
  readonly cmd: readonly string[]
  readonly user: string | null
  readonly workingDir: string | null
  readonly labels: Readonly<Record<string, string>>
  /** What a container runs with beside that; left out where the reader did not ask. */
  readonly runtime?: RuntimeConfig
  readonly diffIds: readonly string[]
  readonly history: readonly HistoryEntry[]
}

/** The parts of a configuration that say how a container runs, and that no report shows. */
export interface RuntimeConfig {
  /** `80/tcp`, sorted. */
  readonly exposedPorts: readonly string[]
  /** Absolute, sorted. */
  readonly volumes: readonly string[]
  readonly stopSignal: string | null
  /** The health check as JSON, or null. */
  readonly healthcheck: string | null
  /** Of `SHELL`; empty for the default. */
  readonly shell: readonly string[]
  readonly onBuild: readonly string[]
}

export interface HistoryEntry {
  /** The instruction as the builder wrote it, or null. */
  readonly createdBy: string | null
  readonly comment: string | null
  readonly emptyLayer: boolean
}

export interface ImageContent {
  /** The reference as a person would write it: `docker://api:pr`. */
  readonly source: string
  /** `sha256:…` of the configuration's bytes; null for a plain root filesystem. */
  readonly configDigest: string | null
  readonly config: ImageConfig | null
  /** Base first, top last. */
  readonly layers: readonly LayerContent[]
}
