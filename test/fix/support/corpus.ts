/** Plans by text alone: what a rewrite would write, were its facts these. */
import { parseDockerfile } from '../../../src/dockerfile/parse-dockerfile.ts'
import { applyEdits, type Edit } from '../../../src/fix/edit.ts'
import { type WholeStage, wholeStage } from '../../../src/fix/final-chain.ts'
import { inPlaceEdits } from '../../../src/fix/rewrites/index.ts'
import { isSetting, type StagesPlan, splitStages } from '../../../src/fix/stages.ts'

export interface Planned {
  readonly text: string
  readonly edits: readonly Edit[]
  /** The lines of the result that no edit wrote. */
  readonly kept: readonly string[]
}

export const readable = (text: string): boolean => {
  try {
    parseDockerfile(text, 'Dockerfile')
    return true
  } catch {
    return false
  }
}

/** Null for a text that is no Dockerfile, or that cannot be parted. */
export const planText = (text: string, kind: 'in-place' | 'stages'): Planned | null => {
  if (!readable(text)) return null
  const dockerfile = parseDockerfile(text, 'Dockerfile')
  const stage = wholeStage(dockerfile)
  const edits =
    kind === 'in-place'
      ? inPlaceEdits(text, dockerfile)
      : splitStages(text, dockerfile, stage, planFor(stage))
  if (edits === null) return null
  return { text: applyEdits(text, edits), edits, kept: keptLines(text, edits) }
}

const planFor = (stage: WholeStage): StagesPlan => {
  const split = Math.max(stage.below, stage.instructions.findLastIndex(each => !isSetting(each)) + 1)
  return {
    base: 'debian:bookworm-slim',
    splitAt: split,
    prune: ['rm -rf /app/.git'],
    install: ['apt-get update \\\n    && apt-get install -y libpq5 \\\n    && rm -rf /var/lib/apt/lists/*'],
    users: ['useradd app'],
    copies: [
      { sources: ['/app'], target: '/app', chown: 'app:app' },
      { sources: ['/usr/local/bin/a b', '/usr/local/bin/c$d'], target: '/usr/local/bin/' },
    ],
    after: ['ldconfig'],
    keep: ['ENV A="b c"', 'WORKDIR /app'],
  }
}

/** A mark in place of every line that an edit writes tells which lines are left. */
const keptLines = (text: string, edits: readonly Edit[]): string[] => {
  const marked = applyEdits(
    text,
    edits.map(edit => ({ ...edit, lines: edit.lines.map(() => '\u0001') })),
  )
  return (marked.match(/[^\n]*\n|[^\n]+$/g) ?? []).filter(line => !line.startsWith('\u0001'))
}
