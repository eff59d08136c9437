/**
 * The `created_by` of an image's history, taken apart. Wordings recorded from BuildKit 0.33, the BuildKit of Docker
 * 20.10 and the legacy builder of 20.10.
 */

export interface EntryText {
  /** `buildkit` is also what other builders write that name the keyword first; `legacy` begins with a shell. */
  readonly wording: 'buildkit' | 'legacy'
  /** In upper case. */
  readonly keyword: string
  /** What follows the keyword; of a `RUN` with build arguments and shell before the command. */
  readonly rest: string
}

const KEYWORD =
  /^(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)(?:\s+([\s\S]*))?$/

/** `/bin/sh -c #(nop)  ENV A=b`; the shell is whatever `SHELL` set. */
const NO_OPERATION = /^\S+(?: \S+){0,8}? #\(nop\)\s+([\s\S]*)$/

/** Reads one `created_by`. Null when it is empty: an imported layer. */
export const readEntry = (createdBy: string): EntryText | null => {
  const text = createdBy.trim()
  if (text === '') return null
  const metadata = NO_OPERATION.exec(text)
  const inner = metadata && KEYWORD.exec(metadata[1]!)
  if (inner) return { wording: 'legacy', keyword: inner[1]!, rest: (inner[2] ?? '').trim() }
  const plain = KEYWORD.exec(text.endsWith(' # buildkit') ? text.slice(0, -' # buildkit'.length) : text)
  if (plain) return { wording: 'buildkit', keyword: plain[1]!, rest: (plain[2] ?? '').trim() }
  return { wording: 'legacy', keyword: 'RUN', rest: text }
}

/** A shell as history shows it: a program, options, and last the one that takes a command (`-c`, `-ec`, `-lc`). */
const SHELL = /^\S*sh(?: [^\s;|&]+){0,6}? -[a-zA-Z]*c(?=\s|$)/

export interface Command {
  /** `/bin/sh -c`, or null: the exec form, or no shell that is known. */
  readonly shell: string | null
  readonly text: string
  /** False when it cannot be told where the build arguments end: `text` is empty then. */
  readonly known: boolean
}

/** Takes `|2 A=b C=d` and the shell off a `RUN` of the history. The arguments' values are not kept. */
export const readCommand = (rest: string): Command => {
  const count = /^\|(\d+)\s+/.exec(rest)
  if (!count) return splitShell(rest)
  const after = rest.slice(count[0].length)
  const start = afterPairs(after, Number(count[1]))
  if (start === -1) return { shell: null, text: '', known: false }
  const tail = after.slice(start)
  for (const { index } of tail.matchAll(/(?<=^|\s)\S*sh\s/g)) {
    const command = splitShell(tail.slice(index))
    if (command.shell !== null) return command
  }
  // Without a shell only an absolute path can be told from the rest of a value that holds white space.
  const exec = /^\S*\s+(\/[\s\S]*)$/.exec(tail)
  return exec ? { shell: null, text: exec[1]!, known: true } : { shell: null, text: '', known: false }
}

const splitShell = (text: string): Command => {
  const shell = SHELL.exec(text.slice(0, 256))?.[0] ?? null
  return { shell, text: shell === null ? text : text.slice(shell.length).trim(), known: true }
}

/** Where the value of the last of `count` pairs begins, or -1. Values may hold white space. */
const afterPairs = (text: string, count: number): number => {
  let seen = 0
  for (const match of text.matchAll(/(?<=^|\s)[A-Za-z_][\w.-]*=/g)) {
    seen++
    if (seen === count) return match.index + match[0].length
  }
  return -1
}
