/** What a rule is. One file per rule; the list is `index.ts`; docs, SARIF's table and the tests are made from it. */
import type { Package } from '../packages/package.ts'

export type Category =
  | 'compiler'
  | 'build-tool'
  | 'headers'
  | 'static-library'
  | 'package-cache'
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
}

/** What a rule may ask about the whole image. */
export interface RuleImage {
  /** True for a live path of any kind. Symbolic links in the parents are followed. */
  exists(path: string): boolean
  /** Every home directory: `/root`, those of `/etc/passwd`, and `$HOME`. */
  readonly homes: readonly string[]
  /** Environment variables of the image configuration. */
  readonly env: ReadonlyMap<string, string>
  /** ENTRYPOINT and CMD together, as words. */
  readonly command: readonly string[]
  readonly packages: readonly Package[]
}

/** The subject a file or package belongs to: a package's name or a root path. */
export interface RuleMatch {
  /** A package name, or the absolute root path that stands for all files of the match (`/usr/local/go`). */
  readonly subject: string
  /** `hint` takes the finding out of every budget. Default: `leftover`. */
  readonly certainty?: 'leftover' | 'hint'
  /** Says why this one is judged differently; default: the rule's `why`. */
  readonly reason?: string
}

/** A file or a package of an example, with what matters filled in. */
export interface RuleExample {
  readonly path?: string
  readonly package?: Partial<Package> & { readonly name: string }
  /** Other paths that exist in the example's image. */
  readonly beside?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly command?: readonly string[]
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
  /** Claims all files of an installed package. */
  readonly matchPackage?: (pkg: Package, image: RuleImage) => RuleMatch | null
  /**
   * Made once for an image, so that a rule can look around before it judges file by file. Claims one file at a
   * time; a file that a package owns is offered too.
   */
  readonly matchFile?: (image: RuleImage) => (file: RuleFile) => RuleMatch | null
  /** Run by one test for all rules; `ignores` holds near misses. */
  readonly examples: { readonly finds: readonly RuleExample[]; readonly ignores: readonly RuleExample[] }
}
