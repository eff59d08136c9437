/** Small and safe edits for what a pull request left behind: each replaces the lines of one instruction. */
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts'
import { subjectOf } from '../report/finding.ts'
import type { ComparedFinding } from '../report/types.ts'
import { inPlaceEdits, inPlaceRewrites, NO_FACTS } from './rewrites/index.ts'

export interface Suggestion {
  /** The Dockerfile's path in the repository. */
  readonly file: string
  readonly start: number
  readonly end: number
  /** As they are, and as they should be; without line ends. */
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** What goes with the edit, largest first. */
  readonly findings: readonly ComparedFinding[]
  /** A noun phrase for each change, and why it is safe. */
  readonly changes: readonly { readonly title: string; readonly why: string }[]
}

/**
 * @param text the Dockerfile as it was built
 * @param findings what the pull request put in; an edit that removes none of them is not suggested
 */
export const suggestEdits = (
  text: string,
  file: string,
  findings: readonly ComparedFinding[],
): readonly Suggestion[] => {
  const found = (rules: readonly string[], start: number, end: number): readonly ComparedFinding[] =>
    findings.filter(
      ({ line, rule }) =>
        line?.file === file && line.start >= start && line.start <= end && rules.includes(rule),
    )
  const facts = {
    ...NO_FACTS,
    left: (rule: string, line: number) => found([rule], line, line).length > 0,
    folders: (rule: string, line: number) => found([rule], line, line).map(subjectOf),
  }
  const lines = text.split('\n').map(line => line.replace(/\r$/, ''))
  return inPlaceEdits(text, parseDockerfile(text, file), facts)
    .map(edit => {
      const rewrites = inPlaceRewrites.filter(({ id }) => edit.rewrites.includes(id))
      const removed = found(
        rewrites.flatMap(({ rules }) => rules),
        edit.start,
        edit.end,
      )
      return {
        file,
        start: edit.start,
        end: edit.end,
        before: lines.slice(edit.start - 1, edit.end),
        after: edit.lines,
        findings: [...removed].sort((a, b) => b.bytes - a.bytes),
        changes: rewrites.map(({ title, why }) => ({ title, why })),
      }
    })
    .filter(suggestion => suggestion.findings.length > 0)
}
