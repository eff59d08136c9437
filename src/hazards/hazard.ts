/** What a hazard rule is. One file per rule; the list is `index.ts`. */
import type { ElfExamined, ElfFacts } from '../elf/elf-types.ts'
import type { Libc } from './libc.ts'
import type { Libraries } from './libraries.ts'

/** A live file that the kernel starts or loads. */
export interface ProgramFile {
  /** The smallest of its live paths. */
  readonly path: string
  readonly paths: readonly string[]
  readonly layer: number
  /** Some execute bit is set. */
  readonly isExecutable: boolean
  /** The ELF facts, or null for a script. */
  readonly elf: ElfFacts | null
  /** The line after `#!`, or null for an ELF file. */
  readonly script: { readonly interpreter: string; readonly argument: string | null } | null
  /** It is the Dockerfile's own affair: no system package's, and not from the base image. */
  readonly isOwn: boolean
}

/** An ELF file whose facts are known. */
export interface ElfFile extends ProgramFile {
  readonly elf: ElfExamined
}

export interface LinkFile {
  readonly path: string
  readonly layer: number
  /** As written. */
  readonly target: string
  readonly isOwn: boolean
}

/** A distribution of Python that an installer recorded. */
export interface PythonDistribution {
  readonly name: string
  /** `/usr/local/lib/python3.12/site-packages`. */
  readonly site: string
  /** Its `.dist-info` folder. */
  readonly folder: string
  readonly layer: number
  /** Every file that it says it has. */
  readonly files: readonly string[]
  readonly isOwn: boolean
}

/** A CPython, found as `<prefix>/bin/python3.12`, or as a library that a program embeds. */
export interface PythonInterpreter {
  /** `3.12`. */
  readonly version: string
  /** `/usr/local`; null for a library. */
  readonly prefix: string | null
  readonly path: string
}

/** What a rule may ask about an image, as a container sees it. */
export interface HazardImage {
  /** `linux/amd64`, or null. */
  readonly platform: string | null
  /** `e_machine` of the platform, or of most programs where nobody says. */
  readonly machine: number | null
  /** The C libraries whose loader is there. */
  readonly libcs: ReadonlySet<Libc>
  readonly programs: readonly ProgramFile[]
  readonly links: readonly LinkFile[]
  readonly distributions: readonly PythonDistribution[]
  readonly pythons: readonly PythonInterpreter[]
  readonly libraries: Libraries
  /** ENTRYPOINT and CMD together. */
  readonly command: readonly string[]
  /** Absolute; where the command starts. */
  readonly workingDirectory: string
  /** The folders of PATH, absolute ones alone. */
  readonly searchPath: readonly string[]
  readonly env: ReadonlyMap<string, string>
  /** Where a path leads when every symbolic link is followed; null when nothing is there. */
  resolve(path: string): string | null
  /** True for a regular file, or a link to one. */
  isFile(path: string): boolean
  /** The program at a path, links followed. */
  programAt(path: string): ProgramFile | null
  /** Whether some execute bit is set on the file that a path leads to. */
  isExecutable(path: string): boolean
  /** Every live path whose last part fits, by byte order. */
  named(test: (name: string) => boolean): readonly string[]
  /** A kept content, links followed; null where it was not kept. */
  body(path: string): Buffer | null
  /** Whether the file or link at a path is the Dockerfile's own affair. */
  isOwn(path: string): boolean
  /** The layer that a live path is from, or null. */
  layerOf(path: string): number | null
  /** True where a lower layer had a file there that is gone: somebody took it away on purpose. */
  wasDeleted(path: string): boolean
  /** "`libmariadb3` (`apt-get install libmariadb3`)": who brings a library, or null. */
  providerOf(soname: string): Provider | null
}

export interface Provider {
  readonly package: string
  /** What installs it: `apt-get install libmariadb3`. */
  readonly command: string
}

export interface HazardFound {
  /** With the rule's id the key: what is broken, without layers and versions that change by themselves. */
  readonly subject: string
  /** The files that will not work, at least one. */
  readonly paths: readonly string[]
  /** The path, library or version that is not there. */
  readonly missing: string | null
  /** One to three sentences. */
  readonly reason: string
  /** Default: the rule's `fix`. */
  readonly fix?: string
  /** The layer whose instruction brought it, or null where none did. */
  readonly layer: number | null
}

/** What stands at a path of an example. */
export interface ExampleFile {
  /** What matters of an ELF file; the rest is that of a dynamic x86-64 program of glibc. */
  readonly elf?: Partial<ElfExamined>
  readonly notExamined?: true
  readonly script?: string
  readonly text?: string
  readonly link?: string
  /** Default: 0o755 for programs, 0o644 for text. */
  readonly mode?: number
  /** A system package has it. */
  readonly owned?: true
  /** It is in the base image's layer. */
  readonly base?: true
}

export interface HazardExample {
  readonly files: Readonly<Record<string, ExampleFile>>
  /** Python distributions: name to the files that they record below `site`. */
  readonly distributions?: Readonly<
    Record<string, { readonly site: string; readonly files: readonly string[] }>
  >
  readonly env?: Readonly<Record<string, string>>
  readonly entrypoint?: readonly string[]
  readonly cmd?: readonly string[]
  readonly workingDirectory?: string
  readonly platform?: string
  /** What a find must say; not checked where it is left out. */
  readonly missing?: string
  readonly paths?: readonly string[]
  /** A part of the advice. */
  readonly advice?: string
}

export interface HazardRule {
  /** Kebab-case, the same as the file name. Names what is wrong. Never reused. */
  readonly id: string
  /** A noun phrase: "Missing shared library". */
  readonly title: string
  /** What happens when the image runs: one sentence. */
  readonly why: string
  /** What to change: imperative, with `code` in backticks. */
  readonly fix: string
  /** Only what is certain: a hazard that is none is worse than one that is not seen. */
  readonly check: (image: HazardImage) => readonly HazardFound[]
  /** Run by one test for all rules; `ignores` holds near misses. */
  readonly examples: { readonly finds: readonly HazardExample[]; readonly ignores: readonly HazardExample[] }
}
