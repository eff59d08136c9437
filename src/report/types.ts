/**
 * The shapes of CONTRACT: what `--json` prints and what a saved report holds. Sizes are whole bytes; missing
 * knowledge is null, never 0 or "".
 */

/** A range of lines in a checked-out Dockerfile, 1-based and inclusive. */
export interface LineRange {
  readonly file: string
  readonly start: number
  readonly end: number
}

export type Certainty = 'leftover' | 'hint'

export interface BaseImage {
  readonly name: string | null
  /** How many of the lowest layers come from it. */
  readonly layers: number
  readonly evidence: 'build' | 'image' | 'history'
  /** A smaller image of the same family, libc and version, or null. */
  readonly slimmer?: { readonly name: string; readonly why: string } | null
}

export interface ReportImage {
  readonly source: string
  readonly configDigest: string | null
  readonly platform: string | null
  readonly created: string | null
  readonly base: BaseImage | null
}

/** What a registry sends; exact where every layer was read compressed. */
export interface DownloadSize {
  /** Of a whole image: a layer that it has twice is sent once. */
  readonly bytes: number
  readonly exact: boolean
  /** Without the layers of the image in `FROM`; null where that is unknown. Reports of earlier versions have none. */
  readonly own?: number | null
  /** Each layer's, in order. Reports of earlier versions have none. */
  readonly layers?: readonly number[]
}

export interface ReportSize {
  readonly content: number
  readonly visible: number
  readonly hidden: number
  readonly download: DownloadSize | null
  /** Content bytes of the layers above the base image; null when the base is unknown. */
  readonly own: number | null
  readonly inherited: number | null
  /** Visible regular files. */
  readonly files: number
  readonly leftovers: number
}

export interface ReportLayer {
  readonly index: number
  readonly diffId: string
  readonly content: number
  readonly hidden: number
  readonly inherited: boolean | null
  /** The instruction with `ARG` and `ENV` values masked. */
  readonly instruction: string | null
  readonly line: LineRange | null
}

export interface ReportPackage {
  readonly manager: string
  readonly name: string
  readonly version: string
  /** Visible bytes. */
  readonly bytes: number
  readonly own: number | null
  /** The layer that installed this version. */
  readonly layer: number
  readonly requestedBy: readonly string[]
}

export interface Advice {
  /** Imperative, plain text with `code` in backticks. */
  readonly summary: string
  readonly edit: { readonly line: LineRange; readonly before: string; readonly after: string } | null
  readonly saves: number | null
}

/** An instruction of another stage than the final one. */
export interface StageSource {
  /** The stage's name, or its number where it has none. */
  readonly stage: string
  /** Null where the Dockerfile does not tell which of the stage's instructions it was. */
  readonly line: LineRange | null
}

export interface Finding {
  readonly rule: string
  readonly category: string
  readonly certainty: Certainty
  /** Rule and subject: no layer, no version. Equal keys in two reports are the same thing. */
  readonly key: string
  readonly title: string
  readonly reason: string
  readonly bytes: number
  readonly visible: number
  readonly hidden: number
  readonly files: number
  /** The fewest paths that cover it, 20 at most. */
  readonly paths: readonly string[]
  readonly packages: readonly string[]
  readonly requestedBy: readonly string[]
  readonly layer: number
  readonly line: LineRange | null
  /** Where what a `COPY --from` brought was made; absent where the line is none. */
  readonly madeBy?: StageSource
  readonly inherited: boolean | null
  readonly advice: Advice
}

export interface Hazard {
  readonly rule: string
  readonly key: string
  readonly title: string
  readonly reason: string
  readonly paths: readonly string[]
  readonly line: LineRange | null
  /** Where what a `COPY --from` brought was made; absent where the line is none. */
  readonly madeBy?: StageSource
  readonly missing: string | null
  readonly advice: Advice
}

/** One row of the partition of the visible bytes: a file of 64 kB or more, or the smaller files of a directory. */
export interface PathRow {
  /** A file's path, or the directory that holds the smaller files. */
  readonly path: string
  readonly kind: 'file' | 'directory'
  readonly bytes: number
  readonly files: number
  readonly layer: number
  /** `manager:name` of the package that owns the bytes, or null. */
  readonly owner: string | null
  /** A file's SHA-256, or a digest over the sorted names and hashes of a directory's files. Hexadecimal. */
  readonly digest: string
  /** Rows from deeper directories were folded into this one to keep the report within its limit. */
  readonly folded?: true
}

export interface HiddenPathRow extends PathRow {
  /** The layer that deleted or overwrote these bytes. */
  readonly hiddenBy: number
}

export interface ImageReport {
  readonly schemaVersion: 1
  readonly tool: { readonly name: 'plimsoll'; readonly version: string }
  readonly image: ReportImage
  readonly size: ReportSize
  readonly layers: readonly ReportLayer[]
  readonly packages: readonly ReportPackage[]
  readonly findings: readonly Finding[]
  readonly hazards: readonly Hazard[]
  readonly notExamined: readonly { readonly path: string; readonly why: string }[]
  readonly paths: readonly PathRow[]
  readonly hiddenPaths: readonly HiddenPathRow[]
  readonly complete: true
}

/** One side of a comparison. `ref` is a commit, `how` says why this one. */
export interface Side {
  readonly image: ReportImage
  readonly size: ReportSize
  readonly ref: string | null
  readonly how: string | null
}

export interface Delta {
  readonly content: number
  /** Two decimals; null when the base is empty. */
  readonly contentPercent: number | null
  readonly visible: number
  readonly hidden: number
  readonly download: number | null
  /** What somebody downloads who has the base image: the layers that it does not have. Earlier versions did not say. */
  readonly update?: { readonly bytes: number; readonly exact: boolean } | null
  readonly leftovers: number
}

export type CauseKind = 'package' | 'directory' | 'file' | 'base-image' | 'hidden' | 'rest'
export type CauseChange = 'added' | 'removed' | 'grew' | 'shrank' | 'upgraded' | 'moved'

/** What a later layer did to bytes that it hid: `rewritten` is the same content at the same path once more. */
export type HiddenHow = 'deleted' | 'overwritten' | 'rewritten' | 'moved'

/** One thing that a cause is made of. Hidden bytes have the line that added them, and the one that hid them and how. */
export interface CausePart {
  readonly name: string
  readonly bytes: number
  readonly line?: LineRange | null
  readonly hiddenBy?: LineRange | null
  readonly how?: HiddenHow | null
  /** The bytes came with the base image. */
  readonly inherited?: true
}

/**
 * One reason for a part of the delta. Of a `base-image`, `moved` means that the tag stands for another image than on
 * the other side. A file or directory that `moved` has no bytes of its own; its parts say how many stand elsewhere.
 */
export interface Cause {
  readonly kind: CauseKind
  /** Of a package: who installed it. */
  readonly manager?: string
  /** Of a package: how many packages this stands for; absent where that is one. */
  readonly packages?: number
  readonly name: string
  readonly change: CauseChange
  readonly from: string | null
  readonly to: string | null
  readonly bytes: number
  readonly line: LineRange | null
  readonly parts: readonly CausePart[]
}

export interface LineRow {
  readonly kind: 'instruction' | 'base-image' | 'unmapped'
  readonly side: 'both' | 'base' | 'head'
  readonly file: string | null
  readonly start: number | null
  readonly end: number | null
  readonly instruction: string | null
  /** What the base's Dockerfile says instead; absent where it says the same. */
  readonly baseInstruction?: string
  readonly base: number
  readonly head: number
  readonly delta: number
}

/** A finding seen from the comparison: `baseBytes` is null where the base does not have it. */
export type ComparedFinding = Finding & { readonly baseBytes: number | null }

export interface FindingsByOrigin {
  readonly introduced: readonly ComparedFinding[]
  readonly grown: readonly ComparedFinding[]
  readonly existing: readonly ComparedFinding[]
  /** In the base only; `baseBytes` is what it was, `bytes` too. */
  readonly resolved: readonly ComparedFinding[]
  readonly inherited: readonly ComparedFinding[]
  readonly unknown: readonly ComparedFinding[]
}

export interface HazardsByOrigin {
  readonly introduced: readonly Hazard[]
  readonly existing: readonly Hazard[]
  readonly resolved: readonly Hazard[]
  readonly unknown: readonly Hazard[]
}

export interface BudgetResult {
  readonly name: 'max-size' | 'max-increase' | 'max-leftovers' | 'max-layers' | 'warn-increase'
  /** As the user wrote it, tidied: `20 MB`, `10 %`, `10 % and 20 MB`. */
  readonly limit: string
  /** Bytes, or layers for `max-layers`; null when it cannot be judged. */
  readonly actual: number | null
  readonly passed: boolean | null
  readonly level: 'fail' | 'warn'
}

export type Verdict = 'pass' | 'warn' | 'fail'

/** One entry of `ignore`, and what came of it. */
export interface IgnoredEntry {
  /** A rule id, a package name or a path pattern. */
  readonly subject: string
  readonly reason: string
  /** `YYYY-MM-DD`, the last day it holds; null for ever. */
  readonly until: string | null
  /** Findings and hazards of head that it silenced. */
  readonly matched: number
  readonly expired: boolean
}

/** A budget that the change itself loosens: what it was at the base, and what it is here; null where it is gone. */
export interface RaisedBudget {
  readonly name: BudgetResult['name']
  readonly from: string
  readonly to: string | null
}

/** What a saved review says of itself, so that another run can show it: names and facts, no sentences. */
export interface ReviewAbout {
  /** What the image is called. */
  readonly name: string
  /** The Dockerfile's path in the repository, or null. */
  readonly dockerfile: string | null
  readonly target: string | null
  readonly minChangeBytes: number
  /** Nothing that is built from differs, so the base is the head. */
  readonly sameInputs: boolean
  /** The base commit has no such image. */
  readonly isNew: boolean
}

/** What `fix` showed: see `plimsoll fix`. */
export interface ReviewFix {
  /** A unified diff. */
  readonly diff: string
  /** Bytes of content. */
  readonly saves: number
  /** The id of the rewrite. */
  readonly rewrite: string
  readonly proof: readonly { readonly step: string; readonly passed: boolean; readonly detail: string }[]
}

/** Two reports compared and judged: `compare --json` and `review --json`. */
export interface Review {
  readonly schemaVersion: 1
  readonly tool: { readonly name: 'plimsoll'; readonly version: string }
  readonly base: Side | null
  readonly head: Side
  readonly baseMissing: string | null
  readonly delta: Delta | null
  /** Bytes descending by size of the change; the sum is `delta.content`, exactly. */
  readonly causes: readonly Cause[] | null
  /** In the order of the Dockerfile; the sum of `delta` is `delta.content`, exactly. */
  readonly lines: readonly LineRow[] | null
  readonly findings: FindingsByOrigin
  readonly hazards: HazardsByOrigin
  readonly budgets: readonly BudgetResult[]
  readonly ignored: readonly IgnoredEntry[]
  /** Budgets that the change itself loosens. */
  readonly raised: readonly RaisedBudget[]
  /** The label of the pull request by which somebody accepted what would fail; else null. */
  readonly acceptedBy: string | null
  readonly verdict: Verdict
  /** Why the verdict is not `pass`, one sentence each. */
  readonly reasons: readonly string[]
  /** A rewritten Dockerfile that was built, checked and measured; null where there is none to show. */
  readonly fix: ReviewFix | null
  readonly complete: true
  /** Only in the file that the action writes. */
  readonly about?: ReviewAbout
}
