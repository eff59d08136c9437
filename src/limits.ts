/**
 * Every limit on what an image may ask for, in one place. Each is far above any real image, and passing one is an error
 * that names it, or where it says so a note in the report, never a part that is left out without a word. docs/limits.md explains them, and a test holds it to this
 * list.
 */

const KIB = 2 ** 10
const MIB = 2 ** 20
const GIB = 2 ** 30

export const LIMITS = {
  /** One JSON document: containerd refuses more than 20 MiB, registries more than 4 MiB. */
  jsonBytes: 4 * MIB,
  /** All JSON documents of an archive: their role is unknown until its end. */
  allJsonBytes: 64 * MIB,
  /** Objects and lists in one another; a real configuration has 6. */
  jsonDepth: 100,
  /** Layers of one image: Docker stops at 127. */
  layers: 4096,
  /** Manifests in an index and the indexes below it. */
  manifests: 1000,
  /** Indexes in one another: an image's own is one, a layout's one more. */
  indexDepth: 4,
  /** Members of an image archive: three for each layer at most. */
  archiveMembers: 50_000,
  /** One layer without its compression, absolute: a file of zeros may be packed a thousandfold and be honest. */
  layerBytes: 32 * GIB,
  /** All that one run decompresses. */
  unpackedBytes: 128 * GIB,
  /** What may follow the end marker of a tar: padding of a tape's block is 10 KiB. */
  trailingBytes: 64 * MIB,
  /** Entries of all layers of a run. */
  entries: 5_000_000,
  /** Directories of all layers of a run, with those that only a name implies. */
  directories: 750_000,
  /** One name or link target (as Go's archive/tar). Linux opens none above 4,096 bytes, but tars may hold them. */
  pathBytes: MIB,
  /** Directories in one path. */
  pathDepth: 4096,
  /** All names and link targets of a run; one above 4,096 bytes counts twice. */
  allPathBytes: 256e6,
  /** One extended header of a tar (as Go's archive/tar). */
  paxBytes: MIB,
  /** Stored parts of a sparse file: a map of 1 MiB at 24 bytes each (as Go's archive/tar). */
  sparseParts: 43_690,
  /** What a sparse file may claim to be: the largest file of ext4. */
  fileBytes: 16 * KIB * GIB,
  /** What all files of a run may claim to be: sums stay exact below 2^53. */
  contentBytes: MIB * GIB,
  /** Links from one to the next that are followed; Linux stops at 40. */
  linkHops: 100,
  /** Links from one to the next that are taken for an image and not for an attack. */
  linkChain: 1000,
  /** A link's target that is followed: Linux takes no longer one (PATH_MAX). */
  linkBytes: 4096,
  /** Names that are passed while links are followed, in one image. */
  linkSteps: 200e6,
  /** One file of a package database or of what rules read. */
  bodyBytes: 64e6,
  /** All such files of a run. */
  allBodyBytes: 384e6,
  /** Of one layer, the files that rules and language packages read: what is beyond is not read, and the report says so. */
  layerRuleBytes: 48e6,
  /** Such files as they were after each layer, over all layers. */
  bodyStates: 5_000_000,
  /** 2 to the power of it is the largest window of a zstd frame: 128 MiB, as containerd's decoder has it. */
  zstdWindowLog: 27,
  /** The longest time that reading the images of one run may take. */
  readMs: 3_600_000,
} as const

export type Limits = { readonly [K in keyof typeof LIMITS]: number }
