/** What a rewrite of one instruction is. One file each; the list is `index.ts`; docs and the test are made from it. */
import type { Dockerfile, Instruction, Stage } from '../../dockerfile/dockerfile.ts'
import type { Edit } from '../edit.ts'

/** What an image or a report says of the lines; all of it may be unknown. */
export interface LineFacts {
  /** Whether a rule found something that this instruction left; true where no image was looked at. */
  readonly left: (rule: string, line: number) => boolean
  /** Whether nothing that this instruction's packages recommend is wanted; null where no image was looked at. */
  readonly recommendsNothing: (line: number) => boolean | null
  /** Whether nothing needs the development dependencies that it installed; null where no image was looked at. */
  readonly needsNoDev: (line: number) => boolean | null
  /** Whether an instruction wrote, changed or deleted anything at a path or below it; null where nobody looked. */
  readonly wrote: (line: number, path: string) => boolean | null
  /** What a rule's findings are about that this instruction left: folders, mostly; null where no image was looked at. */
  readonly folders: (rule: string, line: number) => readonly string[] | null
  /** Whether BuildKit builds it; null where that is not known. */
  readonly isBuildKit: boolean | null
  /** Whether the base image has something at a path; null where nobody looked. */
  readonly baseHas: (path: string) => boolean | null
}

export interface InPlace {
  readonly dockerfile: Dockerfile
  readonly instruction: Instruction
  /** The instruction's own lines as they are written, without line ends. */
  readonly lines: readonly string[]
  /** What follows in the same stage, then in the stages that stand on it. */
  readonly later: readonly Instruction[]
  readonly facts: LineFacts
}

/** What is said of every rewrite. */
export interface RewriteWords {
  /** Kebab-case, the same as the file name. Never reused. */
  readonly id: string
  /** A noun phrase. */
  readonly title: string
  /** What it changes and why that is safe: one or two sentences. */
  readonly why: string
  /** Rules of the catalogue whose findings it removes. */
  readonly rules: readonly string[]
  /** It changes more than what is deleted: where a proof fails, single instructions are tried once more without it. */
  readonly mayFail?: true
  /** Of the packages only those go that nothing but a recommendation brought. */
  readonly dropsRecommended?: true
  /** Run by one test for all rewrites. `from` and `to` are whole Dockerfiles. */
  readonly examples: {
    readonly changes: readonly {
      readonly from: string
      readonly to: string
      readonly recommends?: 'nothing'
      readonly development?: 'unused'
    }[]
    readonly keeps: readonly string[]
  }
}

export interface InPlaceRewrite extends RewriteWords {
  /** The instruction's new lines, or null. Lines of other instructions stay as they are. */
  readonly rewrite: (place: InPlace) => readonly string[] | null
  /** The new lines stand for the instruction right after it, too. */
  readonly takesNext?: true
}

/** One stage, for a rewrite of several instructions that belong together. */
export interface StagePlace {
  readonly dockerfile: Dockerfile
  readonly stage: Stage
  /** An instruction's own lines as they are written, without line ends. */
  readonly linesOf: (instruction: Instruction) => readonly string[]
  readonly facts: LineFacts
}

export interface SpanRewrite extends RewriteWords {
  /** Edits of whole instructions; those of one list are made together or not at all. */
  readonly spans: (place: StagePlace) => readonly (readonly Edit[])[]
}

/** What rewrites make of one instruction, or of the lines from the first to the last of several. */
export interface InPlaceEdit extends Edit {
  /** Ids of the rewrites, in the order of the list. */
  readonly rewrites: readonly string[]
}
