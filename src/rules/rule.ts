/** What a rule is. One file per rule; the list is `index.ts`; docs, SARIF's table and the tests are made from it. */
import type { Package } from '../packages/package.ts'
import type { Duplicate, Waste } from '../tree/waste.ts'

export type Category =
  | 'compiler'
  | 'build-tool'
  | 'headers'
  | 'static-library'
  | 'debug'
  | 'package-cache'
  | 'build-output'
  | 'dependencies'
  | 'vcs'
  | 'download'
  | 'docs'
  | 'data'
  | 'temporary'
  | 'secret'
  | 'layer-waste'

/** One regular file, live or hidden, as a rule sees it. */
export interface RuleFile {
  /** Absolute. A file with several names is shown once for each of them. */
  readonly path: string
  readonly sizeBytes: number
  /** Permission bits. */
  readonly mode: number
  /** The package that owns it, or null. */
  readonly owner: Package | null
  /** Its content, where `keepForRules` asked for it. */
  readonly body?: Buffer | null
  /** What hid it; only for hidden files. */
  readonly waste?: (Waste & { readonly by: string }) | null
  /** What it is a copy of; only for live files. */
  readonly duplicate?: Duplicate | null
}

/**
 * What a rule may ask about the whole image. There are two of it: one answers for the live files, the other, for
 * hidden ones, from everything that any layer ever held (rule-image.ts).
 */
export interface RuleImage {
  /** True for a path of any kind. Symbolic links in the parents are followed. */
  exists(path: string): boolean
  /** Where a path leads when every symbolic link is followed; null when nothing is there. */
  resolve(path: string): string | null
  /**
   * All paths of any kind with one of these last parts, sorted. It looks through the whole image: a rule asks once,
   * when it is made for an image.
   */
  named(...names: readonly string[]): readonly string[]
  /**
   * What `keepForRules` kept of a path, the newest content first: at most one for the live files, every layer's for
   * the hidden ones.
   */
  bodies(path: string): readonly Buffer[]
  /** Every home directory: `/root`, those of `/etc/passwd`, and `$HOME`. */
  readonly homes: readonly string[]
  /** Environment variables of the image configuration. */
  readonly env: ReadonlyMap<string, string>
  /** ENTRYPOINT and CMD together, as words. */
  readonly command: readonly string[]
  /** Absolute; where the command starts. */
  readonly workingDirectory: string
  readonly labels: ReadonlyMap<string, string>
  /** `linux/amd64`, or null. */
  readonly platform: string | null
  /** The name after the last `FROM`, where a build or a checkout knows it. */
  readonly baseName: string | null
  readonly packages: readonly Package[]
  /**
   * Names of libraries and programs that files outside of the system's packages load or are run by, and the words of
   * the command: `libpq.so.5`, `python3`.
   */
  readonly loaded: ReadonlySet<string>
}

/** `hint` takes a finding out of every budget. */
export type Certainty = 'leftover' | 'hint'

/** What a file belongs to. */
export interface RuleMatch {
  /** The absolute root path that stands for all files of the match (`/usr/local/go`). */
  readonly subject: string
  /** Default: `leftover`. All files of one subject have the same. */
  readonly certainty?: Certainty
  /** Says why this one is judged differently; default: the rule's `why`. */
  readonly reason?: string
  /** Default: the rule's `fix`. */
  readonly fix?: string
}

/**
 * What an installed package is to a build.
 * - `build`: it serves building alone. A leftover, unless a package that was asked for and is none needs it.
 * - `support`: a library or tool of the first kind's. A leftover only where packages of the same rule alone brought
 *   it in and need it.
 * - `maybe`: left by many builds and wanted by some programs. Never more than a hint.
 * - `along`: says nothing by itself. A hint where build packages alone brought it in and nothing is seen to load it.
 */
export interface PackageRole {
  readonly role: 'build' | 'support' | 'maybe' | 'along'
  /** Makes it a hint, and says why. */
  readonly hint?: string
}

/** A file or a package of an example, with what matters filled in. */
export interface RuleExample {
  readonly path?: string
  /** Of `path`; default: 1,000. */
  readonly sizeBytes?: number
  /** Of `path`; default: 0o644. */
  readonly mode?: number
  /** Kept contents, by path. */
  readonly bodies?: Readonly<Record<string, string>>
  /** How `path` was hidden. */
  readonly waste?: Partial<NonNullable<RuleFile['waste']>>
  readonly duplicate?: Duplicate
  /** The owner of `path`. */
  readonly owner?: Partial<Package> & { readonly name: string }
  readonly package?: Partial<Package> & { readonly name: string }
  /** Other packages of the example's image. */
  readonly packages?: readonly (Partial<Package> & { readonly name: string })[]
  /** Other paths that exist in the example's image. */
  readonly beside?: readonly string[]
  readonly homes?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly command?: readonly string[]
  readonly workingDirectory?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly platform?: string
  readonly loaded?: readonly string[]
  /** What a find must say; not checked where it is left out. */
  readonly subject?: string
  readonly certainty?: Certainty
}

export interface Rule {
  /** Kebab-case, the same as the file name. Names the thing found. Never reused. */
  readonly id: string
  readonly category: Category
  /** A noun phrase: "APT package lists". */
  readonly title: string
  /** Why it does not belong: one or two sentences, shown as the finding's reason. */
  readonly why: string
  /** What to change: imperative, with `code` in backticks. */
  readonly fix: string
  /** Claims all files of an installed package; the judge looks at who else needs it (package-claims.ts). */
  readonly matchPackage?: (pkg: Package) => PackageRole | null
  /**
   * Made once for an image, so that a rule can look around before it judges file by file; `null` when there is
   * nothing of its kind. Claims one file at a time.
   */
  readonly matchFile?: (image: RuleImage) => ((file: RuleFile) => RuleMatch | null) | null
  /** It is offered files that packages of the system own, too. Default: only what no such package owns. */
  readonly ownedToo?: true
  /**
   * One name is enough for a file that has several (hard links), and the first that matches counts. Default: all of
   * them must give the same subject, for a file goes only when all its names do. For what is bad to have at all.
   */
  readonly anyName?: true
  /** A sentence that says why the image may want this at run time, and makes every claim a hint; or null. */
  readonly wanted?: (image: RuleImage) => string | null
  /** Run by one test for all rules; `ignores` holds near misses. */
  readonly examples: { readonly finds: readonly RuleExample[]; readonly ignores: readonly RuleExample[] }
}
