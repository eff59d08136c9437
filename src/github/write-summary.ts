import { appendFileSync, statSync } from 'node:fs'
import type { Environment } from './event.ts'

/** GitHub takes 1 MiB for a step; over it, it shows nothing of it. */
export const SUMMARY_LIMIT_BYTES = 1_000_000

const ENDS_HERE = '\n\n*The summary is longer than GitHub takes and ends here.*\n'

/**
 * Appends to the job summary. Says what became of it: `none` where there is no summary to write to, `shortened` where
 * it was cut at the end of a line to fit with what the file held already.
 */
export const writeSummary = (
  markdown: string,
  environment: Environment,
): 'written' | 'shortened' | 'none' => {
  const path = environment.GITHUB_STEP_SUMMARY
  if (!path) return 'none'
  const heldBytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  const text = withinBytes(`${markdown.replace(/\n*$/, '')}\n`, SUMMARY_LIMIT_BYTES - heldBytes)
  if (text === null) return 'shortened'
  appendFileSync(path, text)
  return text.endsWith(ENDS_HERE) ? 'shortened' : 'written'
}

/** The text if it fits, else its first lines and a note; null where not even the note fits. Counts UTF-8 bytes. */
const withinBytes = (text: string, limitBytes: number): string | null => {
  if (Buffer.byteLength(text) <= limitBytes) return text
  const bytes = Buffer.from(text).subarray(0, Math.max(0, limitBytes - Buffer.byteLength(ENDS_HERE)))
  const end = bytes.lastIndexOf('\n')
  return end < 0 ? null : bytes.subarray(0, end).toString('utf8') + ENDS_HERE
}
