/** A Dockerfile as values: stages of instructions, each with its lines. */
import type { LineRange } from '../report/types.ts'

/** The body of a `<<NAME`, without the line that ends it. */
export interface Heredoc {
  readonly name: string
  /** `<<-NAME`: leading tabs do not count. */
  readonly chomp: boolean
  readonly content: string
}

/** `name=value` without quotes, variables as written; `value` is null for an `ARG` that gives none. */
export interface Setting {
  readonly name: string
  readonly value: string | null
}

export interface Instruction {
  /** In upper case. */
  readonly keyword: string
  /** As written, with continuation lines, comments among them and heredocs; lines end in `\n`. */
  readonly text: string
  /** On one line: continuations and comment lines folded, white space collapsed. A heredoc's body is not in it. */
  readonly arguments: string
  /** The arguments after the flags, as the builder joins them: white space kept. */
  readonly body: string
  /** `--mount=type=cache,target=/c` and the like, as written. */
  readonly flags: readonly string[]
  /** The words of the JSON form (`["a", "b"]`), or null. */
  readonly words: readonly string[] | null
  /** What `ENV`, `ARG` and `LABEL` set. */
  readonly settings: readonly Setting[]
  readonly line: LineRange
  /** Index of the stage; -1 for an `ARG` before the first `FROM`. */
  readonly stage: number
  readonly heredoc: boolean
  readonly heredocs: readonly Heredoc[]
  /** What an `ONBUILD` will run. */
  readonly trigger: Instruction | null
}

export interface Stage {
  readonly index: number
  /** As written; names of stages are compared without regard to case. */
  readonly name: string | null
  /** As written: `ARG`s are substituted by `finalStage`. */
  readonly from: string
  readonly fromLine: LineRange
  /** Without the `FROM`. */
  readonly instructions: readonly Instruction[]
}

export interface Dockerfile {
  /** The name that line ranges carry. */
  readonly file: string
  /** The escape character: a backslash, or a backtick. */
  readonly escapeChar: string
  /** The value of `# syntax=`, or null. */
  readonly syntax: string | null
  readonly stages: readonly Stage[]
  /** The `ARG`s before the first `FROM`. */
  readonly globalArgs: readonly Instruction[]
  /** All of them, in order, with `FROM`s. */
  readonly instructions: readonly Instruction[]
}
