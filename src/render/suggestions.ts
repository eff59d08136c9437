/** Suggestions that GitHub applies with one click: a comment at lines of the pull request's diff for each. */
import type { Suggestion } from '../fix/suggest.ts'
import { totalBytes } from '../report/finding.ts'
import { formatBytes } from '../units.ts'
import { plain, prose, suggestionFence } from './escape/markdown.ts'

export interface SuggestionComment {
  readonly path: string
  readonly start: number
  readonly end: number
  /** The lines as they have to stand in the pull request's diff. */
  readonly before: readonly string[]
  /** Without a marker. */
  readonly body: string
}

/** Those whose every character a reader sees; a suggestion that would have to be changed to be shown is none. */
export const suggestionComments = (suggestions: readonly Suggestion[]): readonly SuggestionComment[] =>
  suggestions.flatMap(({ file, start, end, before, after, findings, changes }) => {
    const fence = suggestionFence(after)
    if (fence === null || before.join('\n') === after.join('\n')) return []
    const titles = [...new Set(findings.map(({ title }) => title))].map(title => plain(title, 60)).join(', ')
    const why = changes.map(change => prose(change.why)).join(' ')
    const body = `**${titles}**, ${formatBytes(totalBytes(findings))}. ${why}\n\n${fence}`
    return [{ path: file, start, end, before, body }]
  })
