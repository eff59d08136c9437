/** Which line of the Dockerfile made which layer, by the image's history. */
import type { HistoryEntry } from '../image/image.ts'
import type { LineRange } from '../report/types.ts'
import type { Instruction } from './dockerfile.ts'
import type { FinalStage } from './final-stage.ts'
import { readEntry } from './history-entry.ts'
import { maskInstruction } from './mask-values.ts'
import { type Before, matchesEntry } from './match-entry.ts'

export interface LayerSource {
  /** On one line, secrets masked; a heredoc's body is not in it. */
  readonly instruction: string
  readonly line: LineRange
}

export interface HistoryMatch {
  /** How many of the lowest layers no instruction of the Dockerfile made. */
  readonly baseLayers: number
  /** Per layer, base first; null: inherited. */
  readonly layers: readonly (LayerSource | null)[]
}

/**
 * Aligns the instructions with the end of the history. Null when anything does not fit: layers that history does not
 * count, a keyword or a command that differs. A missing line is better than a wrong one.
 */
export const matchHistory = (
  history: readonly HistoryEntry[],
  layerCount: number,
  stage: FinalStage,
): HistoryMatch | null => {
  if (!stage.complete || history.filter(({ emptyLayer }) => !emptyLayer).length !== layerCount) return null
  for (const { entries, instructions } of readings(history, stage.instructions)) {
    const from = entries.length - instructions.length
    if (from < 0 || (stage.base === 'scratch' && from > 0)) continue
    const own = entries.slice(from)
    if (!allMatch(instructions, own)) continue
    const inherited = entries.slice(0, from).filter(({ emptyLayer }) => !emptyLayer)
    const made = own.flatMap((entry, index) => (entry.emptyLayer ? [] : [sourceOf(instructions[index]!)]))
    return { baseLayers: inherited.length, layers: [...inherited.map(() => null), ...made] }
  }
  return null
}

interface Reading {
  readonly entries: readonly HistoryEntry[]
  readonly instructions: readonly Instruction[]
}

/**
 * BuildKit leaves no entry for `ONBUILD`; the legacy builder leaves one, and one more at the end for `--label`
 * (measured with BuildKit 0.33 and Docker 20.10).
 */
const readings = (
  history: readonly HistoryEntry[],
  instructions: readonly Instruction[],
): readonly Reading[] => {
  const last = readEntry(history.at(-1)?.createdBy ?? '')
  const labelled = last?.wording === 'legacy' && last.keyword === 'LABEL' && history.at(-1)!.emptyLayer
  return [
    { entries: history, instructions: instructions.filter(({ keyword }) => keyword !== 'ONBUILD') },
    { entries: history, instructions },
    ...(labelled ? [{ entries: history.slice(0, -1), instructions }] : []),
  ]
}

const allMatch = (instructions: readonly Instruction[], entries: readonly HistoryEntry[]): boolean => {
  let before: Before = { shell: null, workdir: null }
  const agree = instructions.every((instruction, index) => {
    const entry = entries[index]!
    if (!matchesEntry(instruction, entry.createdBy ?? '', before) || !layerFits(instruction, entry))
      return false
    before = afterEntry(before, instruction, entry)
    return true
  })
  return agree && !looksSquashed(instructions, entries)
}

const afterEntry = (before: Before, { keyword, words }: Instruction, { createdBy }: HistoryEntry): Before => {
  if (keyword === 'SHELL') return { ...before, shell: words?.join(' ') ?? null }
  return keyword === 'WORKDIR' ? { ...before, workdir: readEntry(createdBy ?? '')?.rest ?? null } : before
}

const WRITES = new Set(['ADD', 'COPY', 'RUN'])

/**
 * `ADD`, `COPY` and `RUN` make a layer, `WORKDIR` may, the rest do not. The legacy builder drops the layer of a `RUN`
 * that wrote nothing (measured with Docker 20.10).
 */
const layerFits = ({ keyword }: Instruction, { createdBy, emptyLayer }: HistoryEntry): boolean => {
  if (keyword === 'WORKDIR') return true
  if (!emptyLayer || !WRITES.has(keyword)) return WRITES.has(keyword) !== emptyLayer
  return keyword === 'RUN' && readEntry(createdBy ?? '')?.wording === 'legacy'
}

/** Buildah without `--layers` words its history alike, but the last instruction's layer holds the work of all. */
const looksSquashed = (instructions: readonly Instruction[], entries: readonly HistoryEntry[]): boolean =>
  entries.filter(({ emptyLayer }) => !emptyLayer).length === 1 &&
  instructions.some(({ keyword }, index) => keyword === 'RUN' && entries[index]!.emptyLayer)

/** An instruction as the source of a layer. */
export const sourceOf = (instruction: Instruction): LayerSource => ({
  instruction: maskInstruction(`${instruction.keyword} ${instruction.arguments}`.trim()),
  line: instruction.line,
})
